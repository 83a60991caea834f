-- Markdown, HTML and LaTeX pieces of a notebook to Typst markup, all in one pandoc process.
--   pandoc lua convert.lua < request.json > answer.json
-- Every text leaves as a Typst string literal, every address as a string argument: nothing a notebook says can become
-- Typst code. Attributes are dropped (pandoc would pass `typst:…` ones through as code); classes go to the template.

-- Lua's patterns know bytes only, so signs outside ASCII are first put as their like within it.
local PLAIN = {
  ["−"] = "-", ["–"] = "-", ["±"] = "+", ["≈"] = "~", ["≤"] = "<", ["≥"] = ">", ["€"] = "$", ["£"] = "$", ["¥"] = "$",
  ["₩"] = "$", ["₽"] = "$", ["‰"] = "%", ["°"] = "%", ["×"] = "%", ["’"] = "'", ["†"] = "*", ["\u{A0}"] = " ",
  ["\u{2009}"] = " ", ["\u{202F}"] = " ",
}
local NUMBER = "^%(?[~<>]?[%+%-]?U?S?%$?%s?[%+%-]?%d[%d%s,%.']*%s?%a?%a?%a?%.?%s?%%?%)?%*?$"
local NO_NUMBER = { ["–"] = true, ["—"] = true, ["-"] = true, ["…"] = true, ["n/a"] = true, ["na"] = true, ["nan"] = true, ["<na>"] = true, ["none"] = true }
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

local request = pandoc.json.decode(io.read("a"), false)
local words = request.words

-- escape --------------------------------------------------------------------------------------------------------------
local function quoted(text)
  text = text:gsub("[%z\1-\8\11-\31\127]", ""):gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("\n", "\\n"):gsub("\t", "\\t")
  return '"' .. text .. '"'
end
local function code(text) return pandoc.RawInline("typst", text) end
local function code_block(text) return pandoc.RawBlock("typst", text) end
local function literal(text) return code("#" .. quoted(text) .. ";") end

