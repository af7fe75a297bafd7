// SPDX-License-Identifier: Apache-2.0
#include "report/plot/labels.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "report/picture/text_size.h"

namespace proctape {
namespace {

struct Direction {
  double x, y;
};
// Right of it first, as people read.
constexpr Direction kDirections[] = {
    {1, 0}, {0.8, -0.6}, {0.8, 0.6}, {-1, 0}, {-0.8, -0.6}, {-0.8, 0.6}, {0, -1}, {0, 1},
};
// Between the circle and the letters.
constexpr double kDistances[] = {3, 14, 28, 46};
constexpr double kApart = 10;
// Around each label.
constexpr double kMargin = 1;

}  // namespace

std::optional<Labels::Place> Labels::best_place(Point center, double radius,
                                                const Text& text) const {
  std::optional<Place> best;
  std::ptrdiff_t least = 0;
  for (const double distance : kDistances) {
    for (const auto& [x, y] : kDirections) {
      Place place{text, {}, distance > kApart};
      place.text.align = x > 0 ? Align::kStart : (x < 0 ? Align::kEnd : Align::kMiddle);
      const double reach = radius + distance;
      // Letters stand around their middle height, a third of their size above the base line.
      const double push = x == 0 ? text.size * (y > 0 ? 0.7 : 0.4) * y : 0;
      place.text.at = {center.x + x * reach, center.y + y * reach + text.size * 0.35 + push};
      place.box = box_of(place.text);
      place.box.left -= kMargin;
      place.box.right += kMargin;
      const auto is_hit = [&](const Box& other) { return place.box.overlaps(other); };
      if (!area_.contains(place.box) || std::ranges::any_of(blocked_, is_hit)) continue;
      const auto hits = std::ranges::count_if(avoided_, is_hit);
      if (best && hits >= least) continue;
      best = std::move(place);
      least = hits;
      if (hits == 0) return best;
    }
  }
  return best;
}

bool Labels::add(Point center, double radius, const Text& text, const Color& leader,
                 Picture& picture) {
  const auto place = best_place(center, radius, text);
  if (!place) return false;
  if (place->is_apart) {
    const Box& box = place->box;
    const Point end{std::clamp(center.x, box.left, box.right),
                    std::clamp(center.y, box.top + 2, box.bottom - 2)};
    const double length = std::hypot(end.x - center.x, end.y - center.y);
    const double inside = length > 0 ? std::min(radius / length, 1.0) : 0;
    const Point begin{center.x + (end.x - center.x) * inside,
                      center.y + (end.y - center.y) * inside};
    picture.add(Line{{begin, end}, leader, 0.7});
  }
  block(place->box);
  picture.add(place->text);
  return true;
}

}  // namespace proctape
