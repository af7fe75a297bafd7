// SPDX-License-Identifier: Apache-2.0
//
// What atop's log has room for and mainline kernels, or atop's releases, never fill:
// OpenVZ containers and Apache. proctape does not collect them, it only keeps them
// when a log that has them is read and written again.
#pragma once

#include <vector>

#include "base/units.h"
#include "sample/schema.h"

namespace proctape {

struct OpenVzContainer {
  Count id = 0;
  Count processes = 0;
  Ticks system;
  Ticks user;
  Ticks nice;
  Ticks uptime;
  Count physical_pages = 0;

  friend bool operator==(const OpenVzContainer&, const OpenVzContainer&) = default;
};

struct OpenVz {
  std::vector<OpenVzContainer> containers;

  friend bool operator==(const OpenVz&, const OpenVz&) = default;
};

struct Apache {
  Count accesses = 0;
  Count kibibytes = 0;
  Count uptime = 0;
  Count busy_workers = 0;
  Count idle_workers = 0;

  friend bool operator==(const Apache&, const Apache&) = default;
};

template <>
struct Schema<OpenVzContainer> {
  static constexpr auto kRows = schema::rows(
      schema::key("id", &OpenVzContainer::id, "number of the container"),
      schema::gauge("processes", &OpenVzContainer::processes, "processes in it"),
      schema::counter("system", &OpenVzContainer::system, "time in the kernel").activity(),
      schema::counter("user", &OpenVzContainer::user, "time in user space").activity(),
      schema::counter("nice", &OpenVzContainer::nice, "time in user space of processes made nicer")
          .activity(),
      schema::counter("uptime", &OpenVzContainer::uptime, "time since it was started"),
      schema::gauge("physical_pages", &OpenVzContainer::physical_pages,
                    "memory that it uses, in pages"));
};

template <>
struct Schema<OpenVz> {
  static constexpr auto kRows =
      schema::rows(schema::list("openvz_container", &OpenVz::containers,
                                "a container of OpenVZ: /proc/user_beancounters, /proc/vz/vestat"));
};

template <>
struct Schema<Apache> {
  static constexpr auto kRows = schema::rows(
      schema::counter("accesses", &Apache::accesses, "requests that Apache served"),
      schema::counter("kibibytes", &Apache::kibibytes, "KiB that Apache sent"),
      schema::gauge("uptime", &Apache::uptime, "seconds since Apache was started"),
      schema::gauge("busy_workers", &Apache::busy_workers, "workers of Apache that serve"),
      schema::gauge("idle_workers", &Apache::idle_workers, "workers of Apache that wait"));
};

}  // namespace proctape
