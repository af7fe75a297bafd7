// SPDX-License-Identifier: Apache-2.0
//
// What to say of a configuration file that is no TOML. The parser tells where and, in the words
// of a grammar, why; administrators are told what was expected, and what was found.
#pragma once

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace proctape {

// In a file; both from 1, columns in characters.
struct Place {
  std::size_t line = 1;
  std::size_t column = 1;

  friend auto operator<=>(const Place&, const Place&) = default;
};

// The first byte of `content` that belongs to no UTF-8 character; `content.size()` if there is
// none, and where it stands.
std::size_t first_bad_byte(std::string_view content, Place& place);

// The first byte of `content` at which lists, tables and the parts of a key lie deeper in each
// other than any setting does; `content.size()` if there is none, and where it stands. The parser
// takes each level from the stack, without a limit for keys such as a.a.a.a. As far as `content` is
// TOML: the parser goes no further.
std::size_t first_too_deep(std::string_view content, Place& place);

// `content`'s line of this number, without its end.
std::string_view line_of(std::string_view content, std::size_t number);

// A line `key = value` whose value, as far as no comment, has neither quotes nor brackets.
struct BareValue {
  std::string_view key;
  std::string_view value;
  std::size_t column;  // of the value
};
std::optional<BareValue> bare_value(std::string_view line);

// The parser's description of a mistake in `line`, in our words.
std::string syntax_message(std::string_view description, std::string_view line);

}  // namespace proctape
