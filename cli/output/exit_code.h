// SPDX-License-Identifier: Apache-2.0
//
// What the exit status of every subcommand means.
#pragma once

namespace proctape {

enum ExitCode : int {
  kExitFine = 0,
  kExitProblems = 1,    // done, but something in a log is damaged, or none covers what is asked for
  kExitUsage = 2,       // the command line makes no sense
  kExitUnreadable = 3,  // a file cannot be opened or written, or is no atop log
};

}  // namespace proctape
