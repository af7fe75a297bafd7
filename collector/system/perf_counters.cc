// SPDX-License-Identifier: Apache-2.0
#include "collector/system/perf_counters.h"

#include <linux/capability.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "base/capabilities.h"
#include "base/nearest.h"
#include "collector/system/source.h"

namespace proctape {
namespace {

constexpr std::uint64_t kFilesPerCpu = 2;

// What a read of a group gives (PERF_FORMAT_GROUP with both times).
struct GroupReading {
  std::uint64_t events;
  std::uint64_t enabled;
  std::uint64_t running;
  std::uint64_t values[2];
};

Result<> room_for(std::size_t cpus) {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return error_from_errno(errno, "RLIMIT_NOFILE");
  const std::uint64_t needed = kFilesPerCpu * cpus + PerfCounters::kReservedFiles;
  if (needed <= files.rlim_cur) return {};
  return Error{Error::Kind::kDenied, "counters of " + std::to_string(cpus) +
                                         " CPUs need a limit of " + std::to_string(needed) +
                                         " open files, which is " + std::to_string(files.rlim_cur)};
}

}  // namespace

Count scaled_count(std::uint64_t counted, std::uint64_t enabled, std::uint64_t running) {
  if (enabled == running) return static_cast<Count>(counted);
  return nearest(static_cast<double>(counted) * static_cast<double>(enabled) /
                 static_cast<double>(running));
}

Result<Fd> PerfCounters::open_event(std::uint64_t config, int cpu, int group_fd) const {
  perf_event_attr event{};
  event.size = sizeof event;
  event.type = events_.type;
  event.config = config;
  event.read_format =
      PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
  event.disabled = group_fd < 0;  // until the whole group is there
  constexpr int kAllTasks = -1;
  const RaisedCapabilities raised({CAP_PERFMON});
  const long fd =
      ::syscall(SYS_perf_event_open, &event, kAllTasks, cpu, group_fd, PERF_FLAG_FD_CLOEXEC);
  if (fd < 0) return error_from_errno(errno, "perf_event_open on CPU " + std::to_string(cpu));
  return Fd(static_cast<int>(fd));
}

Result<> PerfCounters::open(Group& group, int cpu) const {
  auto instructions = open_event(events_.instructions, cpu, -1);
  if (!instructions) return std::move(instructions.error());
  auto cycles = open_event(events_.cycles, cpu, instructions->get());
  if (!cycles) return std::move(cycles.error());
  if (::ioctl(instructions->get(), PERF_EVENT_IOC_ENABLE, PERF_IOC_FLAG_GROUP) != 0) {
    return error_from_errno(errno, "PERF_EVENT_IOC_ENABLE");
  }
  group.instructions = std::move(*instructions);
  group.cycles = std::move(*cycles);
  group.last = {};
  return {};
}

Result<> PerfCounters::open_missing(const Cpus& cpus) {
  std::optional<Error> first_error;
  bool limit_checked = false;
  for (const Cpu& cpu : cpus.each) {
    Group& group = groups_[static_cast<std::size_t>(cpu.number)];
    if (!cpu.online || group.instructions || group.refused) continue;
    if (!limit_checked) {
      const auto online = std::ranges::count_if(cpus.each, &Cpu::online);
      if (auto room = room_for(static_cast<std::size_t>(online)); !room) return room;
      limit_checked = true;
    }
    if (auto opened = open(group, static_cast<int>(cpu.number)); !opened) {
      // Neither the limit nor the permission will be another for the next CPU.
      if (opened.error().kind != Error::Kind::kMissing) return opened;
      group.refused = true;
      if (!first_error) first_error = std::move(opened.error());
    }
  }
  if (first_error && open_files() == 0) return std::move(*first_error);
  return {};
}

bool PerfCounters::add_new_counts(Group& group) {
  GroupReading now{};
  if (::read(group.instructions.get(), &now, sizeof now) != sizeof now) return false;
  const std::uint64_t enabled = now.enabled - group.last.enabled;
  const std::uint64_t running = now.running - group.last.running;
  if (enabled == 0) return false;
  // What had no turn is told by the turn that comes.
  if (running == 0) return true;
  group.instructions_total +=
      scaled_count(now.values[0] - group.last.instructions, enabled, running);
  group.cycles_total += scaled_count(now.values[1] - group.last.cycles, enabled, running);
  group.last = {now.enabled, now.running, now.values[0], now.values[1]};
  return true;
}

std::size_t PerfCounters::open_files() const {
  const auto open = std::ranges::count_if(
      groups_, [](const Group& group) { return static_cast<bool>(group.instructions); });
  return static_cast<std::size_t>(open) * kFilesPerCpu;
}

Result<> PerfCounters::read(Cpus& into) {
  if (given_up_) return *given_up_;
  groups_.resize(std::max(groups_.size(), into.each.size()));
  for (const Cpu& cpu : into.each) {
    Group& group = groups_[static_cast<std::size_t>(cpu.number)];
    if (!cpu.online) {
      group.refused = false;
    } else if (!group.instructions || add_new_counts(group)) {
      continue;
    }
    // Also a CPU that was offline between two snapshots: its counters do not go on.
    group.instructions.reset();
    group.cycles.reset();
  }
  if (auto opened = open_missing(into); !opened) {
    groups_.clear();
    given_up_ = opened.error();
    return opened;
  }
  into.all.instructions = into.all.cycles = 1;
  for (std::size_t number = 0; number < groups_.size(); ++number) {
    const Group& group = groups_[number];
    into.all.instructions += group.instructions_total;
    into.all.cycles += group.cycles_total;
    if (number >= into.each.size()) continue;
    into.each[number].instructions = group.instructions_total;
    into.each[number].cycles = group.cycles_total;
  }
  return {};
}

Result<> read_perf_counters(Reading& reading, Snapshot& into) {
  if (!reading.fs.has_own_pids()) {
    return Error{Error::Kind::kMissing,
                 reading.fs.root() + "/proc does not show the processes of this pid namespace"};
  }
  return reading.memo.perf_counters.read(into.system.cpus);
}

}  // namespace proctape
