// SPDX-License-Identifier: Apache-2.0
//
// What a CPU, or several of them, did over some intervals.
#pragma once

#include <utility>

#include "query/measure/cpu_shares.h"
#include "query/measure/over_time.h"

namespace proctape {

// Percent of their time.
struct CpuUse {
  OverTime busy, user, nice, system, irq, softirq, iowait, steal, guest, idle;

  void add(const CpuShares& shares, double seconds, Seconds time) {
    const auto each = {
        std::pair{&busy, shares.busy}, {&user, shares.user},   {&nice, shares.nice},
        {&system, shares.system},      {&irq, shares.irq},     {&softirq, shares.softirq},
        {&iowait, shares.iowait},      {&steal, shares.steal}, {&guest, shares.guest},
        {&idle, shares.idle},
    };
    for (const auto& [use, share] : each) use->add(share, seconds, time);
  }
};

}  // namespace proctape
