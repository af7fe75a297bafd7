// SPDX-License-Identifier: Apache-2.0
#include "rawlog/file/reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "rawlog/file/record_check.h"
#include "rawlog/layout/cgroup_record.h"
#include "rawlog/layout/exact_interval.h"
#include "rawlog/layout/features.h"
#include "rawlog/layout/system_record.h"
#include "rawlog/layout/task_record.h"
#include "sample/clear.h"

namespace proctape {

Result<Reader> Reader::open(const std::string& path, DamageReport report) {
  auto input = Input::open(path);
  if (!input) return input.error();
  return open(std::move(*input), std::move(report));
}

Result<Reader> Reader::open(Input input, DamageReport report) {
  auto identity = read_file_header(input.peek(kFileHeaderSize), report);
  const auto& failure = input.failure();
  if (!identity && failure && input.packed() && failure->kind == Error::Kind::kMalformed) {
    return Error{failure->kind, input.name() + ": expected a whole " +
                                    std::string(input.packing()) + " stream, found " +
                                    failure->message};
  }
  if (!identity) {
    const Error& why = failure ? *failure : identity.error();
    return Error{why.kind, input.name() + ": " + why.message};
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

Result<bool> Reader::checked(Result<bool> found) {
  if (found && *found) {
    check_counts();
    check_cgroup_support();
  }
  return found;
}

Result<bool> Reader::next(Sample& sample) {
  auto found = next();
  if (found && *found) decode(sample);
  return found;
}

void Reader::decode(Sample& sample) {
  decode_without_tasks(sample);
  sample.tasks.reserve(record().tasks_size / record_of<kTstat>(version()).size());
  visit_tasks([&](const Task& task) { sample.tasks.push_back(task); });
}

void Reader::decode_without_tasks(Sample& sample) {
  decode_header(sample);
  decode_system(sample.system);
  decode_cgroups(sample);
  cgroup_finder_.begin(sample.cgroups, sample.cgroup_pids);
  sample.tasks.clear();
}

void Reader::visit_tasks(TaskVisitor visit) {
  visit_tasks([&](const Task& task, const std::byte*) { visit(task); });
}

void Reader::visit_tasks(FunctionRef<void(const Task&, const std::byte* stored)> visit) {
  const auto& record = record_of<kTstat>(version());
  // Each replaces all that the version stores of the one before.
  task_ = {};
  visit_task_block([&](std::span<const std::byte> block) {
    for (; !block.empty(); block = block.subspan(record.size())) {
      record.decode(block.data(), host().page_size, task_);
      // atop leaves the rest undefined then.
      if (task_.gpu->state == 0) task_.gpu = {};
      task_.identity.cgroup_index = cgroup_finder_.find(task_.identity);
      visit(task_, block.data());
    }
  });
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
  sample.cgroup_v2 = has_cgroup_v2();
  sample.netatop = has(flag::kNetatop);
  sample.netatopd = has(flag::kNetatopd);
  sample.exits_lost = record.exits_lost;
}

void Reader::decode_system(System& system) const {
  clear(system);
  record_of<kSstat>(version()).decode(scanner_.record().system.data(), host().page_size, system);
  if (!feature::kNumbersOfNodes.in(version())) {
    for (std::size_t i = 0; i < system.numa.memory.size(); ++i) {
      system.numa.memory[i].node = static_cast<Count>(i);
    }
    for (std::size_t i = 0; i < system.numa.cpu.size(); ++i) {
      system.numa.cpu[i].node = static_cast<Count>(i);
    }
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
void Reader::check_counts() {
  const RawRecord& record = scanner_.record();
  const RecordHeader& header = record.header;
  if (header.processes != record.processes) {
    scanner_.report(
        {"totproc " + std::to_string(record.processes), std::to_string(header.processes)});
  }
  if (header.active_processes != record.active_processes) {
    scanner_.report({"nactproc " + std::to_string(record.active_processes),
                     std::to_string(header.active_processes)});
  }
}

// From 2.11 on what counts is the blocks; before, the flag says that tasks have members for them.
bool Reader::has_cgroup_v2() const {
  const RecordHeader& header = scanner_.record().header;
  return feature::kCgroupBlocks.in(version()) ? has_cgroups(header, version())
                                              : (header.flags & flag::kCgroupV2) != 0;
}

// Where atop does not append to a log of another cgroup version, the file header holds for all
// records.
void Reader::check_cgroup_support() {
  if (!feature::kOneCgroupVersion.in(version()) || !has_cgroup_v2() || host().cgroup_v2) return;
  if (std::exchange(cgroup_support_reported_, true)) return;
  report_({.offset = file_header_offset("supportflags"),
           .expected = "supportflags with 0x0100, as there are cgroups",
           .found = "none"});
}

}  // namespace proctape
