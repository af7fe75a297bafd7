// SPDX-License-Identifier: Apache-2.0
//
// What does not change while the daemon runs. All but the last goes into the header of each log
// file.
#pragma once

#include <chrono>
#include <string>

#include "base/units.h"

namespace proctape {

struct Host {
  std::string system_name;  // uname: "Linux"
  std::string node_name;
  std::string kernel_release;
  std::string kernel_version;
  std::string machine;
  std::string domain_name;
  Count ticks_per_second = 100;
  Count page_size = 4096;
  Count pid_digits = 5;        // of kernel.pid_max
  bool numa = false;           // several nodes at differing distances
  bool zswap_enabled = false;  //
  bool cgroup_v2 = false;      // a unified hierarchy is mounted
  // What this process's time namespace adds to the time since boot. /proc and the clocks have it
  // added already, BPF has not.
  std::chrono::nanoseconds boottime_offset{};

  friend bool operator==(const Host&, const Host&) = default;
};

}  // namespace proctape
