// SPDX-License-Identifier: Apache-2.0
//
// How far long work has come, as a line on standard error if that is a terminal. Shown
// only once the work has taken a second.
#pragma once

#include <chrono>
#include <cstdint>

namespace proctape {

class Progress {
 public:
  // Of work on `size` bytes; 0 if that is not known.
  explicit Progress(std::uint64_t size);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { clear(); }

  // `done` bytes are behind us. Cheap enough to be called for each record.
  void at(std::uint64_t done);
  // Takes the line away, to make room for others; the next at() may bring it back.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  bool terminal_;
  bool shown_ = false;
  std::uint64_t size_;
  Clock::time_point next_;
};

}  // namespace proctape
