// SPDX-License-Identifier: Apache-2.0
//
// What a block device is: which class of the log it belongs to, and its identity. It is asked when
// the device is new, and once a minute.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/units.h"
#include "sample/identity.h"

namespace proctape {

class KernelFs;
class FileBuffer;

// "259:0" in files of the kernel.
struct DeviceNumber {
  Count major = 0;
  Count minor = 0;

  friend bool operator==(const DeviceNumber&, const DeviceNumber&) = default;
};

enum class DiskClass { kPhysical, kMd, kLvm };

struct DiskFacts {
  std::string name;       // as in diskstats
  std::string directory;  // "sys/block/sda", there or not
  DeviceNumber number;
  std::optional<DiskClass> disk_class;  // none: not recorded
  bool is_left_out = false;             // not recorded, and no partition
  bool was_told = false;                // that it is
  Identity identity;
  Count activity = 0;        // the sum of its counters when it was read last
  std::string whole_name{};  // of a volume: that by which people know it
};

// By the names that drivers of disks, arrays and volumes give; none for others.
std::optional<DiskClass> disk_class(std::string_view name);

// Asks sysfs. A device whose name is not known is recorded by what it is there: with a device of
// its own as a disk, an array as MD, and what is made of others or of memory as a volume, so that
// nobody adds it to the disks below it. Loop devices, RAM disks, CD and floppy drives are not
// recorded.
DiskFacts ask_disk_facts(const KernelFs& fs, std::string_view name, DeviceNumber number,
                         FileBuffer& buffer);

}  // namespace proctape
