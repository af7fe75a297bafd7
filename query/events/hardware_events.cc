// SPDX-License-Identifier: Apache-2.0
#include "query/events/hardware_events.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>

#include "base/time_bounds.h"

namespace proctape {
namespace {

// "veth3f9c2a" is one of "veth*": those of containers come and go all the time.
std::string stem_of(std::string_view name) {
  for (const std::string_view stem : {"veth", "cali", "lxc", "tap", "vnet", "fwbr", "fwpr", "fwln",
                                      "br-", "docker", "vmbr", "dm-", "loop", "nbd", "rbd", "zd"}) {
    if (name.starts_with(stem) && name.size() > stem.size()) return std::string(stem) + '*';
  }
  return std::string(name);
}

std::vector<std::string> difference(const std::vector<std::string>& from,
                                    const std::vector<std::string>& without) {
  std::vector<std::string> result;
  std::ranges::set_difference(from, without, std::back_inserter(result));
  return result;
}

std::vector<std::string> in_order(std::vector<std::string> names) {
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

// A list that is full drops those that do least, which are there nevertheless.
constexpr std::size_t kFullInterfaces = 127;
constexpr std::size_t kFullDisks = 255;

}  // namespace

void HardwareEvents::compare(EventKind kind, std::string_view thing, std::vector<std::string> now,
                             Things& before) {
  now = in_order(std::move(now));
  const auto tell = [&](const std::vector<std::string>& names, std::string_view did, Seconds time) {
    std::map<std::string, Count> by_stem;
    for (const std::string& name : names) ++by_stem[stem_of(name)];
    for (const auto& [stem, number] : by_stem) {
      log_->add(kind, time, stem, std::string(thing) + ' ' + stem + ' ' + std::string(did), number);
    }
  };
  if (!is_first_) {
    // What a record missed once, and has again, neither came nor went.
    const auto here_or_missing = [&] {
      std::vector<std::string> all = before.there;
      all.insert(all.end(), before.missing.begin(), before.missing.end());
      return in_order(std::move(all));
    }();
    tell(difference(now, here_or_missing), "came", time_);
    tell(difference(before.missing, now), "went", previous_time_);
    before.missing = difference(before.there, now);
  }
  before.there = std::move(now);
}

void HardwareEvents::compare_size(std::string_view what, Bytes now, Bytes& before) {
  constexpr std::int64_t kMebibyte = 1024 * 1024;
  constexpr std::int64_t kLeast = 16;  // the smallest block of memory that can be plugged
  if (now.value < 0) return;
  const std::int64_t mebibytes = now.value / kMebibyte;
  const std::int64_t was = before.value / kMebibyte;
  if (is_first_) {
    before = now;
  } else if (mebibytes - was >= kLeast || was - mebibytes >= kLeast) {
    log_->add(EventKind::kMemory, time_, std::string(what),
              std::string(what) + (mebibytes > was ? " grew" : " shrank") + " from " +
                  std::to_string(was) + " to " + std::to_string(mebibytes) + " MiB");
    before = now;
  }
}

void HardwareEvents::begin(const Sample& sample) {
  const System& system = sample.system;
  time_ = bounded(sample.time);
  std::vector<std::string> names;
  for (const Cpu& cpu : system.cpus.each) {
    if (cpu.online) names.push_back(std::to_string(cpu.number));
  }
  compare(EventKind::kCpu, "CPU", std::move(names), cpus_);

  names = {};
  bool is_full = false;
  for (const auto* list : {&system.disks.physical, &system.disks.md, &system.disks.lvm}) {
    is_full = is_full || list->size() >= kFullDisks;
    for (const Disk& disk : *list) names.emplace_back(disk.name.view());
  }
  if (!is_full) compare(EventKind::kDisk, "disk", std::move(names), disks_);

  names = {};
  for (const Interface& each : system.interfaces.each) names.emplace_back(each.name.view());
  if (names.size() < kFullInterfaces) {
    compare(EventKind::kInterface, "interface", std::move(names), interfaces_);
  }

  names = {};
  for (const NumaMemory& node : system.numa.memory) names.push_back(std::to_string(node.node));
  compare(EventKind::kNuma, "NUMA node", std::move(names), nodes_);

  compare_size("memory", system.memory.total, memory_);
  compare_size("swap", system.memory.swap_total, swap_);
  is_first_ = false;
  previous_time_ = time_;
}

}  // namespace proctape
