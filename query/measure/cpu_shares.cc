// SPDX-License-Identifier: Apache-2.0
#include "query/measure/cpu_shares.h"

#include <algorithm>

#include "query/measure/elapsed.h"

namespace proctape {

CpuShares cpu_shares(const CpuTimes& times, double possible_ticks) {
  const double busy = used(times.user) + used(times.nice) + used(times.system) + used(times.irq) +
                      used(times.softirq);
  const double waiting = used(times.iowait) + used(times.steal);
  double whole = busy + waiting + used(times.idle);
  // atop stores the whole time since boot where the kernel took back a tick of idle time.
  if (whole > 2 * possible_ticks) whole = std::max(possible_ticks, busy);
  if (whole <= 0) return {};
  const auto share = [&](double ticks) { return std::min(100 * ticks / whole, 100.0); };
  CpuShares shares;
  shares.busy = share(busy);
  shares.user = share(used(times.user));
  shares.nice = share(used(times.nice));
  shares.system = share(used(times.system));
  shares.irq = share(used(times.irq));
  shares.softirq = share(used(times.softirq));
  shares.iowait = share(used(times.iowait));
  shares.steal = share(used(times.steal));
  shares.guest = share(used(times.guest));
  shares.idle = share(std::max(whole - busy - waiting, 0.0));
  return shares;
}

}  // namespace proctape
