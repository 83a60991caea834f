-- Markdown, HTML and LaTeX pieces of a notebook to Typst markup, all in one pandoc process.
--   pandoc lua convert.lua < request.json > answer.json
-- Every text leaves as a Typst string literal, every address as a string argument: nothing a notebook says can become
-- Typst code. Attributes are dropped (pandoc would pass `typst:…` ones through as code); classes go to the template.

package.path = arg[0]:match("^(.*[/\\])") .. "?.lua;" .. package.path
local reading, tables = require("reading"), require("tables")

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
  local alt = quoted(el.text:match("^%s*(.-)%s*$"))
  return code("#math.equation(block: " .. tostring(block) .. ", alt: " .. alt .. ", $" .. body .. "$);")
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
local page = { in_table = false, n_tables = 0, words = words, quoted = quoted, typst = typst }

local function heading(el)
  if page.in_table then return pandoc.Blocks({ pandoc.Para(emit_inlines({ pandoc.Strong(el.content) })) }) end
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
        for _, def in ipairs(item[2]) do
          out:insert(code_block("#pad(left: 1.2em)["))
          out:extend(emit_blocks(def))
          out:insert(code_block("]"))
        end
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
        line:insert(pandoc.Span(inner, { class = part.t == "Div" and table.concat(part.classes, " ") or "" }))
      end
      out:insert(pandoc.Para(emit_inlines(line)))
    elseif t == "Div" or t == "Figure" then
      local inner = emit_blocks(el.content)
      local mark = anchor(el.identifier)
      if mark then inner:insert(1, code_block("#[#metadata(none) " .. mark .. "]")) end
      -- A picture alone in a paragraph has its alt text for a caption: that is not to be read twice.
      local alone = t == "Figure" and #el.content == 1 and el.content[1].t == "Plain"
      if t == "Figure" and not alone and el.caption.long then inner:extend(emit_blocks(el.caption.long)) end
      if t == "Div" and #el.classes > 0 then
        inner:insert(1, code_block("#div(" .. class_list(el.classes) .. ")["))
        inner:insert(code_block("]"))
      end
      out:extend(inner)
    end
  end
  return out
end

page.emit_blocks = emit_blocks
write_table = tables(page)

-- all pieces ---------------------------------------------------------------------------------------------------------------
local parsed = {}
reading.together(request.pieces, parsed)
for i, piece in ipairs(request.pieces) do
  parsed[i] = parsed[i] or reading.piece(piece)
  note_links(piece.text)
end
local out, lost = {}, {}
for i, piece in ipairs(request.pieces) do
  current = piece
  page.n_tables = 0
  out[i] = typst(emit_blocks(parsed[i]))
  local _, n_meant = piece.text:lower():gsub("<table[%s>]", "")
  if piece.kind == "html" and page.n_tables < n_meant then lost[#lost + 1] = i end
end
io.write(pandoc.json.encode({
  pieces = out, images = pandoc.List(images), warnings = pandoc.List(warnings),
  lost_tables = pandoc.List(lost), n_headings = n_headings,
  contents_placed = request.contents_placed or false,
}))
