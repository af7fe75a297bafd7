// SPDX-License-Identifier: Apache-2.0
//
// Which members of the system's structs are counters.
#include <algorithm>

#include "sample/cpu_deviation.h"
#include "sample/deviation.h"
#include "sample/same_element.h"
#include "sample/subtract.h"

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

void subtract_memory(const Memory& before, Memory& now) {
  subtract_counters(before, now, &Memory::pages_scanned, &Memory::pages_stolen,
                    &Memory::allocation_stalls, &Memory::swap_outs, &Memory::swap_ins,
                    &Memory::paged_out, &Memory::paged_in, &Memory::oom_kills,
                    &Memory::compaction_stalls, &Memory::pages_migrated,
                    &Memory::numa_pages_migrated, &Memory::zswap_outs, &Memory::zswap_ins);
}

template <typename Protocol, std::size_t N>
void subtract_protocol(const SnmpColumn<Protocol> (&columns)[N], const Protocol& before,
                       Protocol& now) {
  FallJudge judge;
  for (const SnmpColumn<Protocol>& column : columns) {
    if (!column.gauge) judge.look(before.*column.member, now.*column.member);
  }
  for (const SnmpColumn<Protocol>& column : columns) {
    if (!column.gauge) subtract_counters(judge.verdict(), before, now, column.member);
  }
}

void subtract_protocols(const Protocols& before, Protocols& now) {
  subtract_protocol(kIpv4Columns, before.ipv4, now.ipv4);
  subtract_protocol(kIcmpv4Columns, before.icmpv4, now.icmpv4);
  subtract_protocol(kUdpv4Columns, before.udpv4, now.udpv4);
  subtract_protocol(kIpv6Columns, before.ipv6, now.ipv6);
  subtract_protocol(kIcmpv6Columns, before.icmpv6, now.icmpv6);
  subtract_protocol(kUdpv6Columns, before.udpv6, now.udpv6);
  subtract_protocol(kTcpColumns, before.tcp, now.tcp);
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

// Whether an element that was away can have done all of it in the interval: where it is surely
// older, none of it is shown.
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
    if (seen != last_seen.end()) {
      subtract_one(seen->element, element);
      if (!could_happen_in(interval, element)) subtract_one(end, element = end);
    } else if (interval.since_boot || is_new(interval, element)) {
      subtract_one(kNothing, element);
    } else {
      subtract_one(end, element);
    }
  }
}

