// SPDX-License-Identifier: Apache-2.0
//
// How a process ended: what its wait status says.
#pragma once

#include <string>

#include "base/units.h"
#include "sample/task.h"

namespace proctape {

// SIGKILL: how the kernel ends a process when memory is short.
inline constexpr int kSigKill = 9;

struct ExitStatus {
  bool is_known = false;
  int code = 0;              // of exit(2)
  int signal = 0;            // that it died by; 0: it ended by itself
  bool dumped_core = false;  //

  bool failed() const { return is_known && signal == 0 && code != 0; }
  bool was_killed() const { return signal != 0; }
  // By a signal that does not just ask it to end, as SIGTERM, SIGINT, SIGHUP and SIGPIPE do.
  bool is_violent() const;

  friend bool operator==(const ExitStatus&, const ExitStatus&) = default;
};

// Of TaskIdentity::exit_code of an exited process: what wait(2) gives, in the low 16 bits.
ExitStatus exit_status(Count exit_code);

// "exit 1", "SIGKILL", "SIGSEGV, core dumped", "unknown".
std::string to_text(const ExitStatus& status);

// "SIGKILL", "signal 34".
std::string signal_name(int signal);

}  // namespace proctape
