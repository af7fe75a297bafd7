// SPDX-License-Identifier: Apache-2.0
//
// sstat.dsk: disks, MD and LVM volumes.
#pragma once

#include "rawlog/layout/record.h"
#include "sample/disk.h"

namespace proctape {

inline constexpr Field<Disk> kPerdsk[] = {
    text<&Disk::name>("name", 32),
    number<&Disk::reads>("nread"),
    sectors<&Disk::sectors_read>("nrsect"),
    number<&Disk::writes>("nwrite"),
    sectors<&Disk::sectors_written>("nwsect"),
    milliseconds<&Disk::busy>("io_ms"),
    milliseconds<&Disk::queue_time>("avque"),
    number<&Disk::discards>("ndisc").since(v2_7),
    sectors<&Disk::sectors_discarded>("ndsect").since(v2_7),
    number<&Disk::in_flight>("inflight").since(v2_8),
    spares<Disk>("cfuture", 4).until(v2_6),
    spares<Disk>("cfuture", 2).only(v2_7),
    spares<Disk>("cfuture", 3).since(v2_8),
};

// An empty name follows the last of each class.
inline constexpr std::size_t kMostPhysicalDisks = 1023;
inline constexpr std::size_t kMostMdDevices = 255;
inline constexpr std::size_t kMostLvmVolumes = 2047;

inline constexpr Field<Disks> kDskstat[] = {
    count_of<&Disks::physical, kMostPhysicalDisks>("ndsk"),
    count_of<&Disks::md, kMostMdDevices>("nmdd"),
    count_of<&Disks::lvm, kMostLvmVolumes>("nlvm"),
    array<kPerdsk, &Disks::physical, kMostPhysicalDisks>("dsk", 1024),
    array<kPerdsk, &Disks::md, kMostMdDevices>("mdd", 256),
    array<kPerdsk, &Disks::lvm, kMostLvmVolumes>("lvm", 2048),
};

}  // namespace proctape
