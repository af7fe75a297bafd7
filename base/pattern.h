// SPDX-License-Identifier: Apache-2.0
//
// A regular expression of bounded size, searched for in time linear in the text: an automaton
// that goes over the text once (Thompson's, with all its states at the same time), without
// recursion and without going back. Works on bytes, and is thread-safe.
//
// The syntax is that of POSIX extended expressions, with what else is common: (?:...), \d \w \s,
// their opposites, \b, and lazy "*?". "(?i)" at the beginning: case is ignored. Of several ways to
// match at one place the first one counts, in the order of the alternatives.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace proctape {

class Pattern {
 public:
  // What a configuration may make us do at most.
  static constexpr std::size_t kLongest = 1000;
  static constexpr std::size_t kDeepest = 50;       // parentheses in parentheses
  static constexpr std::size_t kMostStates = 1000;  // "a{1000}" has as many
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

  // kInvalid if `text` is no such expression, is too large, or matches everywhere.
  static Result<Pattern> compile(std::string_view text);

  // The first match that begins at or behind `from`. One step is one state at one byte; they are
  // subtracted from `steps`, and when none is left there is no match.
  std::optional<Match> find(std::string_view text, std::size_t from, std::int64_t& steps) const;

 private:
  friend class PatternCompiler;

  enum class Op : std::uint8_t { kBytes, kSplit, kJump, kGroupBegin, kGroupEnd, kAssert, kMatch };
  struct State {
    Op op = Op::kMatch;
    std::uint16_t next = 0;
    std::uint16_t other = 0;  // of kSplit: the way that counts less; of kBytes, kAssert: which
  };
  using Bytes = std::bitset<256>;
  class Search;

  Pattern() = default;

  std::vector<State> states_;
  std::vector<Bytes> bytes_;
  Bytes first_;  // what a match may begin with; all, if it may begin with none
};

}  // namespace proctape
