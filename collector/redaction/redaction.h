// SPDX-License-Identifier: Apache-2.0
//
// Command lines and names without the secrets in them: "***" stands for what looks like one
// (secrets.h), or what patterns of the configuration find, before anything is stored.
//
// In the text that patterns see, a space stands between two arguments only; a space within
// an argument is a vertical tab there. So "[^ ]+" is the rest of an argument, a quoted
// password with spaces is hidden whole, and "[[:space:]]" finds both.
//
// Whatever others put on their command lines, it takes a bounded time: a line that would take
// longer than any ordinary one is "***" as a whole, and so are, until the next snapshot, all that
// come when together they have taken what a snapshot may.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/pattern.h"
#include "base/result.h"
#include "base/text/inline_text.h"
#include "collector/redaction/secrets.h"

namespace proctape {

class Redaction {
 public:
  // Among the patterns it stands for what looks like a secret.
  static constexpr std::string_view kDefault = "default";
  static constexpr std::string_view kHidden = "***";

  // As much of a command line is to be given: a secret is hidden by what surrounds it,
  // which may be behind what is kept.
  static constexpr std::size_t kWantedBytes = 4096;

  // In steps, of which one is about a byte that is looked at: of one line, and of one snapshot,
  // which are some 1 and 100 ms of CPU time.
  static constexpr std::int64_t kStepsOfLine = std::int64_t{1} << 18;
  static constexpr std::int64_t kStepsOfSnapshot = std::int64_t{1} << 24;

  // Without patterns nothing is hidden.
  Redaction() = default;

  // `patterns` are kDefault, or as Pattern::compile takes them; of a match, what its last group in
  // parentheses matched is hidden. Nothing is hidden of what a pattern in `allowed` matches.
  // kInvalid if one is none, the message naming it.
  static Result<Redaction> compile(std::span<const std::string> patterns,
                                   std::span<const std::string> allowed = {});

  // A new snapshot begins. Thread-safe, like all below.
  void begin_snapshot() const;

  // The command line as the log has it, from arguments that end in a NUL each (see
  // parse_task_cmdline). `cut`: there are more bytes than these, and a secret at their end
  // is hidden although its own end is not known. None: this snapshot has taken too long already;
  // kHidden is to be stored, and the line asked for again with the next one.
  std::optional<InlineText<255>> command_line(std::string_view arguments, bool cut = false) const;

  // Whether something in a name is hidden; then `hidden` is that name without it. `cut`: it is the
  // beginning of a longer one.
  bool hides(std::string_view name, bool cut, std::string& hidden) const;

  // Of a task, as it is stored (task_name).
  InlineText<15> task_name(const InlineText<15>& name) const;

 private:
  // False: it would take too long.
  bool find(std::string_view text, bool cut, SecretSpans& spans, std::int64_t& steps) const;
  bool find_patterns(std::string_view text, bool cut, SecretSpans& spans,
                     std::int64_t& steps) const;
  bool hides_nothing() const { return !finds_secrets_ && patterns_.empty(); }

  bool finds_secrets_ = false;
  std::vector<Pattern> patterns_;
  std::vector<Pattern> allowed_;
  // Out of line, because nobody could move it.
  std::unique_ptr<std::atomic<std::int64_t>> steps_ =
      std::make_unique<std::atomic<std::int64_t>>(kStepsOfSnapshot);
};

}  // namespace proctape
