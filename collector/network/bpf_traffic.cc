// SPDX-License-Identifier: Apache-2.0
#include "collector/network/bpf_traffic.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/file/fd.h"
#include "collector/bpf/load_error.h"
#include "collector/kernel/binary_units.h"

namespace proctape {
namespace {

// An exit is told when the process was reaped; one of a zombie, some seconds after its end.
constexpr std::chrono::seconds kExitTold{60};

void add_up(const TrafficCounters& some, TrafficCounters& sum) {
  sum.tcp_sent += some.tcp_sent;
  sum.tcp_bytes_sent += some.tcp_bytes_sent;
  sum.tcp_received += some.tcp_received;
  sum.tcp_bytes_received += some.tcp_bytes_received;
  sum.udp_sent += some.udp_sent;
  sum.udp_bytes_sent += some.udp_bytes_sent;
  sum.udp_received += some.udp_received;
  sum.udp_bytes_received += some.udp_bytes_received;
}

void subtract(const TrafficCounters& some, TrafficCounters& from) {
  from.tcp_sent -= some.tcp_sent;
  from.tcp_bytes_sent -= some.tcp_bytes_sent;
  from.tcp_received -= some.tcp_received;
  from.tcp_bytes_received -= some.tcp_bytes_received;
  from.udp_sent -= some.udp_sent;
  from.udp_bytes_sent -= some.udp_bytes_sent;
  from.udp_received -= some.udp_received;
  from.udp_bytes_received -= some.udp_bytes_received;
}

// Calls use(key, counters) for all that `get`, one of the loader's functions, gives.
template <typename Get, typename Use>
Result<> each_of(const TrafficProgram& program, Get get, const Use& use) {
  constexpr std::uint32_t kAtATime = 256;
  std::array<TrafficKey, kAtATime> keys;
  std::array<TrafficCounters, kAtATime> counters;
  const RaisedCapabilities raised(kBpfCapabilities);
  std::uint32_t position = 0;
  do {
    const long got = get(&program, &position, keys.data(), counters.data(), kAtATime);
    if (got < 0) return error_from_errno(static_cast<int>(-got), "BPF: network use of processes");
    for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i) use(keys[i], counters[i]);
  } while (position != 0);
  return {};
}

}  // namespace

TaskNetwork network_of(const TrafficCounters& counters) {
  const auto bytes = [](std::uint64_t of) { return Bytes{to_count(of)}; };
  return {.tcp_sent = to_count(counters.tcp_sent),
          .tcp_bytes_sent = bytes(counters.tcp_bytes_sent),
          .tcp_received = to_count(counters.tcp_received),
          .tcp_bytes_received = bytes(counters.tcp_bytes_received),
          .udp_sent = to_count(counters.udp_sent),
          .udp_bytes_sent = bytes(counters.udp_bytes_sent),
          .udp_received = to_count(counters.udp_received),
          .udp_bytes_received = bytes(counters.udp_bytes_received)};
}

Result<std::unique_ptr<BpfTraffic>> BpfTraffic::open(const KernelFs& fs, const Host& host) {
  if (auto possible = may_load_bpf(kTrafficProgramBuilt, fs); !possible) {
    return std::move(possible.error());
  }
  TrafficProgram program{};
  const RaisedCapabilities raised(kBpfCapabilities);
  if (const int error = traffic_program_load(&program); error < 0) {
    return bpf_load_error(fs, -error, "6.3");
  }
  return std::unique_ptr<BpfTraffic>(new BpfTraffic(program, host));
}

BpfTraffic::~BpfTraffic() { traffic_program_unload(&program_); }

Result<> BpfTraffic::read(Snapshot& into) {
  if (traffic_program_take_stirred(&program_) || is_first_) {
    if (auto read = read_reports(); !read) return read;
  }
  if (auto taken = take_ended(into.since_boot); !taken) return taken;
  give_to_tasks(into);
  give_to_exits(into);
  into.network = true;
  is_first_ = false;
  return {};
}

