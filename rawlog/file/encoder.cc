// SPDX-License-Identifier: Apache-2.0
//
// What is written here is specified in docs/RAWLOG_FORMAT.md, "Rules for writers".
#include "rawlog/file/encoder.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "rawlog/file/record_check.h"
#include "rawlog/layout/cgroup_names.h"
#include "rawlog/layout/cgroup_record.h"
#include "rawlog/layout/exact_interval.h"
#include "rawlog/layout/features.h"
#include "rawlog/layout/system_record.h"
#include "rawlog/layout/task_record.h"

namespace proctape {
namespace {

// Entries that are laid out before they are handed to the compressor. A few are still in the
// processor's first cache then.
constexpr std::size_t kTasksAtATime = 8;

// How far a record may have grown when another task, or another cgroup, is added: what follows
// always finds room then.
constexpr std::size_t kMostBeforePids =
    kMostPackedBytes - 2 * sizeof(std::int32_t) * kMostCgroupPids;
constexpr std::size_t kMostBeforeCgroups = kMostBeforePids - (std::size_t{12} << 20U);

// "6.18.44-x" gives 6, 18, 44; what is not there is 0.
std::array<std::int32_t, 3> release_numbers(std::string_view release) {
  std::array<std::int32_t, 3> numbers{};
  const char* at = release.data();
  const char* const end = at + release.size();
  for (std::int32_t& number : numbers) {
    const auto [rest, error] = std::from_chars(at, end, number);
    if (error != std::errc{} || rest == end || *rest != '.') break;
    at = rest + 1;
  }
  return numbers;
}

bool has_container(const Task& task, Version version) {
  return !(feature::kContainerIds.in(version) ? task.identity.container.empty()
                                              : task.identity.host_name.empty());
}

// `containers`: a task has a container.
std::uint16_t flags_of(const Sample& sample, bool containers, Version version) {
  std::uint16_t flags = 0;
  const auto set = [&](bool condition, std::uint16_t bit) {
    if (condition) flags = static_cast<std::uint16_t>(flags | bit);
  };
  set(sample.since_boot, flag::kSinceBoot);
  set(sample.netatop, flag::kNetatop);
  set(sample.netatopd, flag::kNetatopd);
  set(sample.accounting, flag::kAccounting);
  set(sample.task_io, flag::kTaskIo);
  set(sample.containers && containers, flag::kContainers);
  set(sample.gpu && feature::kGpuFlag.in(version), flag::kGpu);
  // Until 2.10 it says that the tasks have cgroup members, from then on that blocks follow.
  set(feature::kCgroupBlocks.in(version) ? !sample.cgroups.empty()
                                         : sample.cgroup_v2 && feature::kCgroupFlag.in(version),
      flag::kCgroupV2);
  return flags;
}

void add_up(std::uint32_t& sum, Count count) {
  sum = saturated<std::uint32_t>(Count{sum} + saturated<std::int32_t>(count));
}

// Counts `task` in the members that readers size their arrays by, or show as totals.
void count_task(const Task& task, Version version, RecordHeader& header) {
  ++header.entries;
  ++header.tasks;
  const TaskIdentity& identity = task.identity;
  if (!identity.is_process) return;
  ++header.processes;
  if (!identity.inactive) ++header.active_processes;
  if (identity.state == 'Z') {
    ++header.zombies;
  } else if (identity.state == TaskIdentity::kExited) {
    ++header.exits;
  } else {
    Count uninterruptible = identity.threads_uninterruptible;
    // As in the tasks' own members (task_record.h).
    if (feature::kIdleIsUninterruptible.in(version)) uninterruptible += identity.threads_idle;
    add_up(header.threads_running, identity.threads_running);
    add_up(header.threads_sleeping, identity.threads_sleeping);
    add_up(header.threads_uninterruptible, uninterruptible);
    add_up(header.threads_idle, identity.threads_idle);
  }
}

}  // namespace

FileHeader make_file_header(Version version, const Host& host) {
  FileHeader header;
  header.aversion = to_aversion(version);
  header.ticks_per_second = static_cast<std::uint16_t>(host.ticks_per_second);
  header.pid_width = static_cast<std::uint16_t>(host.pid_digits);
  header.sstat_length = static_cast<std::uint32_t>(record_of<kSstat>(version).size());
  header.tstat_length = static_cast<std::uint32_t>(record_of<kTstat>(version).size());
  if (feature::kCgroupBlocks.in(version))
    header.cstat_length = static_cast<std::int32_t>(kCstatSize);
  header.page_size = static_cast<std::uint32_t>(host.page_size);

  header.support_flags = support::kFlagsPerRecord;
  const auto announce = [&](bool is_there, Feature flag, std::int32_t bit) {
    if (is_there && flag.in(version)) header.support_flags |= bit;
  };
  announce(host.cgroup_v2, feature::kCgroupFlag, support::kCgroupV2);
  announce(host.numa, feature::kNumaFlag, support::kNuma);
  announce(host.zswap_enabled, feature::kZswapFlag, support::kZswap);

  const auto numbers = release_numbers(host.kernel_release);
  header.os_release = numbers[0];
  header.os_version = numbers[1];
  header.os_subversion = numbers[2];
  header.system_name = host.system_name;
  header.node_name = host.node_name.substr(0, host.node_name.find('.'));
  header.kernel_release = host.kernel_release;
  header.kernel_version = host.kernel_version;
  header.machine = host.machine;
  header.domain_name = host.domain_name;
  return header;
}

Encoder::Encoder(Version version, const Host& host)
    : version_(version),
      page_size_(host.page_size),
      header_(make_file_header(version, host)),
      file_header_(kFileHeaderSize) {
  announce(0);
}

void Encoder::set_node_name(std::string_view name) {
  header_.node_name = name.substr(0, name.find('.'));
  announce(0);
}

void Encoder::announce(std::int32_t support_flags) {
  header_.support_flags |= support_flags;
  std::ranges::fill(file_header_, std::byte{});  // of a longer name nothing stays
  record_of<kRawheader>(version_).encode(header_, page_size_, file_header_.data());
}

std::span<const std::byte> Encoder::encode(const Sample& sample) {
  return encode(sample, [&](TaskVisitor visit) {
    for (const Task& task : sample.tasks) visit(task);
  });
}

std::span<const std::byte> Encoder::encode(const Sample& sample, TaskSource tasks, Seconds time) {
  RecordHeader header;
  header.time = time;
  header.interval =
      static_cast<std::uint32_t>(std::clamp<Count>(sample.interval.value, 1, kMostInterval));
  header.exits_lost = saturated<std::uint32_t>(sample.exits_lost);

  record_.assign(kRecordHeaderSize, std::byte{0});
  left_out_.clear();
  if (fits(sample.system, version_)) {
    header.system_length = add_system(sample.system);
  } else {
    busiest_ = sample.system;
    keep_busiest(busiest_, version_, left_out_);
    header.system_length = add_system(busiest_);
  }
  bool containers = false;
  header.tasks_length = add_tasks(tasks, header, containers);
  header.flags = flags_of(sample, containers, version_);
  if ((header.flags & flag::kContainers) != 0) announce(support::kContainers);
  if (feature::kCgroupBlocks.in(version_) && (header.flags & flag::kCgroupV2))
    add_cgroups(sample, header);
  record_of<kRawrecord>(version_).encode(header, page_size_, record_.data());
  put_exact_interval(sample.beyond, record_);
  return record_;
}

std::uint32_t Encoder::add_system(const System& system) {
  const auto& record = record_of<kSstat>(version_);
  const auto block = system_block_.get(record.size());
  record.encode(system, page_size_, block.data());
  compressor_.begin(record_);
  compressor_.add(block);
  return static_cast<std::uint32_t>(compressor_.finish());
}

std::uint32_t Encoder::add_tasks(TaskSource tasks, RecordHeader& header, bool& containers) {
  const auto& record = record_of<kTstat>(version_);
  compressor_.begin(record_, record.size());
  plain_.clear();
  std::size_t left_out = 0;
  tasks([&](const Task& task) {
    if (header.entries == kMostTasks || record_.size() > kMostBeforeCgroups) {
      ++left_out;
      return;
    }
    count_task(task, version_, header);
    containers = containers || has_container(task, version_);
    const std::size_t begin = plain_.size();
    plain_.resize(begin + record.size());
    record.encode(task, page_size_, &plain_[begin]);
    if (plain_.size() < kTasksAtATime * record.size()) return;
    compressor_.add(plain_);
    plain_.clear();
  });
  compressor_.add(plain_);
  if (left_out > 0) left_out_.push_back({"tasks", header.entries, left_out});
  return static_cast<std::uint32_t>(compressor_.finish());
}

void Encoder::add_cgroups(const Sample& sample, RecordHeader& header) {
  if (cgroup_names_fit(sample.cgroups)) {
    add_chain(sample.cgroups, sample.cgroup_pids, header);
  } else {
    renamed_ = sample.cgroups;
    fit_cgroup_names(renamed_);
    add_chain(renamed_, sample.cgroup_pids, header);
  }
}

// Readers size and walk the blocks by what the entries say, unchecked: each entry's place is that
// of its number, its length follows from its name, parents lie before their children, and the
// numbers of pids add up to the pids that are there. What there is no room for is the end of the
// walk.
void Encoder::add_chain(std::span<const Cgroup> cgroups, std::span<const std::int32_t> all_pids,
                        RecordHeader& header) {
  const auto pids_to_give = all_pids.first(std::min(all_pids.size(), kMostCgroupPids));
  std::size_t pids = 0;
  std::size_t count = 0;
  std::size_t plain_size = 0;
  compressor_.begin(record_);
  for (const Cgroup& cgroup : cgroups) {
    const std::size_t size = cgroup_entry_size(cgroup.name.size());
    if (count == kMostCgroups || plain_size + size > kMostCgroupBytes ||
        record_.size() > kMostBeforePids) {
      left_out_.push_back({"cgroups", count, cgroups.size() - count});
      break;
    }
    cgroup_ = cgroup;
    CgroupIdentity& who = cgroup_.identity;
    const auto position = static_cast<Count>(count);
    who.sequence = position;
    if (who.parent < -1 || who.parent >= position) who.parent = position == 0 ? -1 : 0;
    who.name_length = static_cast<Count>(cgroup.name.size());
    who.processes =
        std::clamp<Count>(who.processes, 0, static_cast<Count>(pids_to_give.size() - pids));
    pids += static_cast<std::size_t>(who.processes);

    plain_.assign(size, std::byte{0});
    record_of<kCstat>(version_).encode(cgroup_, page_size_, plain_.data());
    std::ranges::copy(std::as_bytes(std::span(cgroup.name)), &plain_[kCstatSize]);
    compressor_.add(plain_);
    plain_size += size;
    ++count;
  }
  header.cgroups = static_cast<std::uint16_t>(count);
  header.cgroups_original_length = static_cast<std::uint32_t>(plain_size);
  header.cgroups_length = static_cast<std::uint32_t>(compressor_.finish());

  compressor_.begin(record_, sizeof(all_pids[0]));
  compressor_.add(std::as_bytes(pids_to_give.first(pids)));
  header.cgroup_pids = static_cast<std::uint32_t>(pids);
  header.cgroup_pids_length = static_cast<std::uint32_t>(compressor_.finish());
}

}  // namespace proctape
