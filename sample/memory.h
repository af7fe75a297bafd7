// SPDX-License-Identifier: Apache-2.0
//
// Memory, swap and paging of the whole system. Sources: /proc/meminfo, /proc/vmstat,
// /proc/zoneinfo, /proc/net/sockstat, hugepages and ksm in /sys/kernel/mm, SysV shared
// memory. kUnknown where the kernel does not say.
#pragma once

#include "base/units.h"

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

}  // namespace proctape
