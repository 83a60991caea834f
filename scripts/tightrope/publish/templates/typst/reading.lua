-- Texts of a notebook to elements as `ast.lua` has them: raw HTML and TeX become ordinary ones, nothing raw is left.

local ast = require("ast")

-- Markdown as notebooks write it: no blank line needed before a heading or list, HTML kept whole, no `~` or `^` marks.
-- Every switch costs 0.2 ms a read, so what does no harm stays as pandoc has it; raw Typst is undone in `cleaned`.
local MARKDOWN = {
  format = "markdown",
  extensions = {
    blank_before_header = false, blank_before_blockquote = false, yaml_metadata_block = false, pandoc_title_block = false,
    subscript = false, superscript = false, simple_tables = false, multiline_tables = false,
    markdown_in_html_blocks = false, lists_without_preceding_blankline = true, autolink_bare_uris = true,
  },
}

-- pandoc's paragraphs carry no class and no language, so a paragraph with one gets a block around it that does.
local function read_html(text)
  if text:find("<p%s") then
    for _, name in ipairs({ "class", "lang" }) do
      text = text:gsub("<p%s+([^>]*%f[%w]" .. name .. "%s*=[^>]*)>(.-)</p%s*>", "<div %1><p>%2</p></div>")
    end
  end
  return ast.read(text, "html")
end

local WRAP = {
  b = "Strong", strong = "Strong", i = "Emph", em = "Emph", cite = "Emph", u = "Underline", ins = "Underline",
  s = "Strikeout", del = "Strikeout", sup = "Superscript", sub = "Subscript",
}

local ENVIRONMENT = "^%s*(\\begin%b{}.*\\end%b{})%s*$"

local function attribute(tag, name)
  return tag:match("[%s\"']" .. name .. '%s*=%s*"([^"]*)"') or tag:match("[%s\"']" .. name .. "%s*=%s*'([^']*)'")
end

local function closing(inlines, from, name)
  local depth = 1
  for j = from, #inlines do
    local el = inlines[j]
    if el.t == "RawInline" and el.c[1] == "html" then
      if el.c[2]:match("^<" .. name .. "[%s>]") then depth = depth + 1 end
      if el.c[2]:match("^</" .. name .. "%s*>") then depth = depth - 1 end
      if depth == 0 then return j end
    end
  end
end

local function extend(list, more)
  for _, el in ipairs(more) do list[#list + 1] = el end
end

local function pair_tags(inlines)
  local out, i = {}, 1
  while i <= #inlines do
    local el = inlines[i]
    local is_raw = el.t == "RawInline"
    local format, text = is_raw and el.c[1] or "", is_raw and el.c[2] or ""
    if format:match("html") then
      local name = (text:match("^<(%a[%w%-]*)") or ""):lower()
      local last = name ~= "" and closing(inlines, i + 1, name)
      if name == "br" then
        out[#out + 1] = { t = "LineBreak" }
      elseif name == "img" then
        for _, block in ipairs(read_html(text)) do extend(out, block.c) end
      elseif last then
        local inner = pair_tags({ table.unpack(inlines, i + 1, last - 1) })
        if WRAP[name] then
          out[#out + 1] = { t = WRAP[name], c = inner }
        elseif name == "code" or name == "kbd" then
          out[#out + 1] = ast.code(ast.text(inner))
        elseif name == "a" and attribute(text, "href") then
          out[#out + 1] = ast.link(inner, attribute(text, "href"))
        else
          extend(out, inner)
        end
        i = last
      end
    elseif format:match("tex") and text:match(ENVIRONMENT) then
      out[#out + 1] = ast.math(text)
    else
      out[#out + 1] = is_raw and ast.code(text) or el
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
    if body then return { { t = "Para", c = { ast.math(body) } } } end
  end
  return { { t = "CodeBlock", c = ast.code(el.text).c } }
end

-- Pieces without any HTML or TeX need no walk.
local function cleaned(text, blocks)
  local may_be_raw = text:find("[<\\]") or text:find("{=", 1, true)
  return ast.named(may_be_raw and ast.walk(blocks, pair_tags, raw_block) or blocks)
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
  if piece.kind == "html" then return ast.named(read_html(piece.text)) end
  local text = piece.text
  if piece.kind == "latex" then
    -- IPython's LaTeX output is TeX for MathJax: with dollars or as an environment Markdown reads it, else it is a formula.
    text = text:gsub("^%s*\\%[", "$$"):gsub("\\%]%s*$", "$$")
    if not text:find("$", 1, true) and not text:match(ENVIRONMENT) then text = "$$" .. text:match("^%s*(.-)%s*$") .. "$$" end
  end
  return cleaned(text, ast.read(text, MARKDOWN))
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
  local found, n = { {} }, 1
  for _, el in ipairs(ast.read(table.concat(texts), MARKDOWN)) do
    local first = el.t == "Para" and #el.c == 1 and el.c[1]
    local fence = first and first.t == "Str" and first.c:match("^tightrope%-fence%-(%d+)$")
    if not fence then
      table.insert(found[n], el)
    elseif tonumber(fence) ~= n then
      return
    else
      n = n + 1
      found[n] = {}
    end
  end
  if n ~= #numbers + 1 or #found[n] > 0 then return end
  for k, i in ipairs(numbers) do parsed[i] = cleaned(pieces[i].text, found[k]) end
end

return { piece = read_piece, together = read_together }
