-- Texts of a notebook to pandoc's elements: raw HTML and TeX become ordinary ones, nothing raw is left.

-- Markdown as notebooks write it: no blank line needed before a heading or list, HTML kept whole, no `~` or `^` marks.
-- Every switch costs 0.2 ms a read, so what does no harm stays as pandoc has it; raw Typst is undone in `clean`.
local MARKDOWN = {
  format = "markdown",
  extensions = {
    blank_before_header = false, blank_before_blockquote = false, yaml_metadata_block = false, pandoc_title_block = false,
    subscript = false, superscript = false, simple_tables = false, multiline_tables = false,
    markdown_in_html_blocks = false, lists_without_preceding_blankline = true, autolink_bare_uris = true,
  },
}

local clean

-- pandoc's paragraphs carry no class and no language, so a paragraph with one gets a block around it that does.
local function read_html(text)
  if text:find("<p%s") then
    for _, name in ipairs({ "class", "lang" }) do
      text = text:gsub("<p%s+([^>]*%f[%w]" .. name .. "%s*=[^>]*)>(.-)</p%s*>", "<div %1><p>%2</p></div>")
    end
  end
  return pandoc.read(text, "html").blocks
end

local WRAP = {
  b = pandoc.Strong, strong = pandoc.Strong, i = pandoc.Emph, em = pandoc.Emph, cite = pandoc.Emph, u = pandoc.Underline,
  ins = pandoc.Underline, s = pandoc.Strikeout, del = pandoc.Strikeout, sup = pandoc.Superscript, sub = pandoc.Subscript,
}

local ENVIRONMENT = "^%s*(\\begin%b{}.*\\end%b{})%s*$"

local function attribute(tag, name)
  return tag:match("[%s\"']" .. name .. '%s*=%s*"([^"]*)"') or tag:match("[%s\"']" .. name .. "%s*=%s*'([^']*)'")
end

local function closing(inlines, from, name)
  local depth = 1
  for j = from, #inlines do
    local el = inlines[j]
    if el.t == "RawInline" and el.format == "html" then
      if el.text:match("^<" .. name .. "[%s>]") then depth = depth + 1 end
      if el.text:match("^</" .. name .. "%s*>") then depth = depth - 1 end
      if depth == 0 then return j end
    end
  end
end

local function pair_tags(inlines)
  local out, i = pandoc.Inlines({}), 1
  while i <= #inlines do
    local el = inlines[i]
    if el.t == "RawInline" and el.format:match("html") then
      local name = (el.text:match("^<(%a[%w%-]*)") or ""):lower()
      local last = name ~= "" and closing(inlines, i + 1, name)
      if name == "br" then
        out:insert(pandoc.LineBreak())
      elseif name == "img" then
        out:extend(pandoc.utils.blocks_to_inlines(read_html(el.text)))
      elseif last then
        local inner = pandoc.Inlines({})
        for j = i + 1, last - 1 do inner:insert(inlines[j]) end
        inner = pair_tags(inner)
        if WRAP[name] then
          out:insert(WRAP[name](inner))
        elseif name == "code" or name == "kbd" then
          out:insert(pandoc.Code(pandoc.utils.stringify(inner)))
        elseif name == "a" and attribute(el.text, "href") then
          out:insert(pandoc.Link(inner, attribute(el.text, "href")))
        else
          out:extend(inner)
        end
        i = last
      end
    elseif el.t == "RawInline" and el.format:match("tex") and el.text:match(ENVIRONMENT) then
      out:insert(pandoc.Math("DisplayMath", el.text))
    elseif el.t == "RawInline" then
      out:insert(pandoc.Code(el.text))
    else
      out:insert(el)
    end
    i = i + 1
  end
  return out
end

