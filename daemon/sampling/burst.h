// SPDX-License-Identifier: Apache-2.0
//
// When extra samples are taken because something happened, and when no more of them. Decisions
// only; what happens is told by pressure_watch.h.
#pragma once

#include <chrono>

#include "base/clock.h"
#include "base/units.h"

namespace proctape {

class Burst {
 public:
  struct Options {
    std::chrono::nanoseconds duration = std::chrono::seconds(30);
    // No burst begins within so long after the end of one, whatever happens: pressure that
    // lasts must not make a short interval of a long one.
    std::chrono::nanoseconds rest = std::chrono::minutes(5);

    friend bool operator==(const Options&, const Options&) = default;
  };

  // Holds for the burst that is going on, too.
  void set_options(const Options& options) { options_ = options; }

  // Something happened. True: a burst begins with it.
  bool begin(SinceBoot now);
  // To be asked after each sample. True: the burst is over with it.
  bool end(SinceBoot now);
  // Ends it before its time; nothing if there is none.
  void stop(SinceBoot now);

  bool active() const { return active_; }
  Count bursts() const { return bursts_; }
  // What happened during a burst or the rest after it, and had no consequence.
  Count ignored() const { return ignored_; }

 private:
  Options options_;
  bool active_ = false;
  SinceBoot changed_at_{};  // when it began; or ended, if there was one
  Count bursts_ = 0;
  Count ignored_ = 0;
};

}  // namespace proctape
