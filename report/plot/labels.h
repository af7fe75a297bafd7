// SPDX-License-Identifier: Apache-2.0
//
// Where labels have room: beside what they name, none over another.
#pragma once

#include <optional>
#include <vector>

#include "report/picture/picture.h"

namespace proctape {

class Labels {
 public:
  // Labels stay within `area`.
  explicit Labels(const Box& area) : area_(area) {}

  // No label lies there: another text, a legend.
  void block(const Box& box) { blocked_.push_back(box); }
  // If there is room elsewhere.
  void avoid(const Box& box) { avoided_.push_back(box); }

  // Adds `text` beside a circle of `radius` around `center`, with a line to it where it stands
  // apart. False: there is no room for it.
  bool add(Point center, double radius, const Text& text, const Color& leader, Picture& picture);

 private:
  struct Place {
    Text text;
    Box box;
    bool is_apart = false;
  };
  std::optional<Place> best_place(Point center, double radius, const Text& text) const;

  Box area_;
  std::vector<Box> blocked_;
  std::vector<Box> avoided_;
};

}  // namespace proctape
