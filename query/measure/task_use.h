// SPDX-License-Identifier: Apache-2.0
//
// What a process used over some samples, or what several of them did together.
//
// Sums are kept in floating point: a damaged or forged log may hold any number, and here three
// digits are enough.
#pragma once

#include <string>

#include "base/units.h"
#include "sample/task.h"

namespace proctape {

// A value at the ends of intervals.
struct Level {
  double last = 0;
  double first = 0;  // where it was seen first
  double peak = 0;
  Seconds peak_time;
};

struct TaskUse {
  // Who it is; of several, what was told of the last one of them.
  Count pid = 0;
  Count tgid = 0;
  Count ppid = 0;
  Count uid = 0;  // effective
  Seconds started;
  std::string name;
  std::string command_line;
  std::string container;  // empty: the host itself
  std::string cgroup;     // path, where it is known
  char state = 0;

  // Of the intervals; without what happened before the first.
  double user = 0;    // seconds
  double system = 0;  //
  double cpu() const { return user + system; }
  double run_delay = 0;       // seconds waiting for a CPU
  double block_io_delay = 0;  // seconds waiting for block I/O
  double read = 0;            // bytes
  double written = 0;         //
  double io() const { return read + written; }
  double minor_faults = 0;
  double major_faults = 0;
  double voluntary_switches = 0;
  double involuntary_switches = 0;
  double received = 0;  // bytes, of TCP and UDP
  double sent = 0;
  bool has_network = false;       // these were recorded, in one interval at least
  double gpu_busy = 0;            // seconds, of one GPU
  double uninterruptible = 0;     // seconds in state D at the ends of intervals, over threads
  double begun = 0;               // processes that began within an interval
  double ended = 0;               // and that ended
  double seconds = 0;             // of the intervals in which it was there
  Seconds seen_first, seen_last;  // ends of intervals
  bool begun_unseen = true;       // the first sample that tells of it is not of its beginning
  bool is_gone = false;           // it has ended

  // At the ends of intervals.
  Level resident;      // bytes
  Level proportional;  // PSS, bytes; 0 where it was not recorded
  Level swap;          // bytes
  Level virtual_size;  // bytes
  Level gpu_memory;    // bytes
  Level threads;
  Level processes;  // alive
};

}  // namespace proctape
