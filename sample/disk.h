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
      schema::key(
          "name", &Disk::name,
          "name, as in /proc/diskstats; of device-mapper devices as in /dev/mapper, else dm-N"),
      schema::counter("reads", &Disk::reads,
                      "requests to read that were done: column 4 of /proc/diskstats")
          .activity(),
      schema::counter("sectors_read", &Disk::sectors_read,
                      "sectors of 512 bytes read: column 6 of /proc/diskstats")
          .activity(),
      schema::counter("writes", &Disk::writes,
                      "requests to write that were done: column 8 of /proc/diskstats")
          .activity(),
      schema::counter("sectors_written", &Disk::sectors_written,
                      "sectors of 512 bytes written: column 10 of /proc/diskstats")
          .activity(),
      schema::counter("busy", &Disk::busy,
                      "time with at least one request under way: column 13 of /proc/diskstats")
          .of_32_bits(),
      schema::counter("queue_time", &Disk::queue_time,
                      "time with requests under way, weighted by their number: column 14 of "
                      "/proc/diskstats; divided by the time with any, the length of the queue")
          .of_32_bits(),
      schema::counter(
          "discards", &Disk::discards,
          "requests to discard that were done: column 15 of /proc/diskstats; -1 before Linux 4.18"),
      schema::counter("sectors_discarded", &Disk::sectors_discarded,
                      "sectors of 512 bytes discarded: column 17 of /proc/diskstats"),
      schema::gauge("in_flight", &Disk::in_flight,
                    "requests under way: column 12 of /proc/diskstats"));
};

template <>
struct Schema<Disks> {
  static constexpr auto kRows =
      schema::rows(schema::list("disk", &Disks::physical, "a disk"),
                   schema::list("md", &Disks::md, "an MD array (software RAID)"),
                   schema::list("lvm", &Disks::lvm, "a device-mapper device of any kind"));
};

}  // namespace proctape
