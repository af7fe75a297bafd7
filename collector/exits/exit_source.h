// SPDX-License-Identifier: Apache-2.0
//
// What the kernel has that tells of processes that end.
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "base/units.h"
#include "collector/redaction/redaction.h"
#include "sample/exit.h"

namespace proctape {

class ExitSource {
 public:
  virtual ~ExitSource() = default;

  // Appends the exits that the kernel has kept for us, as long as `into` has fewer than `limit`.
  // Those beyond stay with the kernel, which loses them when it has too many.
  // Secrets in names and on command lines are hidden by `redaction`.
  virtual void drain(std::size_t limit, const Redaction& redaction, std::vector<Exit>& into) = 0;

  // Exits that the kernel had no room for, since this was last asked.
  virtual Count take_lost() = 0;

  // Becomes readable when the kernel should not be left to wait for the next sample.
  virtual int fd() const = 0;

  // How long `fd` is left alone after a drain, so that exits gather instead of waking us one by
  // one. 0: it is signalled (edge-triggered) only when there is much.
  virtual std::chrono::milliseconds rest() const = 0;
};

}  // namespace proctape
