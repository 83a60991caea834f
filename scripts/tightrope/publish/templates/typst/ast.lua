-- pandoc's elements as plain tables. A look at an element that pandoc holds is a call out of Lua and back, and a report
-- has thousands: told as JSON, all at once, they take half the time. `c` is what the JSON holds; `named` adds the fields
-- that pandoc has for it, by the same names.

local ast = {}

local function set(names)
  local out = {}
  for name in names:gmatch("%a+") do out[name] = true end
  return out
end
local INLINE = set("Str Emph Underline Strong Strikeout Superscript Subscript SmallCaps Quoted Cite Code Space SoftBreak "
  .. "LineBreak Math RawInline Link Image Note Span")

function ast.read(text, format)
  return pandoc.json.decode(pandoc.write(pandoc.read(text, format), "json"), false).blocks
end

local ATTR = { "", {}, {} }
function ast.code(text) return { t = "Code", c = { ATTR, text } } end
function ast.link(inlines, target) return { t = "Link", c = { ATTR, inlines, { target, "" } } } end
function ast.math(text) return { t = "Math", c = { { t = "DisplayMath" }, text } } end

-- The text of an element or of a list, as pandoc's own `stringify` gives it: no notes, quotation marks as signs.
local TEXT = {
  Str = function(el) return el.c end,
  Code = function(el) return el.c[2] end,
  Math = function(el) return el.c[2] end,
  RawInline = function(el) return el.c[1] == "html" and el.c[2]:match("^<br") and " " or "" end,
  Note = function() return "" end,
  Quoted = function(el)
    local inner = ast.text(el.c[2])
    return el.c[1].t == "SingleQuote" and "‘" .. inner .. "’" or "“" .. inner .. "”"
  end,
}
for name in pairs(set("Space SoftBreak LineBreak")) do TEXT[name] = function() return " " end end

function ast.text(node)
  if node.t then
    if TEXT[node.t] then return TEXT[node.t](node) end
    return type(node.c) == "table" and ast.text(node.c) or ""
  end
  local out = {}
  for _, child in ipairs(node) do
    if type(child) == "table" then out[#out + 1] = ast.text(child) end
  end
  return table.concat(out)
end

-- Goes through a list from the inside out: `inlines` takes every list of inlines and gives another, `raw` takes a raw
-- block and gives blocks for it.
function ast.walk(node, inlines, raw)
  if type(node.c) == "table" then node.c = ast.walk(node.c, inlines, raw) end
  if node.t then return node end
  local out = {}
  for i, child in ipairs(node) do
    if type(child) ~= "table" then
      out[i] = child
    elseif child.t == "RawBlock" then
      for _, el in ipairs(raw({ format = child.c[1], text = child.c[2] })) do out[#out + 1] = el end
    else
      out[#out + 1] = ast.walk(child, inlines, raw)
    end
  end
  local first = out[1]
  return type(first) == "table" and INLINE[first.t] and inlines(out) or out
end

-- Blocks within a line, with a break between them.
function ast.within(blocks)
  local out = {}
  local function add(list)
    for _, el in ipairs(list) do
      if el.t == "Div" or el.t == "BlockQuote" then
        add(el.content)
      elseif el.t == "BulletList" or el.t == "OrderedList" then
        for _, item in ipairs(el.content) do add(item) end
      else
        if #out > 0 then out[#out + 1] = { t = "LineBreak" } end
        local is_line = el.t == "Plain" or el.t == "Para" or el.t == "Header"
        for _, one in ipairs(is_line and el.content or { { t = "Str", text = ast.text(el) } }) do out[#out + 1] = one end
      end
    end
  end
  add(blocks)
  return out
end

-- fields --------------------------------------------------------------------------------------------------------------
local named
local whole = math.tointeger -- JSON has one kind of number

local function take_attr(el, attr)
  el.identifier, el.classes, el.attributes = attr[1], pandoc.List(attr[2]), {}
  for _, pair in ipairs(attr[3]) do el.attributes[pair[1]] = pair[2] end
end

local function lists(all)
  for _, list in ipairs(all) do named(list) end
  return all
end

local function rows(given)
  local out = {}
  for r, row in ipairs(given) do
    local cells = {}
    for i, cell in ipairs(row[2]) do
      cells[i] = {
        alignment = cell[2].t, row_span = whole(cell[3]), col_span = whole(cell[4]), contents = named(cell[5]),
      }
    end
    out[r] = { cells = cells }
  end
  return out
end

local function caption(given) return { long = named(given[2]) } end

local function content(el) el.content = named(el.c) end
local function content_after_attr(el)
  take_attr(el, el.c[1])
  el.content = named(el.c[2])
end
local function content_second(el) el.content = named(el.c[2]) end
local function text(el) el.text = el.c end
local function text_after_attr(el)
  take_attr(el, el.c[1])
  el.text = el.c[2]
end
local function raw(el) el.format, el.text = el.c[1], el.c[2] end
local function target(el)
  content_after_attr(el)
  el.target, el.src, el.title, el.caption = el.c[3][1], el.c[3][1], el.c[3][2], el.content
end

local NAME = {
  Str = text, Code = text_after_attr, CodeBlock = text_after_attr, RawInline = raw, RawBlock = raw,
  Link = target, Image = target, Span = content_after_attr, Div = content_after_attr, Cite = content_second,
  Math = function(el) el.mathtype, el.text = el.c[1].t, el.c[2] end,
  Quoted = function(el)
    el.quotetype = el.c[1].t
    content_second(el)
  end,
  Header = function(el)
    el.level = whole(el.c[1])
    take_attr(el, el.c[2])
    el.content = named(el.c[3])
  end,
  OrderedList = function(el) el.start, el.content = whole(el.c[1][1]), lists(el.c[2]) end,
  BulletList = function(el) el.content = lists(el.c) end,
  LineBlock = function(el) el.content = lists(el.c) end,
  DefinitionList = function(el)
    el.content = el.c
    for _, item in ipairs(el.c) do
      named(item[1])
      lists(item[2])
    end
  end,
  Figure = function(el)
    take_attr(el, el.c[1])
    el.caption, el.content = caption(el.c[2]), named(el.c[3])
  end,
  Table = function(el)
    take_attr(el, el.c[1])
    el.caption, el.colspecs, el.bodies = caption(el.c[2]), {}, {}
    for i, spec in ipairs(el.c[3]) do el.colspecs[i] = { spec[1].t } end
    el.head, el.foot = { rows = rows(el.c[4][2]) }, { rows = rows(el.c[6][2]) }
    for i, body in ipairs(el.c[5]) do el.bodies[i] = { head = rows(body[3]), body = rows(body[4]) } end
  end,
}
for name in pairs(set("Emph Underline Strong Strikeout Superscript Subscript SmallCaps Note Plain Para BlockQuote")) do
  NAME[name] = content
end

named = function(list)
  for _, el in ipairs(list) do
    local name = NAME[el.t]
    if name then name(el) end
  end
  return list
end
ast.named = named

return ast
