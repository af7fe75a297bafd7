// SPDX-License-Identifier: Apache-2.0
#include "rawlog/conversion.h"

#include <algorithm>

#include "rawlog/cgroup_record.h"
#include "rawlog/system_record.h"
#include "rawlog/task_record.h"

namespace proctape {
namespace {

// Bits of supportflags that `version` does not know. Others than those that we know are kept.
std::int32_t later_support_flags(Version version) {
  std::int32_t flags = 0;
  if (version < v2_4) flags |= support::kGpu;
  if (version < v2_8) flags |= support::kCgroupV2;
  if (version < v2_10) flags |= support::kNetatopBpf;
  if (version < v2_12) flags |= support::kNuma | support::kZswap;
  return flags;
}

bool has_task_cgroups(Version version) { return version >= v2_8 && version <= v2_10; }

// From 2.13 on a CPU stands at the place of its number; before, they stand one after another.
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
  header.cstat_length = version >= v2_11 ? static_cast<std::int32_t>(kCstatSize) : 0;
  header.ticks_per_second = static_cast<std::uint16_t>(host.ticks_per_second);
  header.pid_width = static_cast<std::uint16_t>(host.pid_digits);
  header.page_size = static_cast<std::uint32_t>(host.page_size);
  header.support_flags &= ~later_support_flags(version);
  if (version >= v2_8 && host.cgroup_v2) header.support_flags |= support::kCgroupV2;

  std::vector<std::byte> bytes(kFileHeaderSize);
  record_of<kRawheader>(version).encode(header, host.page_size, bytes.data());
  return bytes;
}

void Conversion::apply(Sample& sample) {
  if (from_ == to_) return;
  if (from_ >= v2_11 && to_ < v2_11) {
    cgroups_lost_ = cgroups_lost_ || !sample.cgroups.empty();
    sample.cgroup_v2 = false;  // there it announces the tasks' own members
  }
  if (has_task_cgroups(from_) && !has_task_cgroups(to_)) {
    task_cgroups_lost_ = task_cgroups_lost_ || sample.cgroup_v2;
    sample.cgroup_v2 = false;
  }
  // Until 2.9 ids, then names.
  if ((from_ <= v2_9) != (to_ <= v2_9)) {
    containers_lost_ = containers_lost_ || sample.containers;
    sample.containers = false;
  }
  if (from_ < v2_13 && to_ >= v2_13) place_by_number(sample.system.cpus);
}

std::string Conversion::left_out() const {
  std::string text;
  const auto add = [&](bool lost, const char* what) {
    if (!lost) return;
    if (!text.empty()) text += ", ";
    text += what;
  };
  add(cgroups_lost_, "cgroups (in logs from 2.11 on)");
  add(task_cgroups_lost_, "the tasks' cgroups and their limits (in logs of 2.8 to 2.10)");
  add(containers_lost_, from_ <= v2_9 ? "the tasks' container ids (in logs until 2.9)"
                                      : "the tasks' host names (in logs from 2.10 on)");
  return text;
}

}  // namespace proctape
