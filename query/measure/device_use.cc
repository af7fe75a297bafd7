// SPDX-License-Identifier: Apache-2.0
#include "query/measure/device_use.h"

#include <algorithm>

#include "query/measure/elapsed.h"

namespace proctape {
namespace {

// A crafted log has others in each sample.
constexpr std::size_t kMostDevices = 10'000;

// Null if there are too many. From sample to sample it is mostly at the same place.
template <typename Use>
Use* named(std::vector<Use>& uses, std::string_view name, std::size_t place) {
  if (place < uses.size() && uses[place].name == name) return &uses[place];
  const auto found = std::ranges::find(uses, name, &Use::name);
  if (found != uses.end()) return &*found;
  if (uses.size() >= kMostDevices) return nullptr;
  uses.push_back({});
  uses.back().name = name;
  return &uses.back();
}

void add_disk(const Disk& disk, double seconds, Seconds time, DiskUse& use) {
  const double busy = used(disk.busy) / 1000;
  const double queue_time = used(disk.queue_time) / 1000;
  const double requests = used(disk.reads) + used(disk.writes);
  use.busy += busy;
  use.queue_time += queue_time;
  use.reads += used(disk.reads);
  use.writes += used(disk.writes);
  use.read += used(disk.sectors_read) * kBytesPerSector;
  use.written += used(disk.sectors_written) * kBytesPerSector;
  use.discarded += used(disk.sectors_discarded) * kBytesPerSector;
  use.seconds += seconds;
  const double percent = std::min(100 * busy / seconds, 100.0);
  if (percent > use.busy_peak) {
    use.busy_peak = percent;
    use.busy_peak_time = time;
  }
  if (requests > 0) use.latency_peak = std::max(use.latency_peak, 1000 * queue_time / requests);
}

void add_interface(const Interface& interface, double seconds, Seconds time, InterfaceUse& use) {
  constexpr double kMegabit = 1e6;
  use.received += used(interface.received);
  use.sent += used(interface.sent);
  use.packets_received += used(interface.packets_received);
  use.packets_sent += used(interface.packets_sent);
  use.errors += used(interface.receive_errors) + used(interface.send_errors);
  use.drops += used(interface.receive_drops) + used(interface.send_drops);
  use.collisions += used(interface.collisions);
  if (interface.speed > 0) use.speed = used(interface.speed) * kMegabit;
  use.seconds += seconds;
  const double received = used(interface.received) / seconds;
  const double sent = used(interface.sent) / seconds;
  if (std::max(received, sent) > std::max(use.received_peak, use.sent_peak)) use.peak_time = time;
  use.received_peak = std::max(use.received_peak, received);
  use.sent_peak = std::max(use.sent_peak, sent);
}

}  // namespace

void DeviceUses::add(const System& system, double seconds, Seconds time) {
  const auto& physical = system.disks.physical;
  for (std::size_t i = 0; i < physical.size(); ++i) {
    DiskUse* use = named(disks_, physical[i].name, i);
    if (!use) continue;
    use->device_class = class_of(physical[i], physical);
    add_disk(physical[i], seconds, time, *use);
  }
  std::size_t place = 0;
  for (const std::vector<Disk>* list : {&system.disks.md, &system.disks.lvm}) {
    for (const Disk& disk : *list) {
      DiskUse* use = named(volumes_, disk.name, place++);
      if (!use) continue;
      use->device_class = DeviceClass::kStacked;
      add_disk(disk, seconds, time, *use);
    }
  }
  const auto& interfaces = system.interfaces.each;
  for (std::size_t i = 0; i < interfaces.size(); ++i) {
    InterfaceUse* use = named(interfaces_, interfaces[i].name, i);
    if (!use) continue;
    use->device_class = class_of(interfaces[i], interfaces);
    add_interface(interfaces[i], seconds, time, *use);
  }
}

}  // namespace proctape
