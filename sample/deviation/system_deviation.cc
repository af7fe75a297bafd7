// SPDX-License-Identifier: Apache-2.0
//
// Which element is compared with which, and what one interval can have added.
#include <algorithm>

#include "sample/deviation/cpu_deviation.h"
#include "sample/deviation/deviation.h"
#include "sample/deviation/subtract.h"
#include "sample/same_element.h"

namespace proctape {
namespace {

struct Interval {
  const Snapshot& previous;
  std::chrono::milliseconds length;
  bool since_boot;  // there is no previous snapshot

  // What a counter of 32 bits can have added that counts so much in a second, with room for a
  // reading that is a little late.
  std::int64_t most(double per_second) const {
    constexpr double kMost = 1e18;
    const double seconds = static_cast<double>(length.count()) / 1000;
    return static_cast<std::int64_t>(std::min(per_second * (seconds * 1.25 + 1), kMost));
  }
  // In one direction.
  std::int64_t most_bytes(const Interface& interface) const {
    constexpr double kBytesPerMegabit = 1e6 / 8;
    return most(static_cast<double>(interface.speed) * kBytesPerMegabit);
  }
};

// Each group for itself: one that began anew says nothing of the others.
void subtract_protocols(const Protocols& before, Protocols& now) {
  for_each_member<Protocols>(
      schema::kGroups, [&](auto protocol) { subtract_counters(before.*protocol, now.*protocol); });
}

bool is_new(const Interval& interval, const Disk& disk) {
  return made_after(interval.previous.known.newest_disk, disk.identity);
}
bool is_new(const Interval& interval, const Interface& interface) {
  return made_after(interval.previous.known.newest_interface, interface.identity);
}
bool is_new(const Interval& interval, const InfinibandPort& port) {
  return made_after(interval.previous.known.newest_port, port.identity);
}
bool is_new(const Interval& interval, const NfsMount& mount) {
  return std::chrono::seconds(mount.age.value) <= interval.length + std::chrono::seconds(1);
}
bool is_new(const Interval&, const LastLevelCache&) { return false; }
// What is known of it is counted by ourselves, from the moment on that it is there.
bool is_new(const Interval&, const Gpu&) { return true; }

// Whether an element that was away, or seems to be new, can have done all of it in the interval:
// where it is surely older, none of it is shown. So is an interface that comes back from another
// network namespace with a new index.
bool could_happen_in(const Interval& interval, const Interface& difference) {
  const std::int64_t most = interval.most_bytes(difference);
  return difference.speed <= 0 ||
         (difference.received.value <= most && difference.sent.value <= most);
}
bool could_happen_in(const Interval& interval, const Disk& difference) {
  return difference.busy.value <= interval.most(1000);
}
template <typename T>
bool could_happen_in(const Interval&, const T&) {
  return true;
}

// Pairs the elements of two lists and subtracts. `last_seen` are those that `before` lacks, and
// may be there again.
template <typename T, typename Subtract>
void subtract_each(const Interval& interval, const std::vector<T>& before,
                   const std::vector<LastSeen<T>>& last_seen, std::vector<T>& now,
                   Subtract subtract_one) {
  static const T kNothing{};
  ElementSearch<T> search(before);
  for (T& element : now) {
    const T* predecessor = search.before(element);
    if (predecessor != nullptr) {
      subtract_one(*predecessor, element);
      continue;
    }
    const T end = element;
    const auto seen = std::ranges::find_if(
        last_seen, [&](const LastSeen<T>& last) { return is_same(last.element, end); });
    if (interval.since_boot) {
      subtract_one(kNothing, element);
      continue;
    }
    if (seen != last_seen.end()) {
      subtract_one(seen->element, element);
    } else {
      subtract_one(is_new(interval, element) ? kNothing : end, element);
    }
    if (!could_happen_in(interval, element)) subtract_one(end, element = end);
  }
}

void subtract_interface(const Interval& interval, const Interface& before, Interface& now) {
  const Interface end = now;
  const OnFall on_fall = subtract_counters(before, now);
  // Some drivers take them from registers of 32 bits; those tell their speed.
  if (end.speed <= 0) return;
  constexpr std::int64_t kSmallestPacket = 60;
  const std::int64_t most_bytes = interval.most_bytes(end);
  const auto widen = [&](std::int64_t most, auto... members) {
    ((now.*members = end.*members), ...);
    subtract_narrow(on_fall, std::min(most, kHalfOf32Bits), before, now, members...);
  };
  widen(most_bytes, &Interface::received, &Interface::sent);
  widen(most_bytes / kSmallestPacket, &Interface::packets_received, &Interface::packets_sent);
}

void subtract_disk(const Interval& interval, const Disk& before, Disk& now) {
  const Milliseconds busy = now.busy;
  const OnFall on_fall = subtract_counters(before, now);
  // Work of 49.7 days fits in 32 bits, and no interval has more of it than time.
  now.busy = busy;
  subtract_narrow(on_fall, std::min(interval.most(1000), kHalfOf32Bits), before, now, &Disk::busy);
}

bool did_nothing(const Disk& disk) {
  return disk.reads == 0 && disk.writes == 0 && (disk.discards == 0 || disk.discards == kUnknown);
}

// Devices that never did any I/O are in snapshots only: with the first I/O they are known already.
void subtract_disks(const Interval& interval, const std::vector<Disk>& before,
                    const std::vector<LastSeen<Disk>>& last_seen, std::vector<Disk>& now) {
  std::erase_if(now, did_nothing);
  subtract_each(interval, before, last_seen, now,
                [&](const Disk& b, Disk& n) { subtract_disk(interval, b, n); });
}

void subtract_pressure(const Pressure& before, Pressure& now) {
  for_each_member<Pressure>(schema::kParts,
                            [&](auto stall) { subtract_counters(before.*stall, now.*stall); });
}

}  // namespace

void system_deviation(const Snapshot& previous, const Snapshot& current, System& difference) {
  using std::chrono::milliseconds;
  const Interval interval{
      previous, std::chrono::duration_cast<milliseconds>(current.since_boot - previous.since_boot),
      previous.taken_at == WallTime{}};
  const System& before = previous.system;
  const KnownElements& known = previous.known;
  difference = current.system;
  cpu_deviation(previous, current, difference);
  subtract_counters(before.memory, difference.memory);
  subtract_protocols(before.protocols, difference.protocols);
  subtract_each(interval, before.interfaces.each, known.interfaces, difference.interfaces.each,
                [&](const Interface& b, Interface& n) { subtract_interface(interval, b, n); });
  subtract_disks(interval, before.disks.physical, known.physical_disks, difference.disks.physical);
  subtract_disks(interval, before.disks.md, known.md_disks, difference.disks.md);
  subtract_disks(interval, before.disks.lvm, known.lvm_disks, difference.disks.lvm);
  subtract_counters(before.nfs.server, difference.nfs.server);
  subtract_counters(before.nfs.client, difference.nfs.client);
  const auto subtract_all = [](const auto& b, auto& n) { subtract_counters(b, n); };
  subtract_each(interval, before.nfs.mounts, known.nfs_mounts, difference.nfs.mounts, subtract_all);
  subtract_pressure(before.pressure, difference.pressure);
  subtract_each(interval, before.gpus.each, {}, difference.gpus.each, subtract_all);
  subtract_each(interval, before.infiniband.ports, known.infiniband_ports,
                difference.infiniband.ports, subtract_all);
  subtract_each(interval, before.caches.each, known.caches, difference.caches.each, subtract_all);
}

}  // namespace proctape
