// SPDX-License-Identifier: Apache-2.0
//
// Whether a lack of disk space is one that old logs are to be given up for. Whoever may write to
// the file system can make one, for as long as he likes; so it counts only once it has lasted, and
// for one removal a day. Decisions only.
#pragma once

#include <optional>

#include "base/clock.h"

namespace proctape {

class Shortage {
 public:
  // Longer than a backup, a build or an upgrade mostly needs its temporary files; less than a
  // recorder on a full disk, which can write nothing meanwhile, may be blind.
  static constexpr std::chrono::minutes kBelievedAfter{15};
  // And seen so often: the time may have passed in one suspend.
  static constexpr int kSeenAtLeast = 3;
  // Filling and freeing the disk again and again takes no more than one removal in this time.
  static constexpr std::chrono::hours kRest{24};

  // What each look at the disk found, at `now`.
  void observe(bool is_short, SinceBoot now);
  bool believed(SinceBoot now) const;
  // Logs were removed because of it.
  void answered(SinceBoot now) { answered_ = now; }

 private:
  std::optional<SinceBoot> since_;  // none: there is room
  int seen_ = 0;
  std::optional<SinceBoot> answered_;
};

}  // namespace proctape
