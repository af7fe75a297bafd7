// SPDX-License-Identifier: Apache-2.0
//
// What tasks send and receive, which the kernel itself does not count: by the source that was
// chosen, if it works on this host.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "collector/kernel/kernel_fs.h"
#include "collector/network/bpf_traffic.h"
#include "sample/host.h"
#include "sample/snapshot.h"

namespace proctape {

enum class NetworkChoice { kAuto, kPayload, kNone };

class NetworkUse {
 public:
  // Knows nothing.
  NetworkUse() = default;
  static NetworkUse open(NetworkChoice choice, const KernelFs& fs, const Host& host);

  // What tells of it; null: nothing.
  BpfTraffic* source() const { return source_.get(); }
  // Why there is none, if one was wanted.
  const std::string& refusal() const { return refusal_; }
  // kDenied if it may not be used here, else kMissing.
  Error::Kind refusal_kind() const { return refusal_kind_; }

 private:
  std::unique_ptr<BpfTraffic> source_;
  std::string refusal_;
  Error::Kind refusal_kind_ = Error::Kind::kMissing;
};

}  // namespace proctape
