// SPDX-License-Identifier: Apache-2.0
#include "sample/system.h"

#include <utility>

namespace proctape {

void clear(System& system) {
  System fresh;
  const auto keep = [&](auto of) {
    auto& list = of(system);
    list.clear();
    of(fresh) = std::move(list);
  };
  keep([](System & s) -> auto& { return s.cpus.each; });
  keep([](System & s) -> auto& { return s.interfaces.each; });
  keep([](System & s) -> auto& { return s.numa.memory; });
  keep([](System & s) -> auto& { return s.numa.cpu; });
  keep([](System & s) -> auto& { return s.disks.physical; });
  keep([](System & s) -> auto& { return s.disks.md; });
  keep([](System & s) -> auto& { return s.disks.lvm; });
  keep([](System & s) -> auto& { return s.nfs.mounts; });
  keep([](System & s) -> auto& { return s.gpus.each; });
  keep([](System & s) -> auto& { return s.infiniband.ports; });
  keep([](System & s) -> auto& { return s.caches.each; });
  keep([](System & s) -> auto& { return s.openvz.containers; });
  system = std::move(fresh);
}

}  // namespace proctape
