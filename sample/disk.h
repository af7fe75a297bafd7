// SPDX-License-Identifier: Apache-2.0
//
// Block devices, by the three classes atop keeps apart. Source: /proc/diskstats.
#pragma once

#include <vector>

#include "base/text/inline_text.h"
#include "base/units.h"
#include "sample/identity.h"
#include "sample/schema.h"

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

template <>
struct Schema<Disk> {
  static constexpr auto kRows = schema::rows(
      schema::identity(&Disk::identity),
      schema::key("name", &Disk::name, "name, of volumes that of device-mapper"),
      schema::counter("reads", &Disk::reads, "requests to read that were done").activity(),
      schema::counter("sectors_read", &Disk::sectors_read, "sectors of 512 bytes read").activity(),
      schema::counter("writes", &Disk::writes, "requests to write that were done").activity(),
      schema::counter("sectors_written", &Disk::sectors_written, "sectors of 512 bytes written")
          .activity(),
      schema::counter("busy", &Disk::busy, "time with at least one request under way").of_32_bits(),
      schema::counter("queue_time", &Disk::queue_time,
                      "time that requests spent waiting and being done, all of them together")
          .of_32_bits(),
      schema::counter("discards", &Disk::discards, "requests to discard that were done"),
      schema::counter("sectors_discarded", &Disk::sectors_discarded,
                      "sectors of 512 bytes discarded"),
      schema::gauge("in_flight", &Disk::in_flight, "requests under way"));
};

template <>
struct Schema<Disks> {
  static constexpr auto kRows =
      schema::rows(schema::list("disk", &Disks::physical, "a disk"),
                   schema::list("md", &Disks::md, "a software RAID"),
                   schema::list("lvm", &Disks::lvm, "a device of device-mapper"));
};

}  // namespace proctape
