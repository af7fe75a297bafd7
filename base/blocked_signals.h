// SPDX-License-Identifier: Apache-2.0
//
// No signal reaches this thread, nor the threads that it begins, as long as this lives: signals
// are the event loop's, and a thread keeps the mask that it began with.
#pragma once

#include <pthread.h>
#include <signal.h>

namespace proctape {

class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;
  ~BlockedSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace proctape
