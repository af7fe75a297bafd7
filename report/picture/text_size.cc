// SPDX-License-Identifier: Apache-2.0
#include "report/picture/text_size.h"

#include <array>
#include <cstddef>

#include "base/text/text.h"

namespace proctape {
namespace {

// From ' ' to '~', thousandths of the size.
constexpr std::array<short, 95> kWidths = {
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361,  318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635,  611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352,  635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592,  525, 636, 337, 636, 838};
// Letters of other scripts, of which few are wider.
constexpr double kOtherWidth = 1000;
// Bold ones are wider by at most so much.
constexpr double kBold = 1.15;

constexpr double kAscent = 0.93;
constexpr double kDescent = 0.24;

constexpr std::string_view kEllipsis = "\u2026";

}  // namespace

double text_width(std::string_view text, double size, bool bold) {
  double thousandths = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= ' ' && byte <= '~') {
      thousandths += kWidths[static_cast<std::size_t>(byte - ' ')];
    } else if ((byte & 0xc0) != 0x80) {
      thousandths += kOtherWidth;
    }
  }
  return thousandths / 1000 * size * (bold ? kBold : 1);
}

Box box_of(const Text& text) {
  const double width = text_width(text.text, text.size, text.bold);
  const double before =
      text.align == Align::kStart ? 0 : (text.align == Align::kMiddle ? width / 2 : width);
  const double above = kAscent * text.size, below = kDescent * text.size;
  const auto [x, y] = text.at;
  if (text.upwards) return {x - above, y + before - width, x + below, y + before};
  return {x - before, y - above, x - before + width, y + below};
}

std::string cut_to_width(std::string_view text, double size, double width) {
  if (text_width(text, size) <= width) return std::string(text);
  const double room = width - text_width(kEllipsis, size);
  std::size_t end = 0;
  for (std::size_t next = 0; end < text.size(); end = next) {
    const std::size_t length = utf8_length(text.data() + end, text.data() + text.size());
    next = end + (length == 0 ? 1 : length);
    if (text_width(text.substr(0, next), size) > room) break;
  }
  return std::string(text.substr(0, end)) + std::string(kEllipsis);
}

}  // namespace proctape
