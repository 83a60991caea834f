-- Markdown, HTML and LaTeX pieces of a notebook to Typst markup. A request is a line of JSON, and so is its answer.
--   pandoc lua convert.lua < requests.jsonl > answers.jsonl
-- Every text leaves as a Typst string literal, every address as a string argument: nothing a notebook says can become
-- Typst code. Attributes are dropped (pandoc would pass `typst:…` ones through as code) but for the language of a passage;
-- classes go to the template.

package.path = arg[0]:match("^(.*[/\\])") .. "?.lua;" .. package.path
local ast, reading, tables = require("ast"), require("reading"), require("tables")

-- Not indented, since it is all there is: what one request defines goes with it, for the next is another notebook.
local function convert(request)
local words = request.words

-- escape --------------------------------------------------------------------------------------------------------------
local function quoted(text)
  text = text:gsub("[%z\1-\8\11-\31\127]", ""):gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("\n", "\\n"):gsub("\t", "\\t")
  return '"' .. text .. '"'
end
local function call(name, body) return "#" .. name .. "[" .. body .. "];" end

local function class_list(classes)
  local out = {}
  for _, name in ipairs(classes) do out[#out + 1] = quoted(name) .. "," end
  return "(" .. table.concat(out, " ") .. ")"
end
-- headings, addresses, pictures -----------------------------------------------------------------------------
local targets, labels = {}, {}
local images, warnings = {}, {}
local current

local function warn(text) warnings[#warnings + 1] = { cell = current.cell, text = text } end

local function fold(id) return pandoc.text.lower(id):gsub("[%s%%_]", "-") end

-- Only what some text links to gets a label, and the first of its name alone: Typst refuses a label it finds twice.
local function note_links(text)
  for _, pattern in ipairs({ "%]%(#([^)%s]+)", "href%s*=%s*[\"']?#([^\"'%s>]+)", "%]:%s*#(%S+)" }) do
    for id in text:gmatch(pattern) do targets[fold(id)] = true end
  end
end

local function anchor(id)
  local key = id ~= "" and fold(id)
  if not key or not targets[key] or labels[key] then return nil end
  labels[key] = true
  return "#label(" .. quoted("to-" .. key) .. ")"
end

-- emission ---------------------------------------------------------------------------------------------------------------
local emit_inlines, emit_blocks, write_table

local QUOTES = { SingleQuote = words.single, DoubleQuote = words.double }

local function picture(el)
  local key = "picture-" .. (#images + 1)
  local alt = ast.text(el.caption)
  if alt == "" then alt = el.attributes.alt or el.title or "" end
  images[#images + 1] = { key = key, src = el.src, alt = alt, cell = current.cell }
  return "#picture(" .. quoted(key) .. ");"
end

-- The one thing that pandoc's own writer is for: TeX formulas.
local function written_math(kind, tex)
  local plain = pandoc.Plain({ pandoc.Math(kind, tex) })
  local written = pandoc.write(pandoc.Pandoc({ plain }), "typst", { wrap_text = "none" })
  return written:match("^%$%s*(.-)%s*%$%s*$")
end

-- As `simpler` in maths.py, which holds the list.
local function simpler(tex)
  local found = tex:gsub("\\label%s*%b{}", ""):gsub("\\vspace%s*%b{}", "")
  found = found:gsub("\\tag%*?%s*{([^{}]*)}", "\\qquad\\text{(%1)}")
  found = found:gsub("\\(%a+)", function(name) return request.simpler[name] end)
  if not found:find("\\begin", 1, true) and (found:find("\\\\", 1, true) or (" " .. found):find("[^\\]&")) then
    found = "\\begin{aligned}" .. found .. "\\end{aligned}"
  end
  return found
end

-- pandoc still writes some signs by the names that they had in an older Typst.
local CIRCLED = { minus = true, times = true, dot = true, plus = true, div = true, eq = true }
local function renamed(token)
  local first, rest = token:match("^(%a+)(.*)$")
  if first == "sect" then return "inter" .. rest end
  if CIRCLED[first] then return first .. rest:gsub("%.circle%f[^%a]", ".o") end
  if first == "bracket" then return first .. rest:gsub("%.double%f[^%a]", ".stroked") end
end

local function mended(body)
  body = body:gsub('delim: "||"', 'delim: "|"')
  local out, is_text = {}, false
  for part, mark in (body .. '"'):gmatch('([^"]*)(")') do
    if not is_text then part = part:gsub("%a[%a%.]*", renamed) end
    out[#out + 1] = part .. mark
    -- a quotation mark after a backslash does not end a text
    if not part:match("\\$") or part:match("\\\\$") then is_text = not is_text end
  end
  body = table.concat(out):sub(1, -2)
  -- The break after a last line would take the closing dollar for itself.
  local breaks = #body:match("\\*$")
  if breaks % 2 == 1 then body = body:sub(1, -2):match("^(.-)[%s\\]*$") end
  return body
end

local function math(el)
  if not el.text:find("%S") then return "" end
  local body = written_math(el.mathtype, el.text) or written_math(el.mathtype, simpler(el.text))
  body = body and mended(body)
  if not body or body == "" then
    warn("the equation " .. el.text .. " (shown as TeX)")
    return "#raw(" .. quoted(el.text) .. ");"
  end
  local alt = quoted(el.text:match("^%s*(.-)%s*$"))
  local block = tostring(el.mathtype == "DisplayMath")
  return "#math.equation(block: " .. block .. ", alt: " .. alt .. ", $" .. body:gsub("\n", " ") .. "$);"
end

-- A passage in another language says so: a voice reads it as such, and its words break as that language's do.
local function in_language(el, body)
  local tag = (el.attributes.lang or ""):lower()
  local language, region = tag:match("^(%l%l%l?)%f[^%l]"), tag:match("%-(%l%l)$")
  if not language then return body end
  return call("text(lang: " .. quoted(language) .. ", region: " .. (region and quoted(region) or "none") .. ")", body)
end

local function styled(el, body)
  return in_language(el, #el.classes > 0 and call("span(" .. class_list(el.classes) .. ")", body) or body)
end

local function link(el)
  local id = el.target:match("^#(.+)$")
  local body = styled(el, emit_inlines(el.content))
  if id then return call("link-to(" .. quoted("to-" .. fold(id)) .. ")", body) end
  if el.target:match("^https?://") or el.target:match("^mailto:") then
    return call("link(" .. quoted(el.target) .. ")", body)
  end
  return body
end

local STYLE = {
  Emph = "emph", Strong = "strong", Strikeout = "strike", Superscript = "super", Subscript = "sub",
  SmallCaps = "smallcaps", Underline = "underline",
}

local INLINE = {
  Code = function(el) return "#raw(" .. quoted(el.text) .. ");" end,
  Math = math,
  Link = link,
  Image = picture,
  LineBreak = function() return "#linebreak();" end,
  Note = function(el) return call("footnote", emit_blocks(el.content)) end,
  Cite = function(el) return emit_inlines(el.content) end,
  RawInline = function() return "" end, -- a tag that pandoc has no word for; what stands in it is there without it
  Span = function(el)
    local mark = anchor(el.identifier)
    return styled(el, (mark and "#[#metadata(none) " .. mark .. "];" or "") .. emit_inlines(el.content))
  end,
}

emit_inlines = function(inlines)
  local out, text = {}, {}
  local function flush()
    if #text > 0 then out[#out + 1] = "#" .. quoted(table.concat(text)) .. ";" end
    text = {}
  end
  for _, el in ipairs(inlines) do
    local t = el.t
    if t == "Str" then
      text[#text + 1] = el.text
    elseif t == "Space" or t == "SoftBreak" then
      text[#text + 1] = " "
    elseif t == "Quoted" then
      local marks = QUOTES[el.quotetype]
      text[#text + 1] = marks[1]
      flush()
      out[#out + 1] = emit_inlines(el.content)
      text[#text + 1] = marks[2]
    else
      flush()
      out[#out + 1] = INLINE[t] and INLINE[t](el) or call(STYLE[t] or "box", emit_inlines(el.content))
    end
  end
  flush()
  return table.concat(out)
end

local depth_stack, n_headings, n_sections, title_seen, contents_placed = {}, 0, 0, false, false
local page = { in_table = false, n_tables = 0, words = words, quoted = quoted }

local function heading(el)
  if page.in_table then return call("strong", emit_inlines(el.content)) end
  local text = ast.text(el.content)
  if not title_seen then
    title_seen = true
    if text == request.title then return "" end
  end
  while #depth_stack > 0 and depth_stack[#depth_stack] >= el.level do table.remove(depth_stack) end
  depth_stack[#depth_stack + 1] = el.level
  n_headings = n_headings + 1
  local mark = anchor(el.identifier)
  local level = #depth_stack
  local out = "#heading(level: " .. level .. ")[" .. emit_inlines(el.content) .. "]" .. (mark and " " .. mark or "") .. ";"
  if level == 1 then
    n_sections = n_sections + 1
    if request.contents and n_sections == 2 then
      contents_placed = true
      return "#contents()\n\n" .. out
    end
  end
  return out
end

-- Items of paragraphs stand apart, items of single lines close together.
local function items(kind, list, start)
  local first = list[1] and list[1][1]
  local open = first and first.t == "Para" and kind .. "(tight: false," or page.in_table and kind .. "("
  local out = { "#" .. (open or "close-items(" .. kind .. ",") .. (start or "") }
  for _, item in ipairs(list) do out[#out + 1] = "[" .. emit_blocks(item) .. "]," end
  return table.concat(out, " ") .. ")"
end

-- A label and what it names stand on one line.
local function group(el)
  local line = {}
  for _, part in ipairs(el.content) do
    local is_div = part.t == "Div"
    local inner = emit_inlines(ast.within(is_div and part.content or { part }))
    line[#line + 1] = is_div and styled(part, inner) or inner
  end
  return table.concat(line)
end

local function div(el)
  if el.classes:includes("group") then return group(el) end
  local mark = anchor(el.identifier)
  local body = (mark and "#[#metadata(none) " .. mark .. "]\n\n" or "") .. emit_blocks(el.content)
  return in_language(el, #el.classes > 0 and "#div(" .. class_list(el.classes) .. ")[\n" .. body .. "\n]" or body)
end

local function definitions(el)
  local out = {}
  for _, item in ipairs(el.content) do
    out[#out + 1] = call("strong", emit_inlines(item[1]))
    for _, def in ipairs(item[2]) do out[#out + 1] = "#pad(left: 1.2em)[" .. emit_blocks(def) .. "]" end
  end
  return table.concat(out, "\n\n")
end

local BLOCK = {
  Para = function(el) return emit_inlines(el.content) end,
  Plain = function(el) return emit_inlines(el.content) end,
  Header = heading,
  CodeBlock = function(el) return "#raw(block: true, " .. quoted(el.text) .. ")" end,
  BlockQuote = function(el) return call("quote(block: true)", emit_blocks(el.content)) end,
  BulletList = function(el) return items("list", el.content) end,
  OrderedList = function(el) return items("enum", el.content, " start: " .. el.start .. ",") end,
  DefinitionList = definitions,
  LineBlock = function(el)
    local lines = {}
    for _, line in ipairs(el.content) do lines[#lines + 1] = emit_inlines(line) end
    return table.concat(lines, "#linebreak();")
  end,
  HorizontalRule = function() return "#rule()" end,
  Div = div,
  Figure = function(el)
    -- A picture alone in a paragraph has its alt text for a caption: that is not to be read twice.
    local alone = #el.content == 1 and el.content[1].t == "Plain"
    local body = emit_blocks(el.content)
    return alone and body or body .. "\n\n" .. emit_blocks(el.caption.long or {})
  end,
}

emit_blocks = function(blocks)
  local out, k = {}, 1
  while k <= #blocks do
    local el = blocks[k]
    local text
    if el.t == "Table" then
      -- A source line right under a table belongs to it.
      local line = blocks[k + 1]
      local has_source = line and line.t == "Div" and line.classes:includes("source")
      text = write_table(el, has_source and in_language(line, emit_blocks(line.content)))
      if has_source then k = k + 1 end
    else
      text = BLOCK[el.t] and BLOCK[el.t](el) or ""
    end
    if text ~= "" then out[#out + 1] = text end
    k = k + 1
  end
  return table.concat(out, "\n\n")
end

page.emit_blocks = emit_blocks
write_table = tables(page)

-- all pieces ---------------------------------------------------------------------------------------------------------------
local parsed = {}
reading.together(request.pieces, parsed)
for i, piece in ipairs(request.pieces) do
  parsed[i] = parsed[i] or reading.piece(piece)
  if piece.kind ~= "grid" then note_links(piece.text) end
end
local out, lost = {}, {}
for i, piece in ipairs(request.pieces) do
  current = piece
  page.n_tables = 0
  out[i] = emit_blocks(parsed[i])
  local _, n_meant = piece.text:lower():gsub("<table[%s>]", "")
  if piece.kind == "html" and page.n_tables < n_meant then lost[#lost + 1] = i end
end
return {
  pieces = out, images = pandoc.List(images), warnings = pandoc.List(warnings),
  lost_tables = pandoc.List(lost), n_headings = n_headings,
  contents_placed = contents_placed,
}
end

for line in io.lines() do
  io.write(pandoc.json.encode(convert(pandoc.json.decode(line, false))), "\n")
  io.stdout:flush()
end
