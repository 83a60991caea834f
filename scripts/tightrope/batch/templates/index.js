"use strict";
(() => {
  const [NAME, TITLE, SUBTITLE, KICKER, DATE, FLAGS, FIGURES, NOTE, ERROR, LOG] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const HTML = 1, PDF = 2, THUMB = 4;
  const $ = (id) => document.getElementById(id);
  const { labels, rows } = JSON.parse($("data").textContent);
  const list = $("reports"), perPage = Number(list.dataset.page), thumbnail = list.dataset.thumbnail;
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  // Made at the first search: opening the page need not wait for it.
  let texts = null;
  const textOf = (row) => fold([row[NAME], row[TITLE], row[SUBTITLE], row[KICKER], row[DATE], row[NOTE], ...row[FIGURES].filter((_, i) => i % 2), row[ERROR] || ""].join(" "));

  const figure = (row, label) => {
    for (let i = 0; i < row[FIGURES].length; i += 2) if (row[FIGURES][i] === label) return row[FIGURES][i + 1];
    return null;
  };
  const scales = { k: 1e3, m: 1e6, bn: 1e9, tn: 1e12 };
  // Unicode minus, thousands and the scale a person writes: "$17.6 bn" is more than "$900 m".
  const number = (text) => {
    const found = /([-−]?[\d,]*\.?\d+)(?:\s*(k|m|bn|tn)\b)?/i.exec(text || "");
    return found ? Number(found[1].replace(/,/g, "").replace("−", "-")) * (scales[(found[2] || "").toLowerCase()] || 1) : null;
  };
  // Sorted once each: those with a value, then those without, which come last either way.
  const orders = new Map([["title", [rows.map((_, i) => i), []]]]);
  const orderOf = (key) => {
    if (!orders.has(key)) {
      const values = key === "date" ? rows.map((row) => row[DATE] || null) : rows.map((row) => number(figure(row, Number(key))));
      const known = [], unknown = [];
      values.forEach((value, i) => (value === null ? unknown : known).push(i));
      known.sort((a, b) => (values[a] < values[b] ? 1 : values[a] > values[b] ? -1 : a - b));
      orders.set(key, [known, unknown]);
    }
    return orders.get(key);
  };

  const state = { find: "", sort: "title", turned: false, failed: false, page: 1 };
  let shown = rows.map((_, i) => i);
  const choose = () => {
    const words = fold(state.find).split(/\s+/).filter(Boolean);
    if (words.length && !texts) texts = rows.map(textOf);
    const wanted = (i) => (!state.failed || rows[i].length > ERROR) && words.every((word) => texts[i].includes(word));
    const [known, unknown] = orderOf(state.sort).map((part) => part.filter(wanted));
    shown = (state.turned ? known.reverse() : known).concat(unknown);
  };

  const make = (tag, attributes, ...children) => {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children.filter((child) => child !== null));
    return node;
  };
  const path = (row, ending) => `${encodeURIComponent(row[NAME])}/${encodeURIComponent(row[NAME] + ending)}`;
  const item = (row) => {
    const failed = row.length > ERROR, flags = row[FLAGS];
    const links = [];
    if (row[DATE]) links.push(make("time", { datetime: row[DATE] }, row[DATE]));
    if (flags & HTML) links.push(make("a", { href: path(row, ".html") }, "HTML"));
    if (flags & PDF) links.push(make("a", { href: path(row, ".pdf") }, "PDF"));
    if (failed && row[LOG]) links.push(make("a", { href: row[LOG].split("/").map(encodeURIComponent).join("/") }, "Log"));
    const title = failed ? row[TITLE] : make("a", { href: path(row, flags & HTML ? ".html" : ".pdf") }, row[TITLE]);
    const figures = [];
    for (let i = 0; i < row[FIGURES].length; i += 2)
      figures.push(make("div", {}, make("dt", {}, labels[row[FIGURES][i]]), make("dd", {}, row[FIGURES][i + 1])));
    const under = failed ? make("p", { class: "sub failed" }, `Failed: ${row[ERROR]}`) : row[SUBTITLE] ? make("p", { class: "sub" }, row[SUBTITLE]) : null;
    return make("li", {},
      flags & THUMB ? make("img", { class: "thumb", src: path(row, thumbnail), alt: "", loading: "lazy" }) : make("span", { class: "thumb none", "aria-hidden": "true" }),
      make("div", { class: "what" }, row[KICKER] ? make("p", { class: "kicker" }, row[KICKER]) : null, make("h2", {}, title), row[NOTE] ? make("p", { class: "note" }, row[NOTE]) : null, under, make("p", { class: "links" }, ...links)),
      figures.length ? make("dl", {}, ...figures) : null);
  };

  const show = () => {
    const pages = Math.max(1, Math.ceil(shown.length / perPage));
    state.page = Math.min(Math.max(1, state.page), pages);
    const first = (state.page - 1) * perPage, part = shown.slice(first, first + perPage);
    list.replaceChildren(...part.map((i) => item(rows[i])));
    list.start = first + 1;
    const n = (value) => value.toLocaleString("en-GB");
    $("found").textContent = !shown.length ? "No report is like that"
      : (pages > 1 ? `${n(first + 1)}–${n(first + part.length)} of ` : "") + `${n(shown.length)} ${shown.length === 1 ? "report" : "reports"}`;
    $("pager").hidden = pages < 2;
    $("page").value = state.page;
    $("page").max = pages;
    $("pages").textContent = n(pages);
    $("back").disabled = state.page === 1;
    $("next").disabled = state.page === pages;
  };
  const change = (part) => { Object.assign(state, { page: 1 }, part); choose(); show(); };
  const turn = (page) => { state.page = page; show(); $("tr-main").scrollIntoView(); };

  let waiting = 0;
  $("find").addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => change({ find: event.target.value }), 120);
  });
  $("sort").addEventListener("change", (event) => change({ sort: event.target.value }));
  $("turn").addEventListener("click", () => {
    change({ turned: !state.turned });
    $("turn").setAttribute("aria-pressed", String(state.turned));
    $("turn").firstElementChild.textContent = state.turned ? "↑" : "↓";
  });
  if ($("failed")) $("failed").addEventListener("change", (event) => change({ failed: event.target.checked }));
  $("back").addEventListener("click", () => turn(state.page - 1));
  $("next").addEventListener("click", () => turn(state.page + 1));
  $("page").addEventListener("change", (event) => turn(Number(event.target.value) || 1));
  document.querySelector(".tools").hidden = false;
  // A browser that comes back keeps what was typed.
  change({ find: $("find").value, sort: $("sort").value });
})();
