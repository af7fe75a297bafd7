// SPDX-License-Identifier: Apache-2.0
#include "collector/network/network_use.h"

#include <utility>

namespace proctape {

NetworkUse NetworkUse::open(NetworkChoice choice, const KernelFs& fs, const Host& host) {
  NetworkUse use;
  if (choice == NetworkChoice::kNone) return use;
  if (!fs.has_own_pids()) {
    use.refusal_ = fs.root() + "/proc does not show the processes of this pid namespace";
    return use;
  }
  auto source = BpfTraffic::open(fs, host);
  if (source) {
    use.source_ = std::move(*source);
  } else {
    use.refusal_ = std::move(source.error().message);
    use.refusal_kind_ = source.error().kind;
  }
  return use;
}

}  // namespace proctape
