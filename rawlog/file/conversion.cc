// SPDX-License-Identifier: Apache-2.0
#include "rawlog/file/conversion.h"

#include <algorithm>
#include <utility>

#include "base/text/text.h"
#include "rawlog/file/cgroup_chain.h"
#include "rawlog/file/record_check.h"
#include "rawlog/layout/cgroup_record.h"
#include "rawlog/layout/field_values.h"
#include "rawlog/layout/system_record.h"
#include "rawlog/layout/task_record.h"

namespace proctape {
namespace {

// Bits of supportflags that `version` does not know. Others than those that we know are kept.
std::int32_t later_support_flags(Version version) {
  std::int32_t flags = 0;
  const auto later = [&](Feature flag, std::int32_t bit) {
    if (!flag.in(version)) flags |= bit;
  };
  later(feature::kGpuFlag, support::kGpu);
  later(feature::kCgroupFlag, support::kCgroupV2);
  later(feature::kNetatopBpfFlag, support::kNetatopBpf);
  later(feature::kNumaFlag, support::kNuma);
  later(feature::kZswapFlag, support::kZswap);
  return flags;
}

// Where CPUs stood one after another and shall stand at the places of their numbers.
void place_by_number(Cpus& cpus) {
  std::vector<Cpu> placed;
  for (const Cpu& cpu : cpus.each) {
    const auto number = static_cast<std::size_t>(cpu.number);
    // Numbers that do not rise are no numbers: holes, which atop leaves for offline CPUs.
    if (cpu.number < 0 || number < placed.size() || number >= kMostCpus) return;
    while (placed.size() < number) {
      placed.push_back({.number = static_cast<Count>(placed.size())});  // not online
    }
    placed.push_back(cpu);
  }
  cpus.each = std::move(placed);
}

// What tasks of 2.8 to 2.10 have of their group.
constexpr std::string_view kCgroupSettings[] = {"conf.cpuweight", "conf.cpumax", "conf.memmax",
                                                "conf.swpmax"};
constexpr std::string_view kTaskCgroupMembers[] = {"tstat.gen.cgpath", "tstat.cpu.cgcpuweight",
                                                   "tstat.cpu.cgcpumax", "tstat.mem.cgmemmax",
                                                   "tstat.mem.cgswpmax"};

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// A hierarchy of which nothing is known but its root is what records have whose host has none.
bool has_groups(const Sample& sample) { return sample.cgroups.size() > 1; }

}  // namespace

std::vector<std::byte> converted_file_header(const FileHeader& original, const Host& host,
                                             Version version) {
  FileHeader header = original;
  header.magic = kMagic;
  header.aversion = to_aversion(version);
  header.header_length = kFileHeaderSize;
  header.record_length = kRecordHeaderSize;
  header.sstat_length = static_cast<std::uint32_t>(record_of<kSstat>(version).size());
  header.tstat_length = static_cast<std::uint32_t>(record_of<kTstat>(version).size());
  header.cstat_length =
      feature::kCgroupBlocks.in(version) ? static_cast<std::int32_t>(kCstatSize) : 0;
  header.ticks_per_second = static_cast<std::uint16_t>(host.ticks_per_second);
  header.pid_width = static_cast<std::uint16_t>(host.pid_digits);
  header.page_size = static_cast<std::uint32_t>(host.page_size);
  header.support_flags &= ~later_support_flags(version);
  if (feature::kCgroupFlag.in(version) && host.cgroup_v2)
    header.support_flags |= support::kCgroupV2;

  std::vector<std::byte> bytes(kFileHeaderSize);
  record_of<kRawheader>(version).encode(header, host.page_size, bytes.data());
  return bytes;
}

Conversion::Conversion(const Reader& reader, Version to)
    : from_(reader.version()), to_(to), encoder_(to, reader.host()) {
  if (from_ == to_) return;
  lost_members_.emplace(from_, to_);
  const FileHeader& header = reader.header();
  const auto flags = static_cast<unsigned>(header.support_flags);
  if ((flags & static_cast<unsigned>(later_support_flags(to_))) != 0) {
    other_losses_.insert("rawheader.supportflags");
  }
  if (is_lost(feature::kPidWidth) && header.pid_width != 0) {
    other_losses_.insert("rawheader.pidwidth");
  }
}

std::span<const std::byte> Conversion::convert(Reader& reader) {
  reader.decode_without_tasks(sample_);
  if (from_ != to_) note_losses(reader);
  if (feature::kCgroupBlocks.in(to_)) {
    make_chain(reader);
  } else if (feature::kCgroupBlocks.in(from_)) {
    sample_.cgroup_v2 = has_groups(sample_);
    find_limits();
  } else if (!feature::kTaskCgroups.in(from_)) {
    sample_.cgroup_v2 = false;
  }
  if (is_gained(feature::kCpusByNumber)) place_by_number(sample_.system.cpus);

  Task converted;
  const auto record = encoder_.encode(sample_, [&](TaskVisitor visit) {
    reader.visit_tasks([&](const Task& task) {
      converted = task;
      convert_task(converted);
      visit(converted);
    });
  });
  for (const LeftOut& left_out : encoder_.left_out()) {
    LeftOut& worst = no_room_[left_out.what];
    if (worst.left_out < left_out.left_out) worst = left_out;
  }
  return record;
}

// Unless the record has one.
void Conversion::make_chain(Reader& reader) {
  if (!sample_.cgroups.empty()) return;
  forest_.clear();
  const bool paths = feature::kTaskCgroups.in(from_) && sample_.cgroup_v2;
  reader.visit_tasks([&](const Task& task) {
    if (paths) {
      forest_.add(task);
    } else {
      forest_.add_to_root(task);
    }
  });
  forest_.make_chain(sample_.cgroups, sample_.cgroup_pids);
  sample_.cgroup_v2 = true;
}

void Conversion::find_limits() {
  limits_.clear();
  if (!feature::kTaskCgroups.in(to_)) return;
  const EffectiveLimits none;
  for (const Cgroup& cgroup : sample_.cgroups) {
    const Count parent = cgroup.identity.parent;
    if (parent < 0) {
      limits_.push_back({.own = cgroup.limits});
      continue;
    }
    const auto above = static_cast<std::size_t>(parent);
    const bool below_root = sample_.cgroups[above].identity.parent < 0;
    limits_.push_back(limits_below(below_root ? none : limits_[above], cgroup.limits));
  }
}

void Conversion::convert_task(Task& task) {
  TaskIdentity& who = task.identity;
  if (is_lost(feature::kContainerIds)) {
    who.host_name = who.container.view();
  } else if (is_gained(feature::kContainerIds)) {
    if (who.host_name.size() > who.container.kCapacity) other_losses_.insert("tstat.gen.utsname");
    who.container = end_of_name(who.host_name, who.container.kCapacity);
  }
  if (!is_lost(feature::kCgroupBlocks)) return;
  const bool grouped = sample_.cgroup_v2 && who.cgroup_index >= 0 && feature::kTaskCgroups.in(to_);
  if (!grouped) return;
  const auto index = static_cast<std::size_t>(who.cgroup_index);
  const std::string path = cgroup_path(sample_.cgroups, index);
  if (path.size() > who.cgroup_path.kCapacity) {
    other_losses_.insert("cgroups.cgname (the ends of long paths)");
  }
  who.cgroup_path = cut_utf8(path, who.cgroup_path.kCapacity);
  store_limits(limits_[index], task);
}

void Conversion::note_losses(Reader& reader) {
  const RawRecord& record = reader.record();
  lost_members_->look_at_system(record.system);
  reader.visit_task_block(
      [&](std::span<const std::byte> entries) { lost_members_->look_at_tasks(entries); });
  if (record.header.threads_idle != 0 && is_lost(feature::kIdleThreads)) {
    other_losses_.insert("rawrecord.totidle");
  }
  if ((record.header.flags & flag::kGpu) != 0 && !feature::kGpuFlag.in(to_)) {
    other_losses_.insert("rawrecord.flags (0x0080, GPUs)");
  }
  const bool offline =
      std::ranges::any_of(sample_.system.cpus.each, [](const Cpu& cpu) { return !cpu.online; });
  if (offline && !feature::kCpusByNumber.in(to_))
    other_losses_.insert("offline CPUs (sstat.cpu.maxcpu)");
  if (is_lost(feature::kCgroupBlocks) && has_groups(sample_)) note_lost_cgroups(record);
}

void Conversion::note_lost_cgroups(const RawRecord& record) {
  const Layout& layout = layout_of<kCstat>(from_);
  auto entries = record.cgroups;
  for (const Cgroup& cgroup : sample_.cgroups) {
    const bool kept = feature::kTaskCgroups.in(to_) && cgroup.identity.processes > 0;
    if (!kept && !cgroup.name.empty()) {
      other_losses_.insert(feature::kTaskCgroups.in(to_)
                               ? "cgroups.cgname (of those without processes)"
                               : "cgroups.cgname");
    }
    for_each_value(layout, "cgroups", entries.first(kCstatSize), [&](const FieldValue& value) {
      const std::string_view member = value.path.substr(std::string_view("cgroups.").size());
      if (member.starts_with("gen.") || (kept && contains(kCgroupSettings, member))) return;
      if (says_something(value.kind, value.bytes)) other_losses_.insert(std::string(value.path));
    });
    entries = entries.subspan(cgroup_entry_size(cgroup.name.size()));
  }
}

std::vector<std::string> Conversion::left_out() const {
  std::vector<std::string> names(other_losses_.begin(), other_losses_.end());
  if (lost_members_) {
    for (const std::string& name : lost_members_->found()) {
      // Worked out by the reader; moved to another place.
      if (name == "tstat.gen.cgroupix" || name == "tstat.gen.container") continue;
      if (feature::kCgroupBlocks.in(to_) && contains(kTaskCgroupMembers, name)) continue;
      // In `container`; what had no room there was noted.
      if (name == "tstat.gen.utsname" && feature::kContainerIds.in(to_)) continue;
      names.push_back(name);
    }
  }
  for (const auto& [what, left_out] : no_room_) {
    names.push_back(std::to_string(left_out.left_out) + " of " +
                    std::to_string(left_out.kept + left_out.left_out) + ' ' + std::string(what));
  }
  return names;
}

}  // namespace proctape
