// SPDX-License-Identifier: Apache-2.0
//
// Puts together what the BPF programs tell of one process after the other, in the kernel's units,
// to Exits.
#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "collector/bpf/exit_event.h"
#include "collector/redaction/redaction.h"
#include "collector/task/process_time.h"
#include "sample/exit.h"
#include "sample/host.h"

namespace proctape {

class ExitReader {
 public:
  // So long after the end of a process its final totals are waited for: until it is a zombie that
  // nobody reaps, or they will not be told any more.
  static constexpr std::chrono::seconds kPatience{1};

  explicit ExitReader(const Host& host)
      : page_size_(host.page_size),
        ticks_per_second_(host.ticks_per_second),
        boottime_offset_(host.boottime_offset),
        user_(host.ticks_per_second),
        system_(host.ticks_per_second) {}

  // A process ended. `arguments` are the bytes that follow `event`, of which `redaction` makes a
  // command line. Appends to `into` only an earlier process of that pid that was still waited for.
  void ended(const ExitEvent& event, std::string_view arguments, const Redaction& redaction,
             std::vector<Exit>& into);

  // It was reaped: appends it to `into`.
  void reaped(const ExitTotals& totals, std::vector<Exit>& into);

  // Appends those that ended long enough before `now`, with the totals they had then.
  void give_up_waiting(SinceBoot now, std::vector<Exit>& into);

  // Processes that have ended and are not told yet.
  std::size_t waiting() const { return waiting_.size(); }

 private:
  struct Waiting {
    ExitTotals totals;
    SinceBoot ended{};
    Exit exit;  // without what the totals tell
  };

  std::uint64_t tick() const;  // in nanoseconds
  Ticks whole_ticks(std::uint64_t ns) const;
  // Of the kernel's own time since boot: that of this process's time namespace.
  SinceBoot since_boot(std::uint64_t ns) const;
  void tell(Waiting& one, const ExitTotals& totals, std::vector<Exit>& into);

  Count page_size_;
  Count ticks_per_second_;
  SinceBoot boottime_offset_;
  WholeTicks user_;
  WholeTicks system_;
  std::unordered_map<std::uint32_t, Waiting> waiting_;  // by pid
};

}  // namespace proctape
