// SPDX-License-Identifier: Apache-2.0
#include "base/capabilities.h"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>

namespace proctape {
namespace {

// In two halves, as the kernel has them.
class OfThisThread {
 public:
  OfThisThread() {
    if (::syscall(SYS_capget, &header_, halves_.data()) != 0) halves_ = {};
  }
  std::uint64_t effective() const { return joined(&__user_cap_data_struct::effective); }
  std::uint64_t permitted() const { return joined(&__user_cap_data_struct::permitted); }
  void set_effective(std::uint64_t bits) {
    halves_[0].effective = static_cast<std::uint32_t>(bits);
    halves_[1].effective = static_cast<std::uint32_t>(bits >> 32U);
    ::syscall(SYS_capset, &header_, halves_.data());
  }

 private:
  std::uint64_t joined(std::uint32_t __user_cap_data_struct::*member) const {
    return halves_[0].*member | std::uint64_t{halves_[1].*member} << 32U;
  }

  __user_cap_header_struct header_{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> halves_{};
};

}  // namespace

bool Capabilities::in_use() const { return (OfThisThread().effective() & bits_) == bits_; }

void Capabilities::lower() const {
  OfThisThread mine;
  mine.set_effective(mine.effective() & ~bits_);
}

RaisedCapabilities::RaisedCapabilities(const Capabilities& wanted) {
  OfThisThread mine;
  raised_ = wanted.bits_ & mine.permitted() & ~mine.effective();
  if (raised_ != 0) mine.set_effective(mine.effective() | raised_);
}

RaisedCapabilities::~RaisedCapabilities() {
  if (raised_ == 0) return;
  OfThisThread mine;
  mine.set_effective(mine.effective() & ~raised_);
}

}  // namespace proctape
