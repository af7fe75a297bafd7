// SPDX-License-Identifier: Apache-2.0
#include "report/picture/picture.h"

#include "base/text/visible_text.h"

namespace proctape {

Picture::Picture(double width, double height, Color background, std::string_view title)
    : width_(width), height_(height), background_(background), title_(visible(title)) {}

void Picture::add(Circle circle) {
  circle.hint = visible(circle.hint);
  shapes_.emplace_back(std::move(circle));
}

void Picture::add(Line line) {
  line.hint = visible(line.hint);
  shapes_.emplace_back(std::move(line));
}

void Picture::add(Area area) {
  area.hint = visible(area.hint);
  shapes_.emplace_back(std::move(area));
}

void Picture::add(Text text) {
  text.text = visible(text.text);
  shapes_.emplace_back(std::move(text));
}

}  // namespace proctape
