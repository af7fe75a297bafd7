// SPDX-License-Identifier: Apache-2.0
//
// libFuzzer target: whatever is on a command line, and whatever patterns a configuration has, what
// is hidden lies within the line, what is kept is fit for a log, the work is bounded, and a
// password that stands behind its name is not seen. The input is a byte of choices, the two
// patterns, each with a newline behind it, and the arguments.
#include <algorithm>
#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "base/pattern.h"
#include "base/text/text.h"
#include "collector/kernel/task_name.h"
#include "collector/redaction/redaction.h"
#include "collector/redaction/secrets.h"
#include "tests/fuzz/require.h"

namespace proctape {
namespace {

enum Choice : std::uint8_t { kCut = 1, kWithDefault = 2 };

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// What a line may take is some milliseconds; this is with all that the sanitizers add.
template <typename Work>
void require_quick(const char* what, const Work& work) {
  const double begin = cpu_seconds();
  work();
  require(cpu_seconds() - begin < 0.2, what);
}

void require_printable(std::string_view text) {
  std::string again(text);
  make_printable_utf8(again.data(), again.data() + again.size(), ' ');
  require(again == text, "what is kept is printable");
}

void find_all(const Pattern& pattern, std::string_view text) {
  for (std::size_t from = 0; from < text.size();) {
    std::int64_t steps = Redaction::kStepsOfLine;
    const auto match = pattern.find(text, from, steps);
    require(!match || steps > 0, "there is no match without steps");
    if (!match) return;
    require(from <= match->whole.begin && match->whole.begin <= match->whole.end &&
                match->whole.end <= text.size(),
            "a match lies where it was looked for");
    require(match->whole.begin <= match->last_group.begin &&
                match->last_group.begin <= match->last_group.end &&
                match->last_group.end <= match->whole.end,
            "a group lies within its match");
    const auto again = pattern.find(text, match->whole.begin, steps);
    require(steps <= 0 || (again && again->whole.begin == match->whole.begin &&
                           again->whole.end == match->whole.end),
            "a match is found where it begins");
    from = std::max(match->whole.end, match->whole.begin + 1);
  }
}

void find(std::string_view arguments, bool cut) {
  SecretSpans spans;
  std::int64_t steps = Redaction::kStepsOfLine;
  find_secrets(arguments, cut, spans, steps);
  if (steps <= 0) return;
  std::size_t at = 0;
  for (const SecretSpans::Span& span : spans.all()) {
    require(at <= span.begin && span.begin < span.end && span.begin < arguments.size(),
            "secrets are in order and apart");
    at = span.end;
  }
}

// Whatever stands before it, and of whatever program it is.
void require_hidden(const Redaction& redaction, std::string arguments) {
  constexpr std::string_view kSecret = "q7Zx9Kd2";
  if (arguments.find(kSecret) != arguments.npos) return;
  if (!arguments.empty() && !arguments.ends_with('\0')) arguments += '\0';
  arguments += "--password=" + std::string(kSecret) + '\0';
  if (arguments.size() > Redaction::kWantedBytes) return;
  const auto line = redaction.command_line(arguments);
  require(!line || line->view().find(kSecret) == std::string_view::npos,
          "a password behind its name is hidden");
}

void run(std::string_view input) {
  if (input.empty()) return;
  const auto choice = static_cast<std::uint8_t>(input[0]);
  input.remove_prefix(1);
  std::vector<std::string> hiding;
  if ((choice & kWithDefault) != 0) hiding.emplace_back(Redaction::kDefault);
  hiding.emplace_back(next_line(input));
  const std::vector<std::string> allowing{std::string(next_line(input))};
  const std::string_view arguments = input;
  const bool cut = (choice & kCut) != 0;

  for (const std::string& text : {hiding.back(), allowing[0]}) {
    const auto pattern = Pattern::compile(text);
    require(pattern || !pattern.error().message.empty(), "a refusal says why");
    if (pattern) find_all(*pattern, arguments);
  }
  require_quick("finding secrets is quick", [&] { find(arguments, cut); });

  auto redaction = Redaction::compile(hiding, allowing);
  // With the default alone, at least.
  if (!redaction) redaction = Redaction::compile(std::vector{std::string(Redaction::kDefault)});
  require_quick("hiding is quick", [&] {
    const auto line = redaction->command_line(arguments, cut);
    if (line) require_printable(line->view());
  });
  std::string hidden;
  if (redaction->hides(arguments, cut, hidden)) {
    require(hidden.find(Redaction::kHidden) != hidden.npos, "what is hidden is marked");
  }
  require_printable(redaction->task_name(task_name(arguments)).view());

  const auto plain = Redaction::compile(std::vector{std::string(Redaction::kDefault)});
  require_hidden(*plain, std::string(arguments));
}

}  // namespace
}  // namespace proctape

// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  proctape::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
