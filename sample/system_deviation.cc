// SPDX-License-Identifier: Apache-2.0
//
// Which members of the system's structs are counters.
#include <span>

#include "sample/deviation.h"
#include "sample/subtract.h"

namespace proctape {
namespace {

template <typename T>
void subtract_times(const T& before, T& now) {
  subtract_counters<OnFall::kNothing>(before, now, &T::user, &T::nice, &T::system, &T::idle,
                                      &T::iowait, &T::irq, &T::softirq, &T::steal, &T::guest);
}

void subtract_cpu(const Cpu& before, Cpu& now) {
  subtract_times(before, now);
  subtract_counters(before, now, &Cpu::instructions, &Cpu::cycles);
  // Only with ticks is the frequency a sum over time.
  if (now.frequency.ticks.value != 0) {
    subtract_counters(before.frequency, now.frequency, &CpuFrequency::mhz, &CpuFrequency::ticks);
  }
}

void subtract_cpus(const Cpus& before, Cpus& now) {
  subtract_counters(before, now, &Cpus::interrupts, &Cpus::context_switches, &Cpus::forks);
  subtract_cpu(before.all, now.all);
  for (std::size_t i = 0; i < now.each.size(); ++i) {
    subtract_cpu(i < before.each.size() ? before.each[i] : Cpu{}, now.each[i]);
  }
}

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
  for (const SnmpColumn<Protocol>& column : columns) {
    if (!column.gauge) subtract_counters(before, now, column.member);
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

// Pairs the elements of two lists by `same` and subtracts; an element without a
// predecessor counts from 0. Elements mostly keep their order, so each search begins
// behind the last one found.
template <typename T, typename Same, typename Subtract>
void subtract_each(std::span<const T> before, std::span<T> now, Same same, Subtract subtract_one) {
  static const T kNothing{};
  std::size_t position = 0;
  for (T& element : now) {
    const T* predecessor = &kNothing;
    for (std::size_t tried = 0; tried < before.size(); ++tried) {
      const std::size_t i = (position + tried) % before.size();
      if (!same(before[i], element)) continue;
      predecessor = &before[i];
      position = i + 1;
      break;
    }
    subtract_one(*predecessor, element);
  }
}

void subtract_interface(const Interface& before, Interface& now) {
  subtract_counters(before, now, &Interface::received, &Interface::packets_received,
                    &Interface::receive_errors, &Interface::receive_drops, &Interface::receive_fifo,
                    &Interface::receive_frame, &Interface::receive_compressed,
                    &Interface::receive_multicast, &Interface::sent, &Interface::packets_sent,
                    &Interface::send_errors, &Interface::send_drops, &Interface::send_fifo,
                    &Interface::collisions, &Interface::carrier_losses,
                    &Interface::send_compressed);
}

void subtract_disks(const std::vector<Disk>& before, std::vector<Disk>& now) {
  subtract_each<Disk>(
      before, now, [](const Disk& a, const Disk& b) { return a.name == b.name; },
      [](const Disk& b, Disk& n) {
        subtract_counters(b, n, &Disk::reads, &Disk::sectors_read, &Disk::writes,
                          &Disk::sectors_written, &Disk::busy, &Disk::queue_time, &Disk::discards,
                          &Disk::sectors_discarded);
      });
}

void subtract_numa(const Numa& before, Numa& now) {
  subtract_each<NumaCpu>(
      before.cpu, now.cpu, [](const NumaCpu& a, const NumaCpu& b) { return a.node == b.node; },
      [](const NumaCpu& b, NumaCpu& n) { subtract_times(b, n); });
}

void subtract_nfs(const Nfs& before, Nfs& now) {
  subtract_counters(before.server, now.server, &NfsServer::net_packets, &NfsServer::net_udp,
                    &NfsServer::net_tcp, &NfsServer::net_tcp_connections, &NfsServer::rpc_calls,
                    &NfsServer::rpc_bad_format, &NfsServer::rpc_bad_authentication,
                    &NfsServer::rpc_bad_client, &NfsServer::rpc_reads, &NfsServer::rpc_writes,
                    &NfsServer::reply_cache_hits, &NfsServer::reply_cache_misses,
                    &NfsServer::reply_cache_uncached, &NfsServer::read, &NfsServer::written);
  subtract_counters(before.client, now.client, &NfsClient::rpc_calls, &NfsClient::rpc_retransmits,
                    &NfsClient::rpc_authentication_refreshes, &NfsClient::rpc_reads,
                    &NfsClient::rpc_writes);
  subtract_each<NfsMount>(
      before.mounts, now.mounts,
      // A mount younger than its predecessor is another one of the same device.
      [](const NfsMount& a, const NfsMount& b) { return a.device == b.device && a.age <= b.age; },
      [](const NfsMount& b, NfsMount& n) {
        subtract_counters(b, n, &NfsMount::read, &NfsMount::written, &NfsMount::direct_read,
                          &NfsMount::direct_written, &NfsMount::server_read,
                          &NfsMount::server_written, &NfsMount::pages_read,
                          &NfsMount::pages_written);
      });
}

void subtract_pressure(const Pressure& before, Pressure& now) {
  for (Stall Pressure::*stall : {&Pressure::cpu_some, &Pressure::memory_some,
                                 &Pressure::memory_full, &Pressure::io_some, &Pressure::io_full}) {
    subtract_counters(before.*stall, now.*stall, &Stall::total);
  }
}

void subtract_hardware(const System& before, System& now) {
  subtract_each<Gpu>(
      before.gpus.each, now.gpus.each,
      [](const Gpu& a, const Gpu& b) { return a.bus_id == b.bus_id; },
      [](const Gpu& b, Gpu& n) {
        subtract_counters(b, n, &Gpu::samples, &Gpu::busy_percent_sum,
                          &Gpu::memory_busy_percent_sum, &Gpu::memory_used_sum);
      });
  subtract_each<InfinibandPort>(
      before.infiniband.ports, now.infiniband.ports,
      [](const InfinibandPort& a, const InfinibandPort& b) {
        return a.controller == b.controller && a.port == b.port;
      },
      [](const InfinibandPort& b, InfinibandPort& n) {
        subtract_counters(b, n, &InfinibandPort::words_received, &InfinibandPort::words_sent,
                          &InfinibandPort::packets_received, &InfinibandPort::packets_sent);
      });
  subtract_each<LastLevelCache>(
      before.caches.each, now.caches.each,
      [](const LastLevelCache& a, const LastLevelCache& b) { return a.id == b.id; },
      [](const LastLevelCache& b, LastLevelCache& n) {
        subtract_counters(b, n, &LastLevelCache::local_traffic, &LastLevelCache::total_traffic);
      });
}

}  // namespace

void system_deviation(const System& previous, const System& current, System& difference) {
  difference = current;
  subtract_cpus(previous.cpus, difference.cpus);
  subtract_memory(previous.memory, difference.memory);
  subtract_protocols(previous.protocols, difference.protocols);
  subtract_each<Interface>(
      previous.interfaces.each, difference.interfaces.each,
      [](const Interface& a, const Interface& b) { return a.name == b.name; }, subtract_interface);
  subtract_numa(previous.numa, difference.numa);
  subtract_disks(previous.disks.physical, difference.disks.physical);
  subtract_disks(previous.disks.md, difference.disks.md);
  subtract_disks(previous.disks.lvm, difference.disks.lvm);
  subtract_nfs(previous.nfs, difference.nfs);
  subtract_pressure(previous.pressure, difference.pressure);
  subtract_hardware(previous, difference);
}

}  // namespace proctape
