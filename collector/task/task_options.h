// SPDX-License-Identifier: Apache-2.0
//
// What to find out about tasks, beyond what always is.
#pragma once

#include <memory>

#include "collector/containers/task_places.h"
#include "collector/redaction/redaction.h"
#include "sample/deviation/thread_selection.h"

namespace proctape {

// How the proportional set size, by smaps_rollup, is read: the kernel walks all pages of the
// process for it.
enum class PssMode {
  kOff,
  kAlways,  // of each process for each snapshot
  kBudget,  // see pss_budget.h
};

struct TaskOptions {
  PssMode pss = PssMode::kOff;
  bool wait_channel = false;     // wchan
  bool oom_score = false;        // only log version 2.13 has room for it
  bool thread_switches = true;   // of threads that are not listed: only versions since 2.9
  ThreadSelection threads = {};  // of others only what their process's sums need is read
  PlaceOptions places = {};      // cgroups and containers of processes
  bool cgroups = false;          // all groups of the host: from log version 2.11 on
  // What is hidden on command lines; null: nothing.
  std::shared_ptr<const Redaction> redaction = nullptr;
};

}  // namespace proctape
