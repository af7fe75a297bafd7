// SPDX-License-Identifier: Apache-2.0
//
// Instructions and cycles of each CPU, user and kernel, by perf_event_open(2): a group of
// two counters per online CPU, kept open from one snapshot to the next.
//
// The groups are not pinned: where others use the few counters of a CPU, too, the kernel
// takes turns, and what was counted is scaled by time enabled / time running. A CPU that
// comes gets a group of its own; one that goes loses it and keeps what it counted.
#pragma once

#include <linux/perf_event.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "base/file/fd.h"
#include "base/result.h"
#include "sample/cpu.h"

namespace proctape {

struct Reading;
struct Snapshot;

// What is counted.
struct PerfEvents {
  std::uint32_t type = PERF_TYPE_HARDWARE;
  std::uint64_t instructions = PERF_COUNT_HW_INSTRUCTIONS;
  std::uint64_t cycles = PERF_COUNT_HW_CPU_CYCLES;
};

// What `counted` in the time running stands for over the whole time enabled.
Count scaled_count(std::uint64_t counted, std::uint64_t enabled, std::uint64_t running);

class PerfCounters {
 public:
  explicit PerfCounters(const PerfEvents& events = {}) : events_(events) {}

  // Fills the counters of all CPUs in `into.each` that are online: what they counted since
  // they were first seen here. `into.all` is the sum and 1, so that its first difference is
  // 1, which readers know as "begins now", and all others are true.
  //
  // When no CPU has such counters (kMissing: virtual machines mostly), they may not be used
  // (kDenied), or the limit of open files (RLIMIT_NOFILE less kReservedFiles) has no room
  // for two per CPU, it gives up for good: everything is closed, and the error returned by
  // this and each later call. A single CPU without counters shows 0.
  Result<> read(Cpus& into);

  std::size_t open_files() const;

  // Of the limit of open files: for logs, /proc, libraries.
  static constexpr std::uint64_t kReservedFiles = 128;

 private:
  struct Counts {
    std::uint64_t enabled = 0;  // ns
    std::uint64_t running = 0;
    std::uint64_t instructions = 0;
    std::uint64_t cycles = 0;
  };
  struct Group {
    Fd instructions;  // leads the group
    Fd cycles;
    bool refused = false;  // this CPU has no counters
    Counts last;           // as read
    Count instructions_total = 0;
    Count cycles_total = 0;
  };

  Result<> open_missing(const Cpus& cpus);
  Result<> open(Group& group, int cpu) const;
  Result<Fd> open_event(std::uint64_t config, int cpu, int group_fd) const;
  // False: the group counts no longer.
  static bool add_new_counts(Group& group);

  PerfEvents events_;
  std::vector<Group> groups_;  // by CPU number
  std::optional<Error> given_up_;
};

// The source. Of the running kernel only, whatever the root.
Result<> read_perf_counters(Reading& reading, Snapshot& into);

}  // namespace proctape
