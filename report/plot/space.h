// SPDX-License-Identifier: Apache-2.0
//
// A box in space, as it is seen from above its front corner.
#pragma once

#include "report/picture/picture.h"

namespace proctape {

// Each from 0 to 1: to the right, to the front, upwards.
struct SpacePoint {
  double right = 0;
  double front = 0;
  double up = 0;
};

class Space {
 public:
  // The box fills `area`.
  explicit Space(const Box& area);

  Point on_paper(const SpacePoint& point) const;

 private:
  static Point unscaled(const SpacePoint& point);

  Point origin_;
  Point scale_{1, 1};
};

}  // namespace proctape
