// SPDX-License-Identifier: Apache-2.0
//
// Signals are the event loop's: nobody else is to be interrupted by them.
#pragma once

#include <pthread.h>
#include <signal.h>

#include <span>

namespace proctape {

// Holds these back from this thread and from those that it begins, until they are taken from a
// signalfd(2) of the set that is returned.
inline sigset_t hold_signals(std::span<const int> numbers) {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : numbers) sigaddset(&signals, number);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// No signal reaches this thread, nor the threads that it begins, as long as this lives: signals
// are the event loop's, and a thread keeps the mask that it began with.
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
