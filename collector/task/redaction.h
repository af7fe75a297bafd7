// SPDX-License-Identifier: Apache-2.0
//
// Command lines without the secrets on them: what patterns of the configuration find is
// replaced by "***" before anything is stored.
//
// In the text that patterns see, a space stands between two arguments only; a space within
// an argument is a vertical tab there. So "[^ ]+" is the rest of an argument, a quoted
// password with spaces is hidden whole, and "[[:space:]]" finds both.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/inline_text.h"
#include "base/pattern.h"
#include "base/result.h"

namespace proctape {

class Redaction {
 public:
  // As much of a command line is to be given: a secret is hidden by what surrounds it,
  // which may be behind what is kept.
  static constexpr std::size_t kWantedBytes = 4096;

  // Without patterns nothing is hidden.
  Redaction() = default;

  // `patterns` as Pattern::compile takes them; of a match, what its last group in parentheses
  // matched is hidden. kInvalid if one is none, the message naming it.
  static Result<Redaction> compile(std::span<const std::string> patterns);

  // The command line as the log has it, from arguments that end in a NUL each (see
  // parse_task_cmdline). `cut`: there are more bytes than these, and a secret at their end
  // is hidden although its own end is not known. Thread-safe.
  InlineText<255> command_line(std::string_view arguments, bool cut = false) const;

 private:
  std::string hide(std::string text) const;

  std::vector<Pattern> patterns_;
  // Together they match what any of the patterns does: most lines need no more than that.
  std::vector<Pattern> filters_;
};

}  // namespace proctape
