// axe-core's rule on contrast, asked once for each look of text, as most cells of a table look alike; it goes on a page
// after axe-core. Passes alone are kept, and what axe-core never decides (text before a picture): each fault is told.
() => {
  const check = axe._audit.checks['color-contrast'];
  if (check.isAskedOnce) return;
  check.isAskedOnce = true;
  const judge = check.evaluate;
  const PAINT = [
    'color', '-webkit-text-fill-color', '-webkit-text-stroke', 'text-shadow', 'font-size', 'font-weight',
    'background-color', 'background-image', 'opacity', 'mix-blend-mode', 'filter', 'visibility', 'display', 'float',
    'position', 'z-index', 'transform', 'overflow', 'clip', 'clip-path',
  ];
  const PICTURES = 'img, canvas, object, iframe, video, svg';
  let tree, chains, numbers, grounds, verdicts;

  // A number for an element's own paint and that of all that it stands in, the same for the same.
  const chain = element => {
    if (!element) return 0;
    if (!chains.has(element)) {
      const style = getComputedStyle(element);
      const text = [chain(element.parentElement), element.localName, ...PAINT.map(name => style[name])].join('|');
      if (!numbers.has(text)) numbers.set(text, numbers.size + 1);
      chains.set(element, numbers.get(text));
    }
    return chains.get(element);
  };

  // A page may have changed from one run to the next, but not within one.
  const begin = () => {
    [tree, chains, numbers, verdicts] = [axe._tree, new Map(), new Map(), new Map()];
    grounds = [...document.querySelectorAll('*')].filter(element => {
      const {backgroundColor, backgroundImage} = getComputedStyle(element);
      return backgroundImage !== 'none' || !/^rgba\(.*, 0\)$/.test(backgroundColor) || element.matches(PICTURES);
    }).map((element, i) => [element, element.getBoundingClientRect(), i]);
  };

  // What the text is painted with, and every ground that it touches: by its paint where the text stands in it, else
  // by which one it is.
  const look = element => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const {left, right, top, bottom} = range.getBoundingClientRect();
    const touched = grounds.filter(([, rect]) =>
      rect.left < right && left < rect.right && rect.top < bottom && top < rect.bottom);
    return [chain(element), ...touched.map(([ground, rect, i]) => {
      const isWhole = rect.left <= left && right <= rect.right && rect.top <= top && bottom <= rect.bottom;
      return `${ground.contains(element) ? chain(ground) : `#${i}`} ${isWhole}`;
    })].join();
  };

  check.evaluate = function (element, ...others) {
    if (element.getRootNode() !== document) return judge.call(this, element, ...others);
    if (tree !== axe._tree) begin();
    const key = look(element);
    if (verdicts.has(key)) return verdicts.get(key);
    let why;
    const noting = {...this, data: data => { why = data.messageKey; this.data(data); }};
    const verdict = judge.call(noting, element, ...others);
    const undecided = verdict === undefined && ['bgGradient', 'bgImage', 'imgNode'].includes(why);
    if (undecided || (verdict && why !== 'hidden')) verdicts.set(key, verdict);
    return verdict;
  };
}
