// SPDX-License-Identifier: Apache-2.0
//
// Work on a thread of its own, so that what hangs in it does not hang who asks for it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace proctape {

class HelperThread {
 public:
  // Begins the thread, with all signals blocked. It runs `work` when asked, and also when
  // nobody asked for `period`. `work` must own what it uses: a run that hangs outlives the
  // HelperThread.
  HelperThread(std::function<void()> work, std::chrono::milliseconds period);

  // Waits for a run under way, at most kFarewell; then leaves the thread to itself. It ends,
  // and with it `work`, when the run returns.
  ~HelperThread();
  HelperThread(const HelperThread&) = delete;
  HelperThread& operator=(const HelperThread&) = delete;

  // Has `work` run and waits for it, at most `patience`. False if that was not enough; while
  // that run goes on, further calls return false at once and ask for nothing.
  bool run(std::chrono::milliseconds patience);

  static constexpr std::chrono::milliseconds kFarewell{500};

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace proctape
