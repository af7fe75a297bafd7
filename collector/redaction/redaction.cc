// SPDX-License-Identifier: Apache-2.0
#include "collector/redaction/redaction.h"

#include <algorithm>
#include <array>

#include "collector/kernel/task_cmdline.h"
#include "collector/kernel/task_name.h"

namespace proctape {
namespace {

constexpr char kSpaceInArgument = '\v';
// Ends the name and password of a URL: stands for what was cut off.
constexpr char kEndOfUrlPassword = '@';

Result<std::vector<Pattern>> compile_all(std::span<const std::string> texts) {
  std::vector<Pattern> patterns;
  for (const std::string& text : texts) {
    if (text == Redaction::kDefault) continue;
    auto pattern = Pattern::compile(text);
    if (!pattern) {
      return Error{pattern.error().kind, "pattern '" + text + "': " + pattern.error().message};
    }
    patterns.push_back(std::move(*pattern));
  }
  return patterns;
}

// Calls `use` with each match of `pattern`.
template <typename Use>
void each_match(const Pattern& pattern, std::string_view text, std::int64_t& steps,
                const Use& use) {
  for (std::size_t from = 0; from < text.size();) {
    const auto match = pattern.find(text, from, steps);
    if (!match) return;
    use(*match);
    from = std::max({match->last_group.end, match->whole.begin + 1, from + 1});
  }
}

// Appends to `into` what `text` is with "***" for the spans, as long as there is room.
template <typename Append>
void put_hidden(std::string_view text, std::span<const SecretSpans::Span> spans,
                const Append& append) {
  std::size_t at = 0;
  for (const SecretSpans::Span& span : spans) {
    append(text.substr(at, span.begin - at));
    append(Redaction::kHidden);
    at = std::min(span.end, text.size());
  }
  append(text.substr(at));
}

}  // namespace

Result<Redaction> Redaction::compile(std::span<const std::string> patterns,
                                     std::span<const std::string> allowed) {
  Redaction redaction;
  auto hiding = compile_all(patterns);
  if (!hiding) return std::move(hiding.error());
  auto allowing = compile_all(allowed);
  if (!allowing) return std::move(allowing.error());
  redaction.patterns_ = std::move(*hiding);
  redaction.allowed_ = std::move(*allowing);
  redaction.finds_secrets_ = std::ranges::find(patterns, kDefault) != patterns.end();
  return redaction;
}

void Redaction::begin_snapshot() const {
  steps_->store(kStepsOfSnapshot, std::memory_order_relaxed);
}

bool Redaction::find_patterns(std::string_view text, bool cut, SecretSpans& spans,
                              std::int64_t& steps) const {
  std::array<char, kWantedBytes + 1> bytes;
  std::size_t size = std::min(text.size(), kWantedBytes);
  std::transform(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size), bytes.begin(),
                 [](char c) {
                   if (c == '\0') return ' ';
                   return c == ' ' ? kSpaceInArgument : c;
                 });
  // The NUL behind the last argument separates it from nothing.
  if (!cut && size > 0 && text[size - 1] == '\0') --size;
  const std::size_t end = size;
  if (cut) bytes[size++] = kEndOfUrlPassword;
  const std::string_view seen(bytes.data(), size);
  for (const Pattern& pattern : patterns_) {
    each_match(pattern, seen, steps, [&](const Pattern::Match& match) {
      spans.add(match.last_group.begin, std::min(match.last_group.end, end));
    });
  }
  spans.finish();
  if (spans.empty() || allowed_.empty()) return steps > 0;
  SecretSpans kept;
  std::array<bool, SecretSpans::kMost> allowed{};
  for (const Pattern& pattern : allowed_) {
    each_match(pattern, seen, steps, [&](const Pattern::Match& match) {
      for (std::size_t i = 0; i < spans.all().size(); ++i) {
        const auto& span = spans.all()[i];
        allowed[i] |= span.begin < match.whole.end && match.whole.begin < span.end;
      }
    });
  }
  for (std::size_t i = 0; i < spans.all().size(); ++i) {
    if (!allowed[i]) kept.add(spans.all()[i].begin, spans.all()[i].end);
  }
  spans = kept;
  return steps > 0;
}

bool Redaction::find(std::string_view text, bool cut, SecretSpans& spans,
                     std::int64_t& steps) const {
  if (finds_secrets_) find_secrets(text, cut, spans, steps);
  if (steps <= 0) return false;
  return (patterns_.empty() && allowed_.empty()) || find_patterns(text, cut, spans, steps);
}

std::optional<InlineText<255>> Redaction::command_line(std::string_view arguments, bool cut) const {
  if (hides_nothing() || arguments.empty()) return parse_task_cmdline(arguments);
  if (steps_->load(std::memory_order_relaxed) <= 0) return std::nullopt;
  if (arguments.size() > kWantedBytes) {
    arguments = arguments.substr(0, kWantedBytes);
    cut = true;
  }
  SecretSpans spans;
  std::int64_t steps = kStepsOfLine;
  const bool in_time = find(arguments, cut, spans, steps);
  steps_->fetch_sub(kStepsOfLine - steps, std::memory_order_relaxed);
  if (!in_time) return InlineText<255>(kHidden);
  if (spans.empty()) return parse_task_cmdline(arguments);
  // One character more than is kept: where it is cut depends on it.
  std::array<char, InlineText<255>::kCapacity + 4> line;
  std::size_t size = 0;
  put_hidden(arguments, spans.all(), [&](std::string_view part) {
    part = part.substr(0, line.size() - size);
    std::ranges::copy(part, line.begin() + static_cast<std::ptrdiff_t>(size));
    size += part.size();
  });
  return parse_task_cmdline({line.data(), size});
}

bool Redaction::hides(std::string_view name, bool cut, std::string& hidden) const {
  if (hides_nothing()) return false;
  SecretSpans spans;
  std::int64_t steps = kStepsOfLine;
  if (!find(name, cut, spans, steps) || spans.empty()) return false;
  hidden.clear();
  put_hidden(name, spans.all(), [&](std::string_view part) { hidden += part; });
  return true;
}

InlineText<15> Redaction::task_name(const InlineText<15>& name) const {
  std::string hidden;
  const bool cut = name.size() == InlineText<15>::kCapacity;
  return hides(name, cut, hidden) ? proctape::task_name(hidden) : name;
}

}  // namespace proctape
