// SPDX-License-Identifier: Apache-2.0
#include "report/plot/labels.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "report/picture/text_size.h"

namespace proctape {
namespace {

std::vector<Box> boxes_of_texts(const Picture& picture) {
  std::vector<Box> boxes;
  for (const Shape& shape : picture.shapes()) {
    if (const auto* text = std::get_if<Text>(&shape)) boxes.push_back(box_of(*text));
  }
  return boxes;
}

TEST(Labels, NeverLieOverEachOtherNorOutsideTheArea) {
  std::mt19937 random(7);
  for (int run = 0; run < 20; ++run) {
    const Box area{50, 60, 950, 650};
    const Box legend{700, 60, 950, 200};
    Picture picture(1000, 700, {}, "");
    Labels labels(area);
    labels.block(legend);
    std::uniform_real_distribution<> x(area.left, area.right), y(area.top, area.bottom);
    std::uniform_real_distribution<> radius(1, 40);
    std::uniform_int_distribution<std::size_t> length(1, 40);
    std::size_t placed = 0;
    for (int i = 0; i < 120; ++i) {
      const Point center = run % 2 == 0 ? Point{x(random), y(random)} : Point{500, 400};
      placed += labels.add(center, radius(random), Text{.text = std::string(length(random), 'm')},
                           {}, picture)
                    ? 1
                    : 0;
    }
    const std::vector<Box> boxes = boxes_of_texts(picture);
    EXPECT_EQ(boxes.size(), placed);
    EXPECT_GT(placed, 5U);
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      EXPECT_TRUE(area.contains(boxes[i]));
      EXPECT_FALSE(legend.overlaps(boxes[i]));
      for (std::size_t k = 0; k < i; ++k) EXPECT_FALSE(boxes[i].overlaps(boxes[k]));
    }
  }
}

TEST(Labels, KeepOffWhatIsToBeSeenIfThereIsRoom) {
  Labels labels({0, 0, 400, 400});
  const Box other{205, 190, 300, 210};  // to the right, where it would be first
  labels.avoid(other);
  Picture picture(400, 400, {}, "");
  ASSERT_TRUE(labels.add({200, 200}, 4, Text{.text = "name"}, {}, picture));
  EXPECT_FALSE(boxes_of_texts(picture).front().overlaps(other));
}

TEST(Labels, ApartFromTheirPlaceHaveALineToIt) {
  Labels labels({0, 0, 400, 400});
  Picture picture(400, 400, {}, "");
  for (int i = 0; i < 12; ++i) labels.add({200, 200}, 4, Text{.text = "name"}, {}, picture);
  std::size_t lines = 0;
  for (const Shape& shape : picture.shapes()) lines += std::holds_alternative<Line>(shape) ? 1 : 0;
  EXPECT_GT(lines, 0U);
  EXPECT_LT(lines, 12U);
}

}  // namespace
}  // namespace proctape
