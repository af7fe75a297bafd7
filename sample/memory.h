// SPDX-License-Identifier: Apache-2.0
//
// Memory, swap and paging of the whole system. Sources: /proc/meminfo, /proc/vmstat,
// /proc/zoneinfo, /proc/net/sockstat, hugepages and ksm in /sys/kernel/mm, SysV shared
// memory. kUnknown where the kernel does not say.
#pragma once

#include "base/units.h"
#include "sample/schema.h"

namespace proctape {

struct Memory {
  // Gauges.
  Bytes total{kUnknown};
  Bytes free{kUnknown};
  Bytes buffers{kUnknown};
  Bytes slab;
  Bytes cached{kUnknown};  // Shmem included, SwapCached not
  Bytes dirty;
  Bytes swap_total{kUnknown};
  Bytes swap_free{kUnknown};
  Bytes tcp_sockets;
  Bytes udp_sockets;
  Bytes commit_limit;
  Bytes committed;
  Bytes shmem;
  Bytes sysv_resident;
  Bytes sysv_swapped;
  Bytes slab_reclaimable;
  Bytes vmware_balloon{kUnknown};
  Bytes zfs_arc{kUnknown};
  Bytes swap_cached;
  Bytes ksm_sharing{kUnknown};
  Bytes ksm_shared{kUnknown};
  Bytes zswapped{kUnknown};  // uncompressed size of what zswap holds
  Bytes zswap{kUnknown};     // its pool
  Bytes page_tables;
  Bytes available;
  Bytes anon_huge_pages;
  Bytes low_watermark;  // sum over all zones

  // Huge pages of the kernel's default size, and of one other size if there is one.
  Count huge_total = 0;
  Count huge_free = 0;
  Bytes huge_size;
  Count other_huge_total = 0;
  Count other_huge_free = 0;
  Bytes other_huge_size;

  // Counters.
  Count pages_scanned = 0;
  Count pages_stolen = 0;
  Count allocation_stalls = 0;
  Count swap_outs = 0;  // pages
  Count swap_ins = 0;
  Bytes paged_out;
  Bytes paged_in;
  Count oom_kills = kUnknown;
  Count compaction_stalls = 0;
  Count pages_migrated = 0;
  Count numa_pages_migrated = 0;
  Count zswap_outs = 0;
  Count zswap_ins = 0;

