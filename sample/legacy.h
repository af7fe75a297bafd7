// SPDX-License-Identifier: Apache-2.0
//
// What atop's log has room for and mainline kernels, or atop's releases, never fill:
// OpenVZ containers and Apache. proctape does not collect them, it only keeps them
// when a log that has them is read and written again.
#pragma once

#include <vector>

#include "base/units.h"

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

}  // namespace proctape
