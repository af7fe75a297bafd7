// SPDX-License-Identifier: Apache-2.0
#include "rawlog/layout/busiest.h"

#include <algorithm>
#include <cstdint>
#include <numeric>

#include "rawlog/layout/features.h"
#include "rawlog/layout/system_record.h"
#include "sample/activity.h"

namespace proctape {
namespace {

template <typename T>
void keep_busiest_of(std::vector<T>& list, std::size_t most) {
  std::vector<std::size_t> order(list.size());
  std::iota(order.begin(), order.end(), 0);
  // Of equally busy ones the first.
  std::ranges::nth_element(order, order.begin() + static_cast<std::ptrdiff_t>(most),
                           [&](std::size_t a, std::size_t b) {
                             const auto of_a = activity(list[a]);
                             const auto of_b = activity(list[b]);
                             return of_a != of_b ? of_a > of_b : a < b;
                           });
  order.resize(most);
  std::ranges::sort(order);
  for (std::size_t i = 0; i < most; ++i) {
    if (i != order[i]) list[i] = std::move(list[order[i]]);
  }
  list.resize(most);
}

// How many elements a table's array `name` has room for in `version`.
template <typename Table>
std::size_t room_in(const Table& table, std::string_view name, Version version) {
  const auto row = std::ranges::find_if(table, [&](const auto& field) {
    return field.most > 0 && field.name == name && field.in(version);
  });
  return row == std::end(table) ? 0 : row->most;
}

// Where CPUs do not stand at the places of their numbers, only online ones are stored.
bool cpus_fit(const Cpus& cpus, Version version) {
  if (feature::kCpusByNumber.in(version)) return cpus.each.size() <= kMostCpus;
  return cpus.each.size() <= kMostCpusUntil2_12 ||
         std::ranges::count_if(cpus.each, &Cpu::online) <=
             static_cast<std::ptrdiff_t>(kMostCpusUntil2_12);
}

// Calls `visit` with each list but that of the CPUs, its name, and its room in `version`.
template <typename Source, typename Visit>
void visit_lists(Source& system, Version version, Visit visit) {
  const auto list = [&](auto& elements, std::string_view what, const auto& table,
                        std::string_view name) {
    visit(elements, what, room_in(table, name, version));
  };
  list(system.interfaces.each, "network interfaces", kIntfstat, "intf");
  list(system.disks.physical, "disks", kDskstat, "dsk");
  list(system.disks.md, "MD devices", kDskstat, "mdd");
  list(system.disks.lvm, "device-mapper devices", kDskstat, "lvm");
  list(system.nfs.mounts, "NFS mounts", kNfsmounts, "nfsmnt");
  list(system.openvz.containers, "OpenVZ containers", kContstat, "cont");
  if (feature::kGpus.in(version)) list(system.gpus.each, "GPUs", kGpustat, "gpu");
  if (feature::kInfiniband.in(version)) {
    list(system.infiniband.ports, "InfiniBand ports", kIfbstat, "ifb");
  }
  if (feature::kCaches.in(version)) {
    list(system.caches.each, "last-level caches", kLlcstat, "perllc");
  }
}

}  // namespace

bool fits(const System& system, Version version) {
  bool all = cpus_fit(system.cpus, version);
  visit_lists(system, version, [&](const auto& list, std::string_view, std::size_t most) {
    all = all && list.size() <= most;
  });
  return all;
}

void keep_busiest(System& system, Version version, std::vector<LeftOut>& left_out) {
  left_out.clear();
  if (auto& cpus = system.cpus.each; !cpus_fit(system.cpus, version)) {
    if (!feature::kCpusByNumber.in(version))
      std::erase_if(cpus, [](const Cpu& cpu) { return !cpu.online; });
    const std::size_t before = cpus.size();
    if (!feature::kCpusByNumber.in(version)) {
      keep_busiest_of(cpus, kMostCpusUntil2_12);
    } else {
      cpus.resize(kMostCpus);
    }
    left_out.push_back({"CPUs", cpus.size(), before - cpus.size()});
  }
  visit_lists(system, version, [&](auto& list, std::string_view what, std::size_t most) {
    if (list.size() <= most) return;
    left_out.push_back({what, most, list.size() - most});
    keep_busiest_of(list, most);
  });
}

}  // namespace proctape
