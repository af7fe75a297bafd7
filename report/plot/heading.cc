// SPDX-License-Identifier: Apache-2.0
#include "report/plot/heading.h"

#include <algorithm>

#include "base/text/format.h"
#include "base/text/visible_text.h"
#include "base/time_text.h"
#include "report/picture/text_size.h"

namespace proctape {
namespace {

constexpr double kTitleSize = 17;
constexpr double kSmallSize = 12;

}  // namespace

Picture headed_picture(const PlotOptions& options, const Host& host, std::string_view what,
                       const std::string& when) {
  const Theme& theme = theme_of(options.dark);
  const std::string title = visible(host.node_name) + ": " + std::string(what);
  Picture picture(options.width, options.height, theme.background, title + ", " + when);
  const double room = options.width - 2 * kPlotMargin;
  picture.add(Text{.at = {kPlotMargin, 28},
                   .text = cut_to_width(title, kTitleSize * 1.15, room),
                   .size = kTitleSize,
                   .color = theme.ink,
                   .bold = true});
  picture.add(Text{.at = {kPlotMargin, 48},
                   .text = cut_to_width(when, kSmallSize, room),
                   .size = kSmallSize,
                   .color = theme.soft});
  return picture;
}

std::string moment_text(Seconds time, double seconds, bool since_boot) {
  const std::string text = time_text(time, "%Y-%m-%d %H:%M:%S %Z");
  if (since_boot) return text + ", the first sample of a recording: rates are not known";
  return text + formatted(", the {:.0f} s before", seconds);
}

std::string period_text(Seconds from, Seconds to) {
  const bool one_day = time_text(from, "%F") == time_text(to, "%F");
  return time_text(from, kDateAndTime) + " to " +
         time_text(to, one_day ? "%H:%M:%S %Z" : "%Y-%m-%d %H:%M:%S %Z");
}

void add_legend(const std::vector<LegendRow>& rows, Point at, double width, double bottom,
                const Theme& theme, Picture& picture) {
  constexpr double kRowHeight = 18;
  constexpr double kIndent = 18;
  double y = at.y;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const LegendRow& row = rows[i];
    const double height = std::max(kRowHeight, 2 * row.radius + 4);
    const bool is_last_that_fits = y + height + kRowHeight > bottom && i + 1 < rows.size();
    if (y + height > bottom || is_last_that_fits) {
      picture.add(Text{.at = {at.x, y + kRowHeight / 2 + 4},
                       .text = formatted("and {} more", rows.size() - i),
                       .size = kSmallSize - 1,
                       .color = theme.soft});
      return;
    }
    const double middle = y + height / 2;
    const bool is_within = row.is_ring && row.radius > kIndent;
    const double indent = row.color ? std::max(kIndent, 2 * row.radius + 8) : 0;
    if (row.color) {
      const Color none{0, 0, 0, 0};
      picture.add(Circle{{at.x + indent / 2 - 2, middle},
                         row.radius,
                         row.is_ring ? none : *row.color,
                         row.is_ring ? *row.color : none});
    }
    const double room = is_within ? 2 * row.radius : width - indent;
    picture.add(Text{.at = {at.x + (is_within ? indent / 2 - 2 : indent), middle + 4},
                     .text = cut_to_width(visible(row.text), kSmallSize - 1, room),
                     .size = kSmallSize - 1,
                     .color = row.color ? theme.ink : theme.soft,
                     .align = is_within ? Align::kMiddle : Align::kStart});
    y += height;
  }
}

}  // namespace proctape
