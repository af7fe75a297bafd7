// SPDX-License-Identifier: Apache-2.0
//
// What CPUs did in an interval, in percent of their time.
#pragma once

#include "query/table/table.h"
#include "sample/cpu.h"

namespace proctape {

// kNotKnown where they were offline.
struct CpuShares {
  double busy = kNotKnown;  // neither idle, nor waiting for I/O, nor stolen
  double user = kNotKnown;
  double nice = kNotKnown;
  double system = kNotKnown;
  double irq = kNotKnown;
  double softirq = kNotKnown;
  double iowait = kNotKnown;
  double steal = kNotKnown;
  double guest = kNotKnown;  // part of user and nice
  double idle = kNotKnown;
};

// `possible_ticks`: as many as passed, of all CPUs that are meant.
CpuShares cpu_shares(const CpuTimes& times, double possible_ticks);

}  // namespace proctape
