-- A table to a call of `report-table`: what its columns hold decides their alignment, their widest texts their widths.
-- `page` lends `quoted`, `emit_blocks` and `words`; `in_table` and `n_tables` are kept there.

local ast = require("ast")

-- Lua's patterns know bytes only, so signs outside ASCII are first put as their like within it.
local PLAIN = {
  ["−"] = "-", ["–"] = "-", ["±"] = "+", ["≈"] = "~", ["≤"] = "<", ["≥"] = ">", ["€"] = "$", ["£"] = "$", ["¥"] = "$",
  ["₩"] = "$", ["₽"] = "$", ["‰"] = "%", ["°"] = "%", ["×"] = "%", ["’"] = "'", ["†"] = "*", ["\u{A0}"] = " ",
  ["\u{2009}"] = " ", ["\u{202F}"] = " ",
}
local NUMBER = "^%(?[~<>]?[%+%-]?U?S?%$?%s?[%+%-]?%d[%d%s,%.']*%s?%a?%a?%a?%.?%s?%%?%)?%*?$"
-- Cells that say there is no number, in a column of numbers.
local NO_NUMBER = {}
for _, text in ipairs({ "–", "—", "-", "…", "n/a", "na", "nan", "nat", "<na>", "none" }) do NO_NUMBER[text] = true end

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
  local text = only and table.concat(parts) or ast.text(blocks)
  text = text:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")
  -- A cell may hold nothing but a space that does not break; any other such space stays.
  if text:gsub("\194\160", ""):match("^ *$") then text = "" end
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
  -- A mark stays beside the word it belongs to.
  local mark, rest = text:match("^(%S+) (%S.*)$")
  if mark and not mark:match("%w") and utf8.len(mark) == 1 and utf8.codepoint(mark) > 0x2000 then
    text = mark .. "\u{A0}" .. rest
  end
  -- Hangul breaks within its words, so that a short phrase of it (six syllables) is kept together.
  if text:match("[\xEA-\xED][\x80-\xBF]") and rough_width(text) <= 6.5 then return text, rough_width(text) end
  for word in text:gmatch("%S+") do
    local width = rough_width(word)
    if width > size then best, size = word, width end
  end
  return best, size
end

return function(page)
  return function(el, source)
    page.n_tables = page.n_tables + 1
    local quoted, emit_blocks, words = page.quoted, page.emit_blocks, page.words
    local head, body = place(el.head.rows, #el.colspecs), {}
    for _, part in ipairs(el.bodies) do
      for _, line in ipairs(place(part.head, #el.colspecs)) do body[#body + 1] = line end
      for _, line in ipairs(place(part.body, #el.colspecs)) do body[#body + 1] = line end
    end
    for _, line in ipairs(place(el.foot.rows, #el.colspecs)) do body[#body + 1] = line end
    close_blanks(head)
    local was_in_table = page.in_table
    page.in_table = true
    local n = #el.colspecs
    local stats, plain, tall, even = {}, #head <= 1, false, #body > 0
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
            else s.texts, even = s.texts + 1, false end
          end
        end
        even = even and (is_head or slot.only and slot.col_span == 1 and slot.row_span == 1)
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
      local body = slot.text ~= "" and "#" .. quoted(slot.text) .. ";" or ""
      if not slot.only then body = emit_blocks(slot.contents) end
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
    -- The last five rows from below, each as its cells' widths, as far as no cell reaches from one row into the next.
    local ends = {}
    for r = #body, math.max(1, #body - 4), -1 do
      local n_columns, ems = 0, {}
      for _, slot in ipairs(body[r]) do
        n_columns = n_columns + (slot.row_span == 1 and slot.col_span or 0)
        ems[#ems + 1] = slot.only and ("%.1f, "):format(rough_width(slot.text) / slot.col_span) or "-1, "
        for _ = 2, slot.col_span do ems[#ems + 1] = "none, " end
      end
      if n_columns ~= n or r > 1 and #body[r - 1] == 0 then break end
      ends[#ends + 1] = "(" .. table.concat(ems) .. "), "
    end
    local mins, maxs = {}, {}
    for c = 1, n do
      local s = stats[c]
      mins[c] = "(" .. quoted(s.words.h or "") .. ", " .. quoted(s.words.b or "") .. "),"
      maxs[c] = "(" .. quoted(s.lines.h or "") .. ", " .. quoted(s.lines.b or "") .. "),"
    end
    local caption = el.caption.long and #el.caption.long > 0 and "[" .. emit_blocks(el.caption.long) .. "]" or "none"
    page.in_table = was_in_table
    return table.concat({
      "#report-table(",
      "  align: (" .. table.concat(aligns, ", ") .. ",),",
      "  words: (" .. table.concat(mins, " ") .. "),",
      "  lines: (" .. table.concat(maxs, " ") .. "),",
      "  plain: " .. tostring(plain) .. ", tall: " .. tostring(tall) .. ", even: " .. tostring(even) .. ",",
      "  head-rows: " .. #head .. ",",
      "  rows: " .. #body .. ", ends: (" .. table.concat(ends) .. "),",
      "  caption: " .. caption .. ",",
      "  source: " .. (source and "[" .. source .. "]" or "none") .. ",",
      "  head: (", rows(head, "#th[", "]"), "  ),",
      "  body: (", rows(body, "", ""), "  ),",
      ")",
    }, "\n")
  end
end
