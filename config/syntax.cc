// SPDX-License-Identifier: Apache-2.0
#include "config/syntax.h"

#include <algorithm>

#include "base/text/text.h"
#include "base/text/visible_text.h"

namespace proctape {
namespace {

// Parts of toml++'s descriptions, and what stands in their place.
struct Wording {
  std::string_view theirs;
  std::string_view ours;
};
constexpr Wording kWordings[] = {
    {"Error while parsing ", ""},
    {", saw ", ", found "},
    {"encountered end-of-file", "expected its end, found the end of the file"},
    {"cannot redefine existing ", "expected once, found again: "},
    {"unknown escape sequence ", R"(expected \\ for a backslash within "...", found )"},
    {"could not determine value type",
     R"(expected "text", true, false or [a list], found none of them)"},
};

// Where a text in quotes that begins at `begin` ends; one that is not closed, with its line.
std::size_t end_of_text(std::string_view content, std::size_t begin) {
  const std::string_view one = content.substr(begin, 1);
  const std::string_view three = content.substr(begin, 3);
  const bool has_escapes = one == "\"";
  const bool many_lines = three == "\"\"\"" || three == "'''";
  const std::string_view quote = many_lines ? three : one;
  for (std::size_t i = begin + quote.size(); i < content.size(); ++i) {
    if (has_escapes && content[i] == '\\') {
      ++i;
    } else if (content.substr(i).starts_with(quote)) {
      i += quote.size();
      // Two more may belong to the text itself.
      for (int more = 0; many_lines && more < 2 && content.substr(i).starts_with(one); ++more) ++i;
      return i;
    } else if (!many_lines && content[i] == '\n') {
      return i;
    }
  }
  return content.size();
}

}  // namespace

std::size_t first_too_deep(std::string_view content, Place& place) {
  constexpr std::size_t kDeepest = 16;
  std::size_t brackets = 0;
  std::size_t dots = 0;  // of the key, or number
  for (std::size_t i = 0; i < content.size();) {
    const char c = content[i];
    if (c == '"' || c == '\'') {
      i = end_of_text(content, i);
      continue;
    }
    if (c == '#') {
      i = std::min(content.find('\n', i), content.size());
      continue;
    }
    if (c == '[' || c == '{') ++brackets;
    if ((c == ']' || c == '}') && brackets > 0) --brackets;
    if (c == '.') ++dots;
    if (c == '=' || c == ',' || c == '\n' || c == '{') dots = 0;
    if (brackets > kDeepest || dots > kDeepest) {
      first_bad_byte(content.substr(0, i), place);
      return i;
    }
    ++i;
  }
  return content.size();
}

std::size_t first_bad_byte(std::string_view content, Place& place) {
  const char* const end = content.data() + content.size();
  place = {};
  for (const char* p = content.data(); p < end;) {
    const std::size_t length = utf8_length(p, end);
    if (length == 0) return static_cast<std::size_t>(p - content.data());
    if (*p == '\n') {
      ++place.line;
      place.column = 1;
    } else {
      ++place.column;
    }
    p += length;
  }
  return content.size();
}

std::string_view line_of(std::string_view content, std::size_t number) {
  std::string_view line;
  while (number-- > 0) line = next_line(content);
  return line.substr(0, line.find('\r'));
}

std::optional<BareValue> bare_value(std::string_view line) {
  const auto equals = line.find('=');
  if (equals == line.npos) return std::nullopt;
  const std::string_view key = trimmed(line.substr(0, equals));
  const std::string_view value = trimmed(line.substr(equals + 1, line.find('#') - equals - 1));
  if (key.empty() || value.empty() || value.find_first_of("\"'[]{}") != value.npos) {
    return std::nullopt;
  }
  const auto before = static_cast<std::size_t>(value.data() - line.data());
  Place place;
  first_bad_byte(line.substr(0, before), place);
  return BareValue{key, value, place.column};
}

std::string syntax_message(std::string_view description, std::string_view line) {
  std::string text = visible(description);
  // A string that is not closed meets the end of its line, which the parser says cryptically.
  constexpr std::string_view kControl = "unescaped control characters";
  if (const auto at = text.find(kControl); at != text.npos) {
    const bool has_control = std::ranges::any_of(
        line, [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7F; });
    text.replace(at, text.npos,
                 has_control ? "expected text, found a control character"
                             : "expected a closing quote, found the end of the line");
  }
  for (const Wording& wording : kWordings) {
    if (const auto at = text.find(wording.theirs); at != text.npos) {
      text.replace(at, wording.theirs.size(), wording.ours);
    }
  }
  return text;
}

}  // namespace proctape