  friend bool operator==(const Memory&, const Memory&) = default;
};

template <>
struct Schema<Memory> {
  static constexpr auto kRows = schema::rows(
      schema::gauge("total", &Memory::total,
                    "memory there is: MemTotal of /proc/meminfo; -1 unknown"),
      schema::gauge("free", &Memory::free,
                    "memory used for nothing: MemFree of /proc/meminfo; -1 unknown"),
      schema::gauge("buffers", &Memory::buffers,
                    "cache of block devices: Buffers of /proc/meminfo; -1 unknown"),
      schema::gauge("slab", &Memory::slab,
                    "memory of the kernel's own objects: Slab of /proc/meminfo"),
      schema::gauge("cached", &Memory::cached,
                    "cache of files, with shared memory and tmpfs, without SwapCached: Cached of "
                    "/proc/meminfo; -1 unknown"),
      schema::gauge("dirty", &Memory::dirty,
                    "of the cache, what is to be written: Dirty of /proc/meminfo"),
      schema::gauge("swap_total", &Memory::swap_total,
                    "swap there is: SwapTotal of /proc/meminfo; -1 unknown"),
      schema::gauge("swap_free", &Memory::swap_free,
                    "swap that is not used: SwapFree of /proc/meminfo; -1 unknown"),
      schema::gauge("tcp_sockets", &Memory::tcp_sockets,
                    "memory of TCP sockets: `mem` of TCP in /proc/net/sockstat"),
      schema::gauge("udp_sockets", &Memory::udp_sockets,
                    "memory of UDP sockets: `mem` of UDP in /proc/net/sockstat"),
      schema::gauge("commit_limit", &Memory::commit_limit,
                    "what processes may ask for, if overcommitting is forbidden: CommitLimit of "
                    "/proc/meminfo"),
      schema::gauge("committed", &Memory::committed,
                    "what processes have asked for: Committed_AS of /proc/meminfo"),
      schema::gauge("shmem", &Memory::shmem, "shared memory and tmpfs: Shmem of /proc/meminfo"),
      schema::gauge("sysv_resident", &Memory::sysv_resident,
                    "System V shared memory that is resident: shmctl(SHM_INFO)"),
      schema::gauge("sysv_swapped", &Memory::sysv_swapped,
                    "System V shared memory that is swapped out: shmctl(SHM_INFO)"),
      schema::gauge("slab_reclaimable", &Memory::slab_reclaimable,
                    "of slab, what can be had back: SReclaimable of /proc/meminfo"),
      schema::gauge("vmware_balloon", &Memory::vmware_balloon,
                    "what the host has taken back by the VMware balloon: vmmemctl of debugfs; -1 "
                    "without one"),
      schema::gauge("zfs_arc", &Memory::zfs_arc,
                    "cache of ZFS, its ARC: /proc/spl/kstat/zfs/arcstats; -1 without ZFS"),
      schema::gauge("swap_cached", &Memory::swap_cached,
                    "what is in swap and in memory, too: SwapCached of /proc/meminfo"),
      schema::gauge("ksm_sharing", &Memory::ksm_sharing,
                    "what sharing of equal pages saves: /sys/kernel/mm/ksm/pages_sharing; -1 while "
                    "KSM is off"),
      schema::gauge("ksm_shared", &Memory::ksm_shared,
                    "what such pages take: /sys/kernel/mm/ksm/pages_shared; -1 while KSM is off"),
      schema::gauge("zswapped", &Memory::zswapped,
                    "what zswap holds, unpacked: Zswapped of /proc/meminfo, else stored_pages of "
                    "debugfs; -1 where neither tells it"),
      schema::gauge("zswap", &Memory::zswap,
                    "what zswap takes, its pool: Zswap of /proc/meminfo, else pool_total_size of "
                    "debugfs; -1 where neither tells it"),
      schema::gauge("page_tables", &Memory::page_tables,
                    "page tables: PageTables of /proc/meminfo"),
      schema::gauge("available", &Memory::available,
                    "what programs can have without swapping: MemAvailable of /proc/meminfo"),
      schema::gauge("anon_huge_pages", &Memory::anon_huge_pages,
                    "transparent huge pages: AnonHugePages of /proc/meminfo"),
      schema::gauge("low_watermark", &Memory::low_watermark,
                    "free memory below which kswapd begins to reclaim: sum of the `low` lines of "
                    "/proc/zoneinfo"),
      schema::gauge("huge_total", &Memory::huge_total,
                    "huge pages of the default size: HugePages_Total of /proc/meminfo"),
      schema::gauge("huge_free", &Memory::huge_free,
                    "of these, free: HugePages_Free of /proc/meminfo"),
      schema::setting("huge_size", &Memory::huge_size, "their size: Hugepagesize of /proc/meminfo"),
      schema::gauge(
          "other_huge_total", &Memory::other_huge_total,
          "huge pages of one other size: /sys/kernel/mm/hugepages/hugepages-NkB/nr_hugepages"),
      schema::gauge("other_huge_free", &Memory::other_huge_free,
                    "of these, free: free_hugepages beside it"),
      schema::setting("other_huge_size", &Memory::other_huge_size,
                      "their size: N of that path; 0 where there is no other"),
      schema::counter(
          "pages_scanned", &Memory::pages_scanned,
          "pages that reclaim looked at: pgscan_kswapd, _direct and _khugepaged of /proc/vmstat"),
      schema::counter(
          "pages_stolen", &Memory::pages_stolen,
          "pages that reclaim took: pgsteal_kswapd, _direct and _khugepaged of /proc/vmstat"),
      schema::counter("allocation_stalls", &Memory::allocation_stalls,
                      "times that a task had to reclaim memory itself: sum of allocstall and "
                      "allocstall_ZONE of /proc/vmstat"),
      schema::counter("swap_outs", &Memory::swap_outs,
                      "pages written to swap: pswpout of /proc/vmstat"),
      schema::counter("swap_ins", &Memory::swap_ins,
                      "pages read from swap: pswpin of /proc/vmstat"),
      schema::counter("paged_out", &Memory::paged_out, "written to disks: pgpgout of /proc/vmstat"),
      schema::counter("paged_in", &Memory::paged_in, "read from disks: pgpgin of /proc/vmstat"),
      schema::counter("oom_kills", &Memory::oom_kills,
                      "processes killed because memory was short: oom_kill of /proc/vmstat; -1 "
                      "before Linux 4.13"),
      schema::counter(
          "compaction_stalls", &Memory::compaction_stalls,
          "times that a task had to compact memory itself: compact_stall of /proc/vmstat"),
      schema::counter("pages_migrated", &Memory::pages_migrated,
                      "pages moved: pgmigrate_success of /proc/vmstat"),
      schema::counter("numa_pages_migrated", &Memory::numa_pages_migrated,
                      "pages moved to other nodes: numa_pages_migrated of /proc/vmstat"),
      schema::counter("zswap_outs", &Memory::zswap_outs,
                      "pages packed into zswap: zswpout of /proc/vmstat"),
      schema::counter("zswap_ins", &Memory::zswap_ins,
                      "pages unpacked from zswap: zswpin of /proc/vmstat"));
};

}  // namespace proctape