local function raw_block(el)
  if el.format:match("html") then
    local tag = (el.text:match("^%s*<(%a+)") or ""):lower()
    if tag == "style" or tag == "script" then return {} end
    return read_html(el.text)
  elseif el.format:match("tex") then
    local body = el.text:match(ENVIRONMENT)
    if body then return pandoc.Para({ pandoc.Math("DisplayMath", body) }) end
  end
  return pandoc.CodeBlock(el.text)
end

clean = function(blocks)
  return blocks:walk({ RawBlock = raw_block, Inlines = pair_tags })
end

-- Walking costs more than reading: pieces without any HTML or TeX are left as pandoc read them.
local function cleaned(text, blocks)
  return (text:find("[<\\]") or text:find("{=", 1, true)) and clean(blocks) or blocks
end

-- A table of plain texts comes as such: to write it as HTML for pandoc to read takes five times as long.
local function text_block(text) return { t = "Plain", content = { { t = "Str", text = text } } } end

local function read_grid(text)
  local given = pandoc.json.decode(text, false)
  local function row(texts)
    local cells = {}
    for c, cell in ipairs(texts) do
      cells[c] = { row_span = 1, col_span = 1, contents = cell ~= "" and { text_block(cell) } or {} }
    end
    return { cells = cells }
  end
  local sides, rows = {}, {}
  for c, side in ipairs(given.sides) do sides[c] = { side } end
  for r, texts in ipairs(given.rows) do rows[r] = row(texts) end
  local made = { {
    t = "Table", colspecs = sides, head = { rows = { row(given.columns) } }, bodies = { { head = {}, body = rows } },
    foot = { rows = {} }, caption = { long = given.caption ~= "" and { text_block(given.caption) } or {} },
  } }
  if given.source ~= "" then
    made[2] = {
      t = "Div", classes = pandoc.List({ "source" }), identifier = "", attributes = {},
      content = { text_block(given.source) },
    }
  end
  if given.after ~= "" then made[#made + 1] = text_block(given.after) end
  return made
end

local function read_piece(piece)
  if piece.kind == "grid" then return read_grid(piece.text) end
  if piece.kind == "html" then return read_html(piece.text) end
  local text = piece.text
  if piece.kind == "latex" then
    -- IPython's LaTeX output is TeX for MathJax: with dollars or as an environment Markdown reads it, else it is a formula.
    text = text:gsub("^%s*\\%[", "$$"):gsub("\\%]%s*$", "$$")
    if not text:find("$", 1, true) and not text:match(ENVIRONMENT) then text = "$$" .. text:match("^%s*(.-)%s*$") .. "$$" end
  end
  return cleaned(text, pandoc.read(text, MARKDOWN).blocks)
end

-- Markdown pieces are read as one text with a fence between them, as each read costs some milliseconds. Where a fence is
-- swallowed by something left open, all are read one by one; so are pieces that define notes or addresses of their own.
local function read_together(pieces, parsed)
  local texts, numbers = {}, {}
  for i, piece in ipairs(pieces) do
    if piece.kind == "markdown" and not piece.text:find("]:", 1, true) then
      numbers[#numbers + 1] = i
      texts[#texts + 1] = piece.text .. "\n\ntightrope-fence-" .. #numbers .. "\n\n"
    end
  end
  local found, n = { pandoc.Blocks({}) }, 1
  for _, el in ipairs(pandoc.read(table.concat(texts), MARKDOWN).blocks) do
    local first = el.t == "Para" and #el.content == 1 and el.content[1]
    local fence = first and first.t == "Str" and first.text:match("^tightrope%-fence%-(%d+)$")
    if not fence then
      found[n]:insert(el)
    elseif tonumber(fence) ~= n then
      return
    else
      n = n + 1
      found[n] = pandoc.Blocks({})
    end
  end
  if n ~= #numbers + 1 or #found[n] > 0 then return end
  for k, i in ipairs(numbers) do parsed[i] = cleaned(pieces[i].text, found[k]) end
end

return { piece = read_piece, together = read_together }
