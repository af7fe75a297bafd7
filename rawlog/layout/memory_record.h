// SPDX-License-Identifier: Apache-2.0
//
// sstat.mem: memory, swap and paging.
#pragma once

#include "rawlog/layout/record.h"
#include "sample/memory.h"

namespace proctape {

inline constexpr Field<Memory> kMemstat[] = {
    pages<&Memory::total>("physmem"),
    pages<&Memory::free>("freemem"),
    pages<&Memory::buffers>("buffermem"),
    pages<&Memory::slab>("slabmem"),
    pages<&Memory::cached>("cachemem"),
    pages<&Memory::dirty>("cachedrt"),
    pages<&Memory::swap_total>("totswap"),
    pages<&Memory::swap_free>("freeswap"),
    number<&Memory::pages_scanned>("pgscans"),
    number<&Memory::pages_stolen>("pgsteal"),
    number<&Memory::allocation_stalls>("allocstall"),
    number<&Memory::swap_outs>("swouts"),
    number<&Memory::swap_ins>("swins"),
    pages<&Memory::tcp_sockets>("tcpsock").since(v2_8),
    pages<&Memory::udp_sockets>("udpsock").since(v2_8),
    pages<&Memory::commit_limit>("commitlim"),
    pages<&Memory::committed>("committed"),
    pages<&Memory::shmem>("shmem"),
    pages<&Memory::sysv_resident>("shmrss"),
    pages<&Memory::sysv_swapped>("shmswp"),
    pages<&Memory::slab_reclaimable>("slabreclaim"),
    number<&Memory::huge_total>("tothugepage").until(v2_9),
    number<&Memory::huge_free>("freehugepage").until(v2_9),
    bytes<&Memory::huge_size>("hugepagesz").until(v2_9),
    number<&Memory::huge_total>("stothugepage").since(v2_10),
    number<&Memory::huge_free>("sfreehugepage").since(v2_10),
    bytes<&Memory::huge_size>("shugepagesz").since(v2_10),
    pages<&Memory::vmware_balloon, IfUnknown::kZero>("vmwballoon").until(v2_6),
    pages<&Memory::vmware_balloon>("vmwballoon").since(v2_7),
    pages<&Memory::zfs_arc, IfUnknown::kZero>("zfsarcsize").only(v2_6),
    pages<&Memory::zfs_arc>("zfsarcsize").since(v2_7),
    pages<&Memory::swap_cached>("swapcached").since(v2_6),
    pages<&Memory::ksm_sharing>("ksmsharing").since(v2_7),
    pages<&Memory::ksm_shared>("ksmshared").since(v2_7),
    pages<&Memory::zswapped>("zswstored").since(v2_7).until(v2_9),
    pages<&Memory::zswap>("zswtotpool").since(v2_7).until(v2_9),
    pages<&Memory::zswapped, IfUnknown::kZero>("zswapped").since(v2_10),
    pages<&Memory::zswap, IfUnknown::kZero>("zswap").since(v2_10),
    number<&Memory::oom_kills>("oomkills").since(v2_7),
    number<&Memory::compaction_stalls>("compactstall").since(v2_7),
    number<&Memory::pages_migrated>("pgmigrate").since(v2_7),
    number<&Memory::numa_pages_migrated>("numamigrate").since(v2_7),
    pages<&Memory::paged_out>("pgouts").since(v2_8),
    pages<&Memory::paged_in>("pgins").since(v2_8),
    pages<&Memory::page_tables>("pagetables").since(v2_8),
    number<&Memory::zswap_outs>("zswouts").since(v2_10),
    number<&Memory::zswap_ins>("zswins").since(v2_10),
    number<&Memory::other_huge_total>("ltothugepage").since(v2_10),
    number<&Memory::other_huge_free>("lfreehugepage").since(v2_10),
    bytes<&Memory::other_huge_size>("lhugepagesz").since(v2_10),
    pages<&Memory::available>("availablemem").since(v2_10),
    pages<&Memory::anon_huge_pages>("anonhugepage").since(v2_10),
    pages<&Memory::low_watermark>("lowwatermark").since(v2_13),
    spares<Memory>("cfuture", 8).until(v2_5),
    spares<Memory>("cfuture", 6).only(v2_6),
    spares<Memory>("cfuture", 9).only(v2_7),
    spares<Memory>("cfuture", 4).since(v2_8).until(v2_10),
    spares<Memory>("cfuture", 5).since(v2_11).until(v2_12),
    spares<Memory>("cfuture", 4).since(v2_13),
};

}  // namespace proctape
