// SPDX-License-Identifier: Apache-2.0
//
// Which threads are listed behind their process. Processes themselves always are, with
// totals over all their threads.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "sample/task.h"

namespace proctape {

struct ThreadSelection {
  enum class Mode {
    kAll,
    kNone,
    kBusy,   // those that ran in the interval
    kNamed,  // those of processes with one of `names`
  };
  Mode mode = Mode::kAll;
  std::vector<std::string> names;

  // Whether threads of `process` may be listed at all.
  bool lists_threads_of(const Task& process) const {
    if (mode != Mode::kNamed) return mode != Mode::kNone;
    return std::ranges::find(names, process.identity.name.view()) != names.end();
  }
  // Whether one is that did not run.
  bool lists_idle_threads() const { return mode != Mode::kBusy; }
};

}  // namespace proctape
