// SPDX-License-Identifier: Apache-2.0
//
// Which devices of a sample are to be added up, so that each byte counts once. A log says little of
// how devices lie on each other, atop's own say no more: it is decided by its lists (disks, MD,
// device-mapper), by the types of interfaces, and by names.
#pragma once

#include <string_view>
#include <vector>

#include "sample/disk.h"
#include "sample/interface.h"

namespace proctape {

enum class DeviceClass {
  kReal,     // hardware, as this machine sees it
  kStacked,  // its bytes go through other devices of the list: a bond, a bridge, a path, a volume
  kVirtual,  // made by software, with no hardware below that the log knows of
  kOwn,      // the loopback interface: nothing leaves the machine
};
std::string_view to_string(DeviceClass device_class);

// Of a member of `physical`: a path of an NVMe disk whose head did the same I/O is stacked, and so
// is a partition of a disk that is in the list.
DeviceClass class_of(const Disk& disk, const std::vector<Disk>& physical);
// A VF of Hyper-V (Azure's accelerated networking) is stacked: the interface that it works for,
// "eth0", counts its bytes as well.
DeviceClass class_of(const Interface& interface, const std::vector<Interface>& all);

struct Amount {
  double in = 0;   // bytes; of disks what was read
  double out = 0;  // of disks what was written
};

// What the sums are of.
enum class Basis {
  kNone,     // no such devices
  kReal,     // the devices of class kReal
  kVirtual,  // there are none: of volumes the larger list, of interfaces those that lead out of
             // here
};

struct Counted {
  Basis basis = Basis::kNone;
  DeviceClass device_class = DeviceClass::kReal;  // of interfaces: those that are added up
  Amount amount;
};
Counted counted(const Disks& disks);
Counted counted(const std::vector<Interface>& interfaces);

}  // namespace proctape
