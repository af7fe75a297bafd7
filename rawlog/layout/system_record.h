// SPDX-License-Identifier: Apache-2.0
//
// sstat: the system block of a record.
#pragma once

#include "rawlog/layout/cpu_record.h"
#include "rawlog/layout/disk_record.h"
#include "rawlog/layout/hardware_record.h"
#include "rawlog/layout/memory_record.h"
#include "rawlog/layout/network_record.h"
#include "rawlog/layout/nfs_record.h"
#include "rawlog/layout/numa_record.h"
#include "rawlog/layout/pressure_record.h"
#include "sample/system.h"

namespace proctape {

inline constexpr Field<System> kSstat[] = {
    record<kCpustat, &System::cpus>("cpu"),
    record<kMemstat, &System::memory>("mem"),
    record<kNetstat, &System::protocols>("net"),
    record<kIntfstat, &System::interfaces>("intf"),
    record<kMemnuma, &System::numa>("memnuma").since(v2_7),
    record<kCpunuma, &System::numa>("cpunuma").since(v2_7),
    record<kDskstat, &System::disks>("dsk"),
    record<kNfsstat, &System::nfs>("nfs"),
    record<kContstat, &System::openvz>("cfs"),
    record<kPressure, &System::pressure>("psi").since(v2_4),
    record<kGpustat, &System::gpus>("gpu").since(v2_4),
    record<kIfbstat, &System::infiniband>("ifb").since(v2_4),
    record<kLlcstat, &System::caches>("llc").since(v2_8),
    record<kWwwstat, &System::apache>("www"),
};

// In record_tables.cc: hundreds of functions.
extern template const Record<System>& record_of<kSstat>(Version);

}  // namespace proctape
