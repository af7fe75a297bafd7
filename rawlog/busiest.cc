// SPDX-License-Identifier: Apache-2.0
#include "rawlog/busiest.h"

#include <algorithm>
#include <cstdint>
#include <numeric>

#include "rawlog/system_record.h"

namespace proctape {
namespace {

// In floating point: what hosts say may add up to more than any whole number.
template <typename... Counts>
double total_of(Counts... counts) {
  return (0.0 + ... + static_cast<double>(counts));
}

double activity(const Disk& disk) {
  return total_of(disk.reads, disk.writes, disk.sectors_read.value, disk.sectors_written.value);
}

double activity(const Interface& interface) {
  return total_of(interface.received.value, interface.sent.value, interface.packets_received,
                  interface.packets_sent);
}

double activity(const NfsMount& mount) {
  return total_of(mount.read.value, mount.written.value, mount.direct_read.value,
                  mount.direct_written.value, mount.server_read.value, mount.server_written.value);
}

double activity(const Gpu& gpu) { return total_of(gpu.busy_percent_sum); }

double activity(const InfinibandPort& port) {
  return total_of(port.words_received, port.words_sent, port.packets_received, port.packets_sent);
}

double activity(const LastLevelCache& cache) { return total_of(cache.total_traffic.value); }

double activity(const OpenVzContainer& container) {
  return total_of(container.system.value, container.user.value, container.nice.value);
}

double activity(const Cpu& cpu) {
  return total_of(cpu.user.value, cpu.nice.value, cpu.system.value, cpu.irq.value,
                  cpu.softirq.value, cpu.steal.value);
}

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

std::size_t most_caches(Version version) {
  return version <= v2_9 ? kMostCachesUntil2_9 : kMostCaches;
}

// Until 2.12 only online CPUs are stored.
bool cpus_fit(const Cpus& cpus, Version version) {
  if (version >= v2_13) return cpus.each.size() <= kMostCpus;
  return cpus.each.size() <= kMostCpusUntil2_12 ||
         std::ranges::count_if(cpus.each, &Cpu::online) <=
             static_cast<std::ptrdiff_t>(kMostCpusUntil2_12);
}

// Calls `visit` with each list but that of the CPUs, its name, and its room in `version`.
template <typename Source, typename Visit>
void visit_lists(Source& system, Version version, Visit visit) {
  visit(system.interfaces.each, "network interfaces", kMostInterfaces);
  visit(system.disks.physical, "disks", kMostPhysicalDisks);
  visit(system.disks.md, "MD devices", kMostMdDevices);
  visit(system.disks.lvm, "device-mapper devices", kMostLvmVolumes);
  visit(system.nfs.mounts, "NFS mounts", kMostNfsMounts);
  visit(system.openvz.containers, "OpenVZ containers", kMostContainers);
  if (version >= v2_4) {
    visit(system.gpus.each, "GPUs", kMostGpus);
    visit(system.infiniband.ports, "InfiniBand ports", kMostInfinibandPorts);
  }
  if (version >= v2_8) visit(system.caches.each, "last-level caches", most_caches(version));
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
    if (version < v2_13) std::erase_if(cpus, [](const Cpu& cpu) { return !cpu.online; });
    const std::size_t before = cpus.size();
    if (version < v2_13) {
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
