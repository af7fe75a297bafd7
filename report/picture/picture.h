// SPDX-License-Identifier: Apache-2.0
//
// A picture as shapes, one drawn over another. What draws them is svg.h and png.h; what they mean
// is in report/plot. Lengths are in pixels, from the upper left corner.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "report/picture/color.h"

namespace proctape {

struct Point {
  double x = 0;
  double y = 0;
};

struct Box {
  double left = 0;
  double top = 0;
  double right = 0;
  double bottom = 0;

  double width() const { return right - left; }
  double height() const { return bottom - top; }
  bool overlaps(const Box& other) const {
    return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
  }
  bool contains(const Box& other) const {
    return left <= other.left && top <= other.top && right >= other.right && bottom >= other.bottom;
  }
};

// `hint`: what a reader of the SVG sees who points at it.
struct Circle {
  Point center;
  double radius = 1;
  Color fill;
  Color edge{0, 0, 0, 0};
  std::string hint = {};
};
struct Line {
  std::vector<Point> points;
  Color color;
  double width = 1;
  bool dashed = false;
  std::string hint = {};
};
struct Area {
  std::vector<Point> points;  // its corners
  Color fill;
  std::string hint = {};
};

enum class Align { kStart, kMiddle, kEnd };

struct Text {
  Point at;  // of the base line, where `align` says
  std::string text;
  double size = 12;  // of the letters
  Color color;
  Align align = Align::kStart;
  bool bold = false;
  bool upwards = false;       // turned to the left
  Color halo = {0, 0, 0, 0};  // around the letters, to be read over other shapes
};

using Shape = std::variant<Circle, Line, Area, Text>;

class Picture {
 public:
  // `title` is for those who cannot see it.
  Picture(double width, double height, Color background, std::string_view title);

  // Texts, which may hold what others named, are made visible on one line
  // (base/text/visible_text.h).
  void add(Circle circle);
  void add(Line line);
  void add(Area area);
  void add(Text text);

  double width() const { return width_; }
  double height() const { return height_; }
  const Color& background() const { return background_; }
  const std::string& title() const { return title_; }
  const std::vector<Shape>& shapes() const { return shapes_; }

 private:
  double width_;
  double height_;
  Color background_;
  std::string title_;
  std::vector<Shape> shapes_;
};

}  // namespace proctape
