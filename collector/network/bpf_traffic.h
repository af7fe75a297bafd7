// SPDX-License-Identifier: Apache-2.0
//
// What each task sends and receives, by BPF programs that count it (collector/bpf/traffic.bpf.c):
// calls and bytes of payload, of TCP and UDP over IPv4 and IPv6. Kernels from 6.3 on, with CAP_BPF
// and CAP_PERFMON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "collector/bpf/traffic_loader.h"
#include "collector/kernel/kernel_fs.h"
#include "collector/task/report_conversion.h"
#include "sample/host.h"
#include "sample/snapshot.h"

namespace proctape {

class BpfTraffic {
 public:
  // Loads the programs, which count from then on.
  static Result<std::unique_ptr<BpfTraffic>> open(const KernelFs& fs, const Host& host);
  ~BpfTraffic();
  BpfTraffic(const BpfTraffic&) = delete;
  BpfTraffic& operator=(const BpfTraffic&) = delete;

  // Sets what the tasks and the exits of `into` have sent and received since they began, or since
  // the programs were loaded. Fails if the kernel does not tell; what tasks had stays then.
  Result<> read(Snapshot& into);

  // Calls and ended processes that there was no memory to count for, since this was last asked.
  Count take_lost();

 private:
  // Of a process whose exit has not been told yet.
  struct Ended {
    Ticks start;
    SinceBoot taken{};
    TaskNetwork network;
  };

  BpfTraffic(TrafficProgram program, const Host& host) : program_(program), conversion_(host) {}

  Result<> read_reports();
  Result<> add_strays();
  Result<> take_ended(SinceBoot now);
  void give_to_tasks(Snapshot& into);
  void give_to_exits(Snapshot& into);

  TrafficProgram program_;
  ReportConversion conversion_;
  std::vector<TrafficReport> reports_;           // of all tasks that have any, by ascending pid
  std::unordered_multimap<Count, Ended> ended_;  // by pid
  bool is_first_ = true;
  std::uint64_t lost_before_ = 0;
};

TaskNetwork network_of(const TrafficCounters& counters);

}  // namespace proctape
