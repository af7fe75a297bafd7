// SPDX-License-Identifier: Apache-2.0
#include "report/plot/space.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace proctape {
namespace {

constexpr double kDegree = std::numbers::pi / 180;
// How far it is turned, and looked down at.
constexpr double kTurn = 24 * kDegree;
constexpr double kTilt = 30 * kDegree;
constexpr SpacePoint kLengths{1.0, 0.75, 0.62};

}  // namespace

Space::Space(const Box& area) {
  Box all{1e9, 1e9, -1e9, -1e9};
  for (int corner = 0; corner < 8; ++corner) {
    const auto bit = [&](int number) { return (corner >> number & 1) != 0 ? 1.0 : 0.0; };
    const Point point = unscaled({bit(0), bit(1), bit(2)});
    all = {std::min(all.left, point.x), std::min(all.top, point.y), std::max(all.right, point.x),
           std::max(all.bottom, point.y)};
  }
  scale_ = {area.width() / all.width(), area.height() / all.height()};
  origin_ = {area.left - all.left * scale_.x, area.top - all.top * scale_.y};
}

Point Space::unscaled(const SpacePoint& point) {
  const double right = point.right * kLengths.right, front = point.front * kLengths.front;
  const double near = right * std::sin(kTurn) + front * std::cos(kTurn);
  return {right * std::cos(kTurn) - front * std::sin(kTurn),
          near * std::sin(kTilt) - point.up * kLengths.up * std::cos(kTilt)};
}

Point Space::on_paper(const SpacePoint& point) const {
  const Point flat = unscaled(point);
  return {origin_.x + flat.x * scale_.x, origin_.y + flat.y * scale_.y};
}

}  // namespace proctape
