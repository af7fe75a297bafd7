// SPDX-License-Identifier: Apache-2.0
#include "collector/task/redaction.h"

#include <algorithm>
#include <array>

#include "collector/task/task_cmdline.h"

namespace proctape {
namespace {

constexpr std::string_view kHidden = "***";
constexpr char kSpaceInArgument = '\v';
// Ends the name and password of a URL: stands for what was cut off.
constexpr char kEndOfUrlPassword = '@';

// "(a)|(b)" of the patterns that ignore case, or of those that do not; empty if there are none.
std::string any_of(std::span<const std::string> patterns, bool ignoring_case) {
  std::string any;
  for (const std::string& pattern : patterns) {
    if (pattern.starts_with(Pattern::kIgnoreCase) != ignoring_case) continue;
    any += any.empty() ? (ignoring_case ? Pattern::kIgnoreCase : "") : "|";
    any += '(' + pattern.substr(ignoring_case ? Pattern::kIgnoreCase.size() : 0) + ')';
  }
  return any;
}

}  // namespace

Result<Redaction> Redaction::compile(std::span<const std::string> patterns) {
  Redaction redaction;
  for (const std::string& text : patterns) {
    auto pattern = Pattern::compile(text);
    if (!pattern) {
      return Error{pattern.error().kind, "pattern '" + text + "': " + pattern.error().message};
    }
    redaction.patterns_.push_back(std::move(*pattern));
  }
  for (const bool ignoring_case : {true, false}) {
    const std::string any = any_of(patterns, ignoring_case);
    if (any.empty()) continue;
    auto filter = Pattern::compile(any);
    if (!filter)
      return Error{filter.error().kind, "the patterns together: " + filter.error().message};
    redaction.filters_.push_back(std::move(*filter));
  }
  return redaction;
}

InlineText<255> Redaction::command_line(std::string_view arguments, bool cut) const {
  if (patterns_.empty()) return parse_task_cmdline(arguments);
  std::array<char, kWantedBytes + 2> bytes;
  std::size_t size = std::min(arguments.size(), kWantedBytes);
  cut |= size < arguments.size();
  std::transform(arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(size),
                 bytes.begin(), [](char c) {
                   if (c == '\0') return ' ';
                   return c == ' ' ? kSpaceInArgument : c;
                 });
  // The NUL behind the last argument separates it from nothing.
  if (!cut && size > 0 && arguments[size - 1] == '\0') --size;
  if (cut) bytes[size++] = kEndOfUrlPassword;
  bytes[size] = '\0';  // regexec of sanitizers reads up to one, whatever it is told
  const std::string_view text(bytes.data(), size);
  const auto found = [&](const Pattern& filter) { return filter.matches(text); };
  if (std::ranges::none_of(filters_, found)) return parse_task_cmdline(arguments);
  std::string hidden = hide(std::string(text));
  if (cut && hidden.ends_with(kEndOfUrlPassword)) hidden.pop_back();
  return parse_task_cmdline(hidden);
}

std::string Redaction::hide(std::string text) const {
  for (const Pattern& pattern : patterns_) {
    for (std::size_t from = 0; from < text.size();) {
      const auto match = pattern.find(text, from);
      if (!match) break;
      const auto [begin, end] = match->last_group;
      text.replace(begin, end - begin, kHidden);
      // On behind it, and behind the match, unless that was empty.
      from = std::max(begin + kHidden.size(), from + 1);
    }
  }
  return text;
}

}  // namespace proctape
