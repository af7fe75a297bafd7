// SPDX-License-Identifier: Apache-2.0
//
// Block devices, by the three classes atop keeps apart. Source: /proc/diskstats.
#pragma once

#include <vector>

#include "base/text/inline_text.h"
#include "base/units.h"
#include "sample/identity.h"

namespace proctape {

struct Disk {
  Identity identity;  // not in the log
  InlineText<31> name;
  Count reads = 0;
  Sectors sectors_read;
  Count writes = 0;
  Sectors sectors_written;
  Milliseconds busy;        // time with I/O under way
  Milliseconds queue_time;  // weighted by the number of requests waiting
  Count discards = kUnknown;
  Sectors sectors_discarded;
  Count in_flight = 0;  // gauge

  friend bool operator==(const Disk&, const Disk&) = default;
};

struct Disks {
  std::vector<Disk> physical;
  std::vector<Disk> md;
  std::vector<Disk> lvm;  // device-mapper devices of any kind

  friend bool operator==(const Disks&, const Disks&) = default;
};

}  // namespace proctape