local function class_list(classes)
  local out = {}
  for _, name in ipairs(classes) do out[#out + 1] = quoted(name) .. "," end
  return "(" .. table.concat(out, " ") .. ")"
end

-- first pass: raw HTML and TeX become ordinary elements -----------------------------------------------------------------
local clean

-- pandoc's paragraphs carry no class, so a paragraph with one gets a block around it that does.
local function read_html(text)
  if text:find("<p%s") then
    text = text:gsub("<p%s+([^>]*class%s*=[^>]*)>(.-)</p%s*>", "<div %1><p>%2</p></div>")
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

local function read_piece(piece)
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
    local fence = el.t == "Para" and #el.content == 1 and el.content[1].t == "Str" and el.content[1].text:match("^tightrope%-fence%-(%d+)$")
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

-- second pass: headings, addresses, pictures -----------------------------------------------------------------------------
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

-- Most of a report is paragraphs that are finished Typst already: only lists and quotations need pandoc's writer.
local function finished(blocks)
  local parts = {}
  for i, el in ipairs(blocks) do
    if el.t == "RawBlock" then
      parts[i] = el.text
    elseif el.t == "Para" or el.t == "Plain" then
      local line = {}
      for j, inline in ipairs(el.content) do
        if inline.t ~= "RawInline" then return nil end
        line[j] = inline.text
      end
      parts[i] = table.concat(line)
    else
      return nil
    end
  end
  return table.concat(parts, "\n\n")
end

local function typst(blocks)
  local text = finished(blocks)
  if text then return text end
  return (pandoc.write(pandoc.Pandoc(blocks), "typst-smart", { wrap_text = "none" }):gsub("%s+$", ""))
end

local QUOTES = { SingleQuote = words.single, DoubleQuote = words.double }

local function picture(el)
  local key = "picture-" .. (#images + 1)
  local alt = pandoc.utils.stringify(el.caption)
  if alt == "" then alt = el.attributes.alt or el.title or "" end
  images[#images + 1] = { key = key, src = el.src, alt = alt, cell = current.cell, width = el.attributes.width or "" }
  return code("#picture(" .. quoted(key) .. ");")
end

local function math(el)
  local written = typst({ pandoc.Plain({ el }) })
  local block = el.mathtype == "DisplayMath"
  local body = written:match("^%$%s*(.-)%s*%$$")
  if not body then
    warn("the equation " .. el.text .. " (shown as TeX)")
    return code("#raw(" .. quoted(el.text) .. ");")
  end
  body = body:gsub("\n", " ")
  return code("#math.equation(block: " .. tostring(block) .. ", alt: " .. quoted(el.text:match("^%s*(.-)%s*$")) .. ", $" .. body .. "$);")
end

local function link(el)
  local id = el.target:match("^#(.+)$")
  local content = emit_inlines(el.content)
  if #el.classes > 0 then
    content:insert(1, code("#span(" .. class_list(el.classes) .. ")["))
    content:insert(code("];"))
  end
  if id then
    content:insert(1, code("#link-to(" .. quoted("to-" .. fold(id)) .. ")["))
  elseif el.target:match("^https?://") or el.target:match("^mailto:") then
    content:insert(1, code("#link(" .. quoted(el.target) .. ")["))
  else
    return content
  end
  content:insert(code("];"))
  return content
end

local STYLE = {
  Emph = "emph", Strong = "strong", Strikeout = "strike", Superscript = "super", Subscript = "sub",
  SmallCaps = "smallcaps", Underline = "underline",
}

emit_inlines = function(inlines)
  local out, text = pandoc.Inlines({}), {}
  local function flush()
    if #text > 0 then out:insert(literal(table.concat(text))); text = {} end
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
      out:extend(emit_inlines(el.content))
      text[#text + 1] = marks[2]
    else
      flush()
      if t == "Code" then
        out:insert(code("#raw(" .. quoted(el.text) .. ");"))
      elseif t == "Math" then
        out:insert(math(el))
      elseif t == "Link" then
        out:extend(link(el))
      elseif t == "Image" then
        out:insert(picture(el))
      elseif t == "LineBreak" then
        out:insert(code("#linebreak();"))
      elseif t == "Note" then
        out:insert(code("#footnote["))
        out:insert(code(typst(emit_blocks(el.content))))
        out:insert(code("];"))
      elseif t == "Span" or t == "Cite" then
        local inner = emit_inlines(el.content)
        local mark = t == "Span" and anchor(el.identifier)
        if mark then inner:insert(1, code("#[#metadata(none) " .. mark .. "];")) end
        if t == "Span" and #el.classes > 0 then
          inner:insert(1, code("#span(" .. class_list(el.classes) .. ")["))
          inner:insert(code("];"))
        end
        out:extend(inner)
      else
        out:insert(code("#" .. (STYLE[t] or "box") .. "["))
        out:extend(emit_inlines(el.content))
        out:insert(code("];"))
      end
    end
  end
  flush()
  return out
end

local depth_stack, n_headings, title_seen, contents_at = {}, 0, false, request.contents

local in_table = false

local function heading(el)
  if in_table then return pandoc.Blocks({ pandoc.Para(emit_inlines({ pandoc.Strong(el.content) })) }) end
  local text = pandoc.utils.stringify(el.content)
  if not title_seen then
    title_seen = true
    if text == request.title then return {} end
  end
  while #depth_stack > 0 and depth_stack[#depth_stack] >= el.level do table.remove(depth_stack) end
  depth_stack[#depth_stack + 1] = el.level
  local level = #depth_stack
  n_headings = n_headings + 1
  local content = emit_inlines(el.content)
  content:insert(1, code("#heading(level: " .. level .. ")["))
  local mark = anchor(el.identifier)
  content:insert(code("]" .. (mark and " " .. mark or "") .. ";"))
  local out = pandoc.Blocks({ pandoc.Para(content) })
  if level == 1 then
    request.n_sections = (request.n_sections or 0) + 1
    if contents_at and request.n_sections == 2 then
      out:insert(1, code_block("#contents()"))
      request.contents_placed = true
    end
  end
  return out
end

emit_blocks = function(blocks)
  local out = pandoc.Blocks({})
  local skip = 0
  for k, el in ipairs(blocks) do
    local t = el.t
    if k <= skip then
      t = "done"
    end
    if t == "Para" or t == "Plain" then
      out:insert(pandoc[t](emit_inlines(el.content)))
    elseif t == "Header" then
      out:extend(heading(el))
    elseif t == "CodeBlock" then
      out:insert(code_block("#raw(block: true, " .. quoted(el.text) .. ")"))
    elseif t == "BlockQuote" then
      out:insert(pandoc.BlockQuote(emit_blocks(el.content)))
    elseif t == "BulletList" or t == "OrderedList" then
      local items = {}
      for _, item in ipairs(el.content) do items[#items + 1] = emit_blocks(item) end
      out:insert(t == "BulletList" and pandoc.BulletList(items) or pandoc.OrderedList(items, el.listAttributes))
    elseif t == "DefinitionList" then
      for _, item in ipairs(el.content) do
        out:insert(pandoc.Para(emit_inlines({ pandoc.Strong(item[1]) })))
        for _, def in ipairs(item[2]) do out:insert(code_block("#pad(left: 1.2em)[")); out:extend(emit_blocks(def)); out:insert(code_block("]")) end
      end
    elseif t == "LineBlock" then
      for _, line in ipairs(el.content) do out:insert(pandoc.Para(emit_inlines(line))) end
    elseif t == "HorizontalRule" then
      out:insert(code_block("#rule()"))
    elseif t == "Table" then
      -- A source line right under a table belongs to it.
      local line = blocks[k + 1]
      local has_source = line and line.t == "Div" and line.classes:includes("source")
      if has_source then skip = k + 1 end
      out:insert(code_block(write_table(el, has_source and typst(emit_blocks(line.content)))))
    elseif t == "Div" and el.classes:includes("group") then
      -- A label and what it names stand on one line.
      local line = pandoc.Inlines({})
      for _, part in ipairs(el.content) do
        local inner = pandoc.utils.blocks_to_inlines(part.t == "Div" and part.content or { part })
        line:insert(part.t == "Div" and pandoc.Span(inner, { class = table.concat(part.classes, " ") }) or pandoc.Span(inner))
      end
      out:insert(pandoc.Para(emit_inlines(line)))
    elseif t == "Div" or t == "Figure" then
      local inner = emit_blocks(el.content)
      local mark = anchor(el.identifier)
      if mark then inner:insert(1, code_block("#[#metadata(none) " .. mark .. "]")) end
      -- A picture alone in a paragraph has its alt text for a caption: that is not to be read twice.
      local alone = t == "Figure" and #el.content == 1 and el.content[1].t == "Plain"
      if t == "Figure" and not alone and el.caption.long and #el.caption.long > 0 then inner:extend(emit_blocks(el.caption.long)) end
      if t == "Div" and #el.classes > 0 then
        inner:insert(1, code_block("#div(" .. class_list(el.classes) .. ")["))
        inner:insert(code_block("]"))
      end
      out:extend(inner)
    end
  end
  return out
end

-- tables -------------------------------------------------------------------------------------------------------------------
local ALIGN = { AlignLeft = "left", AlignRight = "right", AlignCenter = "center" }

-- The text of a cell, and whether that text is all there is to it: most cells are, and then need no more work.
local function cell_text(blocks)
  local only = #blocks == 0 or #blocks == 1 and (blocks[1].t == "Plain" or blocks[1].t == "Para")
  local parts = {}
  if only and blocks[1] then
    for _, el in ipairs(blocks[1].content) do
      local t = el.t
      if t == "Str" then
        parts[#parts + 1] = el.text
      elseif t == "Space" or t == "SoftBreak" then
        parts[#parts + 1] = " "
      else
        only = false
        break
      end
    end
  end
  local text = only and table.concat(parts) or pandoc.utils.stringify(blocks)
  text = text:gsub("\194\160", " "):gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")
  return text, only
end

-- A grid of rows: for each cell the column it starts in, counting what spans down from above.
local function place(rows, n)
  local taken, out = {}, {}
  for r, row in ipairs(rows) do
    local col, line = 1, {}
    for _, cell in ipairs(row.cells) do
      while taken[r] and taken[r][col] do col = col + 1 end
      for down = 0, cell.row_span - 1 do
        taken[r + down] = taken[r + down] or {}
        for right = 0, cell.col_span - 1 do taken[r + down][col + right] = true end
      end
      local contents = cell.contents
      local text, only = cell_text(contents)
      line[#line + 1] = {
        col = col, text = text, only = only, contents = contents, align = cell.alignment,
        row_span = cell.row_span, col_span = cell.col_span,
      }
      col = col + cell.col_span
    end
    out[#out + 1] = line
  end
  return out
end

-- pandas leaves header cells blank above or below a name: the name takes the blank's room, a line left bare goes.
local function close_blanks(head)
  for r = #head - 1, 1, -1 do
    local below = {}
    for i, slot in ipairs(head[r + 1]) do below[slot.col] = i end
    local gone = {}
    for _, slot in ipairs(head[r]) do
      local i = below[slot.col]
      local low = i and head[r + 1][i]
      if low and slot.col_span == 1 and low.col_span == 1 and slot.row_span == 1 and (slot.text == "" or low.text == "") then
        if slot.text == "" then slot.text, slot.contents, slot.only = low.text, low.contents, low.only end
        slot.row_span = low.row_span + 1
        gone[i] = true
      end
    end
    for i = #head[r + 1], 1, -1 do
      if gone[i] then table.remove(head[r + 1], i) end
    end
    if #head[r + 1] == 0 then
      table.remove(head, r + 1)
      for above = 1, r do
        for _, slot in ipairs(head[above]) do
          if above + slot.row_span > r + 1 then slot.row_span = slot.row_span - 1 end
        end
      end
    end
  end
end

local function is_number(text)
  return NO_NUMBER[text:lower()] or text:gsub(utf8.charpattern, PLAIN):match(NUMBER) ~= nil
end

-- A rough width in ems: good enough to pick the widest text of a column, which Typst then measures.
local function rough_width(text)
  local width = 0
  for _, c in utf8.codes(text, true) do
    if c >= 0x1100 then width = width + 1
    elseif c >= 0x80 then width = width + 0.6
    elseif c >= 0x41 and c <= 0x5A or c == 0x6D or c == 0x77 or c == 0x25 then width = width + 0.68
    elseif c == 0x69 or c == 0x6A or c == 0x6C or c < 0x30 or c == 0x3A then width = width + 0.27
    else width = width + 0.5 end
  end
  return width
end

local function widest_word(text)
  local best, size = "", 0
  for word in text:gmatch("%S+") do
    local width = rough_width(word)
    if width > size then best, size = word, width end
  end
  return best, size
end

local n_tables = 0

write_table = function(el, source)
  n_tables = n_tables + 1
  local head, body = place(el.head.rows, #el.colspecs), {}
  for _, part in ipairs(el.bodies) do
    for _, line in ipairs(place(part.head, #el.colspecs)) do body[#body + 1] = line end
    for _, line in ipairs(place(part.body, #el.colspecs)) do body[#body + 1] = line end
  end
  for _, line in ipairs(place(el.foot.rows, #el.colspecs)) do body[#body + 1] = line end
  close_blanks(head)
  local was_in_table = in_table
  in_table = true
  local n = #el.colspecs
  local stats, plain, tall = {}, #head <= 1, false
  for c = 1, n do stats[c] = { numbers = 0, texts = 0, words = {}, lines = {}, word_width = {}, line_width = {} } end
  local function measure(line, is_head)
    for _, slot in ipairs(line) do
      local s = stats[slot.col]
      plain = plain and slot.col_span == 1 and slot.row_span == 1
      tall = tall or #slot.text > 1200
      if s and slot.col_span == 1 and slot.text ~= "" then
        local mark = is_head and "h" or "b"
        local word, word_width = widest_word(slot.text)
        local width = rough_width(slot.text)
        if word_width > (s.word_width[mark] or 0) then s.words[mark], s.word_width[mark] = word, word_width end
        if width > (s.line_width[mark] or 0) then s.lines[mark], s.line_width[mark] = slot.text, width end
        if not is_head then
          if is_number(slot.text) then
            if not NO_NUMBER[slot.text:lower()] then s.numbers = s.numbers + 1 end
          else s.texts = s.texts + 1 end
        end
      end
    end
  end
  for _, line in ipairs(head) do
    for _, slot in ipairs(line) do
      if slot.text == "" and slot.col_span == 1 then
        slot.text = words.row
        slot.only = true
      end
    end
    measure(line, true)
  end
  for _, line in ipairs(body) do measure(line, false) end
  local aligns = {}
  for c = 1, n do
    local given = ALIGN[el.colspecs[c][1]]
    local s = stats[c]
    aligns[c] = given or (s.numbers > 0 and s.texts == 0) and "right" or "left"
  end
  local function cell(slot, open, shut)
    local args = {}
    if slot.col_span > 1 then args[#args + 1] = "colspan: " .. slot.col_span end
    if slot.row_span > 1 then args[#args + 1] = "rowspan: " .. slot.row_span end
    if slot.col_span > 1 then args[#args + 1] = "align: " .. (ALIGN[slot.align] or open ~= "" and "center" or "left") end
    local body = slot.only and (slot.text ~= "" and "#" .. quoted(slot.text) .. ";" or "") or typst(emit_blocks(slot.contents))
    if #args == 0 then return "[" .. open .. body .. shut .. "]," end
    return "table.cell(" .. table.concat(args, ", ") .. ")[" .. open .. body .. shut .. "],"
  end
  local function rows(lines, open, shut)
    local out = {}
    for _, line in ipairs(lines) do
      local cells = {}
      for i, slot in ipairs(line) do cells[i] = cell(slot, open, shut) end
      out[#out + 1] = "    " .. table.concat(cells, " ")
    end
    return #out > 0 and table.concat(out, "\n") or ""
  end
  local mins, maxs = {}, {}
  for c = 1, n do
    local s = stats[c]
    mins[c] = "(" .. quoted(s.words.h or "") .. ", " .. quoted(s.words.b or "") .. "),"
    maxs[c] = "(" .. quoted(s.lines.h or "") .. ", " .. quoted(s.lines.b or "") .. "),"
  end
  local caption = el.caption.long and #el.caption.long > 0 and "[" .. typst(emit_blocks(el.caption.long)) .. "]" or "none"
  in_table = was_in_table
  return "#report-table(\n  align: (" .. table.concat(aligns, ", ") .. ",),\n  words: (" .. table.concat(mins, " ")
    .. "),\n  plain: " .. tostring(plain) .. ", tall: " .. tostring(tall) .. ",\n  lines: (" .. table.concat(maxs, " ") .. "),\n  caption: " .. caption
    .. ",\n  source: " .. (source and "[" .. source .. "]" or "none") .. ",\n  head-rows: " .. #head .. ",\n  head: (\n" .. rows(head, "#th[", "]") .. "\n  ),\n  body: (\n" .. rows(body, "", "")
    .. "\n  ),\n)"
end

-- all pieces ---------------------------------------------------------------------------------------------------------------
local parsed = {}
read_together(request.pieces, parsed)
for i, piece in ipairs(request.pieces) do
  parsed[i] = parsed[i] or read_piece(piece)
  note_links(piece.text)
end
local out, lost = {}, {}
for i, piece in ipairs(request.pieces) do
  current = piece
  n_tables = 0
  out[i] = typst(emit_blocks(parsed[i]))
  local _, n_meant = piece.text:lower():gsub("<table[%s>]", "")
  if piece.kind == "html" and n_tables < n_meant then lost[#lost + 1] = i end
end
io.write(pandoc.json.encode({
  pieces = out, images = pandoc.List(images), warnings = pandoc.List(warnings), lost_tables = pandoc.List(lost), n_headings = n_headings,
  contents_placed = request.contents_placed or false,
}))