Result<> BpfTraffic::read_reports() {
  const RaisedCapabilities raised(kBpfCapabilities);
  const Fd fd(traffic_program_run(&program_));
  if (!fd) return error_from_errno(-fd.get(), "BPF: network use");
  std::vector<TrafficReport> reports;
  reports.reserve(reports_.size() + 16);
  // The kernel hands out whole reports, as many as fit into its buffer of two pages.
  std::array<TrafficReport, 256> some;
  for (;;) {
    const ssize_t count = ::read(fd.get(), some.data(), sizeof some);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) return error_from_errno(errno, "BPF: read network use");
    if (count == 0) break;
    const auto size = static_cast<std::size_t>(count);
    if (size % sizeof some[0] != 0) {
      return malformed("BPF: network use", "whole reports", std::to_string(size) + " bytes");
    }
    reports.insert(reports.end(), some.begin(), some.begin() + size / sizeof some[0]);
  }
  reports_ = std::move(reports);
  return add_strays();
}

Result<> BpfTraffic::add_strays() {
  const auto add = [&](const TrafficKey& key, const TrafficCounters& counters) {
    auto found = std::ranges::find_if(reports_, [&](const TrafficReport& of) {
      return of.task.pid == key.pid && of.task.start == key.start;
    });
    if (found == reports_.end()) {
      const std::uint32_t process = key.is_thread ? 0 : key.pid;
      reports_.push_back({.task = key, .tgid = process, .thread = {}, .others = {}});
      found = reports_.end() - 1;
    }
    if (!key.is_thread) {
      found->tgid = key.pid;
      add_up(counters, found->others);
      return;
    }
    add_up(counters, found->thread);
    // What a main thread has is among what its process has.
    subtract(counters, found->others);
  };
  return each_of(program_, traffic_program_read_stray, add);
}

Result<> BpfTraffic::take_ended(SinceBoot now) {
  std::erase_if(ended_, [&](const auto& one) { return now - one.second.taken > kExitTold; });
  return each_of(program_, traffic_program_take_ended,
                 [&](const TrafficKey& key, const TrafficCounters& counters) {
                   ended_.emplace(Count{key.pid},
                                  Ended{conversion_.start(key.start), now, network_of(counters)});
                 });
}

void BpfTraffic::give_to_tasks(Snapshot& into) {
  if (is_first_) {
    // Of other programs, which counted before.
    for (TaskReading& task : into.tasks) task.network = TaskNetwork{};
  }
  const auto give = [&](Count pid, bool is_process, Ticks start, const TrafficCounters& counters) {
    const TaskReading* found = into.task_index.find(into.tasks, pid, is_process);
    if (!found || found->start != start) return;
    into.tasks[static_cast<std::size_t>(found - into.tasks.data())].network = network_of(counters);
  };
  for (const TrafficReport& report : reports_) {
    const Ticks start = conversion_.start(report.task.start);
    give(report.task.pid, false, start, report.thread);
    if (report.task.pid != report.tgid) continue;
    TrafficCounters all = report.others;
    add_up(report.thread, all);
    give(report.task.pid, true, start, all);
  }
}

void BpfTraffic::give_to_exits(Snapshot& into) {
  if (!into.exits_known) ended_.clear();
  if (ended_.empty()) return;
  for (Exit& exit : into.exits) {
    const auto [first, last] = ended_.equal_range(Count{exit.pid});
    for (auto one = first; one != last; ++one) {
      const Count apart = (exit.start - one->second.start).value;
      if (apart > exit.start_error.value || -apart > exit.start_error.value) continue;
      exit.network = one->second.network;
      ended_.erase(one);
      break;
    }
  }
}

Count BpfTraffic::take_lost() {
  const std::uint64_t lost = traffic_program_lost(&program_);
  return to_count(lost - std::exchange(lost_before_, lost));
}

}  // namespace proctape
