// SPDX-License-Identifier: Apache-2.0
//
// Does on a thread of its own what may hang for ever: reading a file of a process that is
// stuck holding one of its locks, say. A list of steps is handed over at once, so that a
// list costs two switches between threads and not two a step.
//
// A step that does not get on for as long as the patience lasts is given up: its helper
// thread is left behind, and another goes on with the step that follows. Such a step must
// therefore touch nothing but what is its own. A helper left behind ends when its step does
// return; ending the program does not wait for it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "collector/kernel/kernel_fs.h"

namespace proctape {

// Where a helper is, so that waiting for it can tell slow from stuck. Lock-free.
class StepProgress {
 public:
  // Called by a step before each part of it that may hang (0 to 254, the caller's to name).
  // False: the step was given up meanwhile and has to return at once.
  bool enter(unsigned part);

 private:
  friend class DeadlineRunner;

  // Moves on from `expected`, the place that this side saw last; false if the other side
  // was faster.
  bool advance(std::uint64_t& expected, std::uint64_t to);

  std::atomic<std::uint64_t> place_{0};
  std::uint64_t own_ = 0;  // the helper's view of place_
};

class Steps {
 public:
  virtual ~Steps() = default;
  // Does step number `step`. `buffer` belongs to the thread.
  virtual void run(std::size_t step, FileBuffer& buffer, StepProgress& progress) = 0;
};

class DeadlineRunner {
 public:
  // As many steps may be stuck at the same time; then nothing more is begun.
  static constexpr std::size_t kMostStuck = 8;

  explicit DeadlineRunner(std::chrono::milliseconds patience = std::chrono::milliseconds(200));
  ~DeadlineRunner();
  DeadlineRunner(DeadlineRunner&&) noexcept;
  DeadlineRunner& operator=(DeadlineRunner&&) noexcept;

  // A step that was given up.
  struct Stuck {
    std::size_t step;
    unsigned part;
    // Set when it returned after all.
    std::shared_ptr<const std::atomic<bool>> returned;
  };

  // Does steps 0 to `count` - 1 in this order, and tells in `stuck` (replaced) which were
  // given up. Returns how many were done or given up: all, but when too many are stuck or no
  // thread can be started. The caller must not look at what belongs to a stuck step, nor use
  // `steps` again if there is one.
  std::size_t run(const std::shared_ptr<Steps>& steps, std::size_t count,
                  std::vector<Stuck>& stuck);

 private:
  struct Helper;

  static void* work(void* helper);
  bool start_helper();
  std::size_t left_behind();
  // Waits until the helper is done (true) or stuck (false, and then at `where`).
  bool wait(std::uint64_t begin, std::uint64_t& where);

  std::chrono::milliseconds patience_;
  std::shared_ptr<Helper> helper_;                                  // null until it is needed
  std::vector<std::shared_ptr<const std::atomic<bool>>> returned_;  // of those left behind
};

}  // namespace proctape
