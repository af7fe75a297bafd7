// SPDX-License-Identifier: Apache-2.0
//
// A POSIX extended regular expression, as regcomp(3) of the C library understands it; one
// that begins with "(?i)" ignores case. Searching is thread-safe and works on bytes.
#pragma once

#include <regex.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace proctape {

class Pattern {
 public:
  static constexpr std::string_view kIgnoreCase = "(?i)";

  // Part of the text that was searched.
  struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  struct Match {
    Span whole;
    Span last_group;  // what the last group in parentheses matched; the whole without groups
  };

  // kInvalid if `text` is no such expression, the message being the C library's; if it has
  // back-references, which make searching slow; or if it matches everywhere.
  static Result<Pattern> compile(const std::string& text);

  // The first match that begins at or behind `from`.
  std::optional<Match> find(std::string_view text, std::size_t from) const;

  // Whether there is any: faster than finding out where.
  bool matches(std::string_view text) const;

 private:
  struct Free {
    void operator()(const regex_t* compiled) const {
      ::regfree(const_cast<regex_t*>(compiled));
      delete compiled;
    }
  };

  explicit Pattern(std::unique_ptr<const regex_t, Free> compiled)
      : compiled_(std::move(compiled)) {}

  std::unique_ptr<const regex_t, Free> compiled_;
};

}  // namespace proctape
