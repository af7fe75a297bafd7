// SPDX-License-Identifier: Apache-2.0
#include "collector/cgroup/cgroup_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/text/text.h"
#include "collector/cgroup/cgroup_files.h"
#include "collector/cgroup/cgroup_limits.h"
#include "collector/system/pressure.h"

namespace proctape {
namespace {

bool is_there(int directory) { return ::faccessat(directory, "cgroup.procs", F_OK, 0) == 0; }

// Whether tasks of the host stood still for at least half of the interval; true if the
// kernel does not say. Half leaves room for totals that the kernel brings up to date late.
bool stood_still(Milliseconds interval, const Stall& before, const Stall& now) {
  return (now.total - before.total).value / 1000 >= interval.value / 2;
}

bool ran_between(const Cgroup& before, const Cgroup& now) {
  return now.identity.processes != before.identity.processes || now.cpu.user.value == kUnknown ||
         now.cpu.user != before.cpu.user || now.cpu.system != before.cpu.system;
}

// Those that are not known now: else the next difference would be all since the group began.
void keep_counters(const Cgroup& before, Cgroup& now) {
  const auto keep = [](auto& part, const auto& part_before, auto... members) {
    const auto keep_one = [](auto& value, auto value_before) {
      if (value == decltype(value_before){kUnknown}) value = value_before;
    };
    (keep_one(part.*members, part_before.*members), ...);
  };
  keep(now.cpu, before.cpu, &CgroupCpu::user, &CgroupCpu::system, &CgroupCpu::pressure_some,
       &CgroupCpu::pressure_full);
  keep(now.memory, before.memory, &CgroupMemory::pressure_some, &CgroupMemory::pressure_full);
  keep(now.disk, before.disk, &CgroupDisk::read, &CgroupDisk::written, &CgroupDisk::reads,
       &CgroupDisk::writes, &CgroupDisk::pressure_some, &CgroupDisk::pressure_full);
}

}  // namespace

void CgroupReader::begin(const Snapshot& previous, const Snapshot& current,
                         std::span<const DeviceNumber> disks) {
  ++snapshots_;
  disks_ = disks;
  problem_.reset();
  standstill_ = {};
  const Pressure& before = previous.system.pressure;
  const Pressure& now = current.system.pressure;
  if (!before.present || !now.present) return;
  const auto elapsed = current.since_boot - previous.since_boot;
  const Milliseconds interval{
      std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count()};
  standstill_ = {.cpu = stood_still(interval, before.cpu_some, now.cpu_some),
                 .memory = stood_still(interval, before.memory_some, now.memory_some),
                 .io = stood_still(interval, before.io_some, now.io_some)};
}

void CgroupReader::note(Error error) {
  failed_ = true;
  if (!problem_) problem_ = std::move(error);
}

std::optional<std::string_view> CgroupReader::text_of(int directory, const char* file) {
  auto text = read_once(directory, file, buffer_);
  if (text) return *text;
  // A file that is not there, and one that says it has nothing to tell (EOPNOTSUPP).
  const bool absent =
      text.error().kind == Error::Kind::kGone || text.error().kind == Error::Kind::kMissing;
  missed_ |= absent;
  if (!absent) note(std::move(text.error()));
  return std::nullopt;
}

bool CgroupReader::read_processes(int directory, Cgroup& into, std::vector<std::int32_t>& pids) {
  const std::size_t first = pids.size();
  const auto text = read_whole(directory, "cgroup.procs", buffer_);
  if (text) {
    if (auto parsed = parse_cgroup_procs(*text, pids); !parsed) {
      pids.resize(first);
      note(std::move(parsed.error()));
    }
  } else if (!is_there(directory)) {
    return false;
  } else if (text.error().kind != Error::Kind::kMissing) {
    note(text.error());
  }
  // A threaded group (EOPNOTSUPP) has threads of the processes of a group above it.
  has_tasks_ = !text || pids.size() > first;
  into.identity.processes = static_cast<Count>(pids.size() - first);
  return true;
}

void CgroupReader::read_memory(int directory, const CgroupMemory* unchanged, CgroupMemory& into) {
  // Of a group that does nothing, a controller that was off is taken to be off.
  if (unchanged && unchanged->current.value == kUnknown) {
    into = *unchanged;
    into.pressure_some = into.pressure_full = {kUnknown};
    return;
  }
  if (const auto text = text_of(directory, "memory.current")) {
    into.current.value = to_number(trimmed(*text)).value_or(kUnknown);
  }
  if (unchanged && into.current == unchanged->current) {
    into.anon = unchanged->anon;
    into.file = unchanged->file;
    into.kernel = unchanged->kernel;
    into.shmem = unchanged->shmem;
  } else if (const auto text = text_of(directory, "memory.stat")) {
    if (auto parsed = parse_cgroup_memory_stat(*text, into); !parsed) note(parsed.error());
  }
}

void CgroupReader::read_io(int directory, CgroupDisk& into) {
  const auto text = text_of(directory, "io.stat");
  if (!text) return;
  if (auto parsed = parse_cgroup_io_stat(*text, disks_, into); !parsed) {
    into = {};
    note(parsed.error());
  }
}

void CgroupReader::read_pressure(int directory, const char* file, Microseconds& some,
                                 Microseconds& full) {
  const auto text = text_of(directory, file);
  if (!text) return;
  Stall some_stall{.total = {kUnknown}};
  Stall full_stall{.total = {kUnknown}};
  if (auto parsed = parse_pressure(*text, file, &some_stall, &full_stall); !parsed) {
    note(parsed.error());
    return;
  }
  // Only the line "full" is one that older kernels lack.
  if (some_stall.total.value == kUnknown) note(malformed(file, "a line 'some ...'", "none"));
  some = some_stall.total;
  full = full_stall.total;
}

bool CgroupReader::read(int directory, const Cgroup* before, Cgroup& into,
                        std::vector<std::int32_t>& pids) {
  missed_ = failed_ = false;
  const std::size_t first_pid = pids.size();
  if (!read_processes(directory, into, pids)) return false;
  if (const auto text = text_of(directory, "cpu.stat")) {
    if (auto parsed = parse_cgroup_cpu_stat(*text, into.cpu); !parsed) note(parsed.error());
  }
  const bool due = (into.id + static_cast<std::uint64_t>(snapshots_)) % kRefreshEvery == 0;
  const bool unchanged = before && !due && !ran_between(*before, into);

  into.limits = unchanged ? before->limits : read_cgroup_limits(directory, buffer_);
  read_memory(directory, unchanged ? &before->memory : nullptr, into.memory);
  if (!unchanged || before->disk.reads != kUnknown) read_io(directory, into.disk);
  const bool may_wait = has_tasks_ || !before || before->identity.processes_below > 0;
  // `part` has the members of this resource's stalls.
  const auto pressure = [&](const char* file, bool may_stand_still, auto Cgroup::*part) {
    auto& now = into.*part;
    if (unchanged && !(may_wait && may_stand_still)) {
      now.pressure_some = (before->*part).pressure_some;
      now.pressure_full = (before->*part).pressure_full;
    } else {
      read_pressure(directory, file, now.pressure_some, now.pressure_full);
    }
  };
  pressure("cpu.pressure", standstill_.cpu, &Cgroup::cpu);
  pressure("memory.pressure", standstill_.memory, &Cgroup::memory);
  pressure("io.pressure", standstill_.io, &Cgroup::disk);

  // Files were not there: because the group has none, or because it vanished meanwhile.
  if (missed_ && !is_there(directory)) {
    pids.resize(first_pid);
    return false;
  }
  if (failed_ && before) keep_counters(*before, into);
  return true;
}

}  // namespace proctape
