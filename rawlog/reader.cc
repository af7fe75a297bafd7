// SPDX-License-Identifier: Apache-2.0
#include "rawlog/reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "rawlog/cgroup_record.h"
#include "rawlog/exact_interval.h"
#include "rawlog/record_check.h"
#include "rawlog/system_record.h"
#include "rawlog/task_record.h"

namespace proctape {

Result<Reader> Reader::open(const std::string& path, DamageReport report) {
  auto input = Input::open(path);
  if (!input) return input.error();
  return open(std::move(*input), std::move(report));
}

Result<Reader> Reader::open(Input input, DamageReport report) {
  auto identity = read_file_header(input.peek(kFileHeaderSize), report);
  const auto& failure = input.failure();
  if (!identity && failure) return Error{failure->kind, input.name() + ": " + failure->message};
  if (!identity) {
    return Error{identity.error().kind, input.name() + ": " + identity.error().message};
  }
  const auto stored = input.peek(kFileHeaderSize);
  std::vector<std::byte> stored_header(stored.begin(), stored.end());
  input.skip(kFileHeaderSize);
  Reader reader(std::move(*identity), std::move(input), std::move(report));
  reader.stored_header_ = std::move(stored_header);
  return reader;
}

Reader::Reader(LogIdentity identity, Input input, DamageReport report)
    : identity_(std::move(identity)),
      report_(report),
      scanner_(std::move(input), identity_.version, std::move(report)) {}

Result<bool> Reader::next(Sample& sample) {
  auto found = scanner_.next();
  if (found && *found) decode(sample);
  return found;
}

void Reader::decode(Sample& sample) {
  decode_header(sample);
  decode_system(sample.system);
  decode_tasks(sample.tasks);
  decode_cgroups(sample);
  cgroup_finder_.find(sample.cgroups, sample.cgroup_pids, sample.tasks);
  check_counts(sample);
  check_cgroup_support(sample);
}

void Reader::decode_header(Sample& sample) const {
  const RecordHeader& record = scanner_.record().header;
  const auto has = [&](std::uint16_t bit) { return (record.flags & bit) != 0; };
  sample.time = record.time;
  sample.interval = Seconds{std::max<std::int64_t>(record.interval, 1)};
  sample.beyond = exact_interval(scanner_.record().stored);
  sample.since_boot = has(flag::kSinceBoot);
  sample.task_io = has(flag::kTaskIo);
  sample.accounting = has(flag::kAccounting);
  sample.containers = has(flag::kContainers);
  sample.gpu = has(flag::kGpu);
  sample.cgroup_v2 = version() >= v2_11 ? has_cgroups(record, version()) : has(flag::kCgroupV2);
  sample.netatop = has(flag::kNetatop);
  sample.netatopd = has(flag::kNetatopd);
  sample.exits_lost = record.exits_lost;
}

void Reader::decode_system(System& system) const {
  clear(system);
  record_of<kSstat>(version()).decode(scanner_.record().system.data(), host().page_size, system);
  if (version() < v2_8) {  // a node's number is its position
    for (std::size_t i = 0; i < system.numa.memory.size(); ++i) {
      system.numa.memory[i].node = static_cast<Count>(i);
    }
    for (std::size_t i = 0; i < system.numa.cpu.size(); ++i) {
      system.numa.cpu[i].node = static_cast<Count>(i);
    }
  }
}

void Reader::decode_tasks(std::vector<Task>& tasks) const {
  const auto& record = record_of<kTstat>(version());
  auto block = scanner_.record().tasks;
  tasks.assign(block.size() / record.size(), Task{});
  for (Task& task : tasks) {
    record.decode(block.data(), host().page_size, task);
    // atop leaves the rest undefined then.
    if (task.gpu->state == 0) task.gpu = {};
    block = block.subspan(record.size());
  }
}

void Reader::decode_cgroups(Sample& sample) const {
  const RawRecord& record = scanner_.record();
  if (!has_cgroups(record.header, version())) {
    sample.cgroups.clear();
    sample.cgroup_pids.clear();
    return;
  }
  decode_cgroup_chain(record.cgroups, record.header, version(), host().page_size, sample.cgroups);
  sample.cgroup_pids.resize(record.cgroup_pids.size() / sizeof(std::int32_t));
  if (record.cgroup_pids.empty()) return;  // memcpy takes no null, not even of nothing
  std::memcpy(sample.cgroup_pids.data(), record.cgroup_pids.data(), record.cgroup_pids.size());
}

// The counts by which other readers size their memory.
void Reader::check_counts(const Sample& sample) {
  std::uint32_t processes = 0;
  std::uint32_t active = 0;
  for (const Task& task : sample.tasks) {
    if (!task.identity.is_process) continue;
    ++processes;
    if (!task.identity.inactive) ++active;
  }
  const RecordHeader& header = scanner_.record().header;
  if (header.processes != processes) {
    scanner_.report({"totproc " + std::to_string(processes), std::to_string(header.processes)});
  }
  if (header.active_processes != active) {
    scanner_.report(
        {"nactproc " + std::to_string(active), std::to_string(header.active_processes)});
  }
}

// Since 2.12 atop does not append to a log of another cgroup version, so that the file header
// holds for all records.
void Reader::check_cgroup_support(const Sample& sample) {
  if (version() < v2_12 || !sample.cgroup_v2 || host().cgroup_v2) return;
  if (std::exchange(cgroup_support_reported_, true)) return;
  report_({.offset = file_header_offset("supportflags"),
           .expected = "supportflags with 0x0100, as there are cgroups",
           .found = "none"});
}

}  // namespace proctape