void subtract_interface(const Interval& interval, const Interface& before, Interface& now) {
  const Interface end = now;
  const auto subtract = [&](auto... members) {
    const OnFall judged = judge(before, now, members...);
    subtract_counters(judged, before, now, members...);
    return judged;
  };
  const OnFall on_fall =
      subtract(&Interface::received, &Interface::packets_received, &Interface::receive_errors,
               &Interface::receive_drops, &Interface::receive_fifo, &Interface::receive_frame,
               &Interface::receive_compressed, &Interface::receive_multicast, &Interface::sent,
               &Interface::packets_sent, &Interface::send_errors, &Interface::send_drops,
               &Interface::send_fifo, &Interface::collisions, &Interface::carrier_losses,
               &Interface::send_compressed);
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
  // Not by its times: that they fell may be a wrap.
  const OnFall on_fall = judge(before, now, &Disk::reads, &Disk::sectors_read, &Disk::writes,
                               &Disk::sectors_written, &Disk::discards, &Disk::sectors_discarded);
  subtract_counters(on_fall, before, now, &Disk::reads, &Disk::sectors_read, &Disk::writes,
                    &Disk::sectors_written, &Disk::discards, &Disk::sectors_discarded);
  // The kernel prints 32 bits of them: 49.7 days of work, and of all requests waiting.
  subtract_narrow(on_fall, std::min(interval.most(1000), kHalfOf32Bits), before, now, &Disk::busy);
  subtract_narrow(on_fall, kHalfOf32Bits, before, now, &Disk::queue_time);
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

// Of 32 bits, all of them.
void subtract_nfs_server(const NfsServer& before, NfsServer& now) {
  const auto subtract = [&](auto... members) {
    subtract_narrow(judge(before, now, members...), kHalfOf32Bits, before, now, members...);
  };
  subtract(&NfsServer::net_packets, &NfsServer::net_udp, &NfsServer::net_tcp,
           &NfsServer::net_tcp_connections, &NfsServer::rpc_calls, &NfsServer::rpc_bad_format,
           &NfsServer::rpc_bad_authentication, &NfsServer::rpc_bad_client, &NfsServer::rpc_reads,
           &NfsServer::rpc_writes, &NfsServer::reply_cache_hits, &NfsServer::reply_cache_misses,
           &NfsServer::reply_cache_uncached, &NfsServer::read, &NfsServer::written);
}
void subtract_nfs_client(const NfsClient& before, NfsClient& now) {
  const auto subtract = [&](auto... members) {
    subtract_narrow(judge(before, now, members...), kHalfOf32Bits, before, now, members...);
  };
  subtract(&NfsClient::rpc_calls, &NfsClient::rpc_retransmits,
           &NfsClient::rpc_authentication_refreshes, &NfsClient::rpc_reads, &NfsClient::rpc_writes);
}

void subtract_pressure(const Pressure& before, Pressure& now) {
  for (Stall Pressure::*stall : {&Pressure::cpu_some, &Pressure::memory_some,
                                 &Pressure::memory_full, &Pressure::io_some, &Pressure::io_full}) {
    subtract_counters(before.*stall, now.*stall, &Stall::total);
  }
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
  subtract_memory(before.memory, difference.memory);
  subtract_protocols(before.protocols, difference.protocols);
  subtract_each(interval, before.interfaces.each, known.interfaces, difference.interfaces.each,
                [&](const Interface& b, Interface& n) { subtract_interface(interval, b, n); });
  subtract_disks(interval, before.disks.physical, known.physical_disks, difference.disks.physical);
  subtract_disks(interval, before.disks.md, known.md_disks, difference.disks.md);
  subtract_disks(interval, before.disks.lvm, known.lvm_disks, difference.disks.lvm);
  subtract_nfs_server(before.nfs.server, difference.nfs.server);
  subtract_nfs_client(before.nfs.client, difference.nfs.client);
  subtract_each(interval, before.nfs.mounts, known.nfs_mounts, difference.nfs.mounts,
                [](const NfsMount& b, NfsMount& n) {
                  subtract_counters(b, n, &NfsMount::read, &NfsMount::written,
                                    &NfsMount::direct_read, &NfsMount::direct_written,
                                    &NfsMount::server_read, &NfsMount::server_written,
                                    &NfsMount::pages_read, &NfsMount::pages_written);
                });
  subtract_pressure(before.pressure, difference.pressure);
  subtract_each(interval, before.gpus.each, {}, difference.gpus.each, [](const Gpu& b, Gpu& n) {
    subtract_counters(b, n, &Gpu::samples, &Gpu::busy_percent_sum, &Gpu::memory_busy_percent_sum,
                      &Gpu::memory_used_sum);
  });
  subtract_each(interval, before.infiniband.ports, known.infiniband_ports,
                difference.infiniband.ports, [](const InfinibandPort& b, InfinibandPort& n) {
                  subtract_counters(b, n, &InfinibandPort::words_received,
                                    &InfinibandPort::words_sent, &InfinibandPort::packets_received,
                                    &InfinibandPort::packets_sent);
                });
  subtract_each(interval, before.caches.each, known.caches, difference.caches.each,
                [](const LastLevelCache& b, LastLevelCache& n) {
                  subtract_counters(b, n, &LastLevelCache::local_traffic,
                                    &LastLevelCache::total_traffic);
                });
}

}  // namespace proctape
