// SPDX-License-Identifier: Apache-2.0
//
// What stands around every plot: what it is of, and what its colours and sizes mean.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.h"
#include "report/picture/picture.h"
#include "report/plot/plot.h"
#include "report/plot/theme.h"
#include "sample/host.h"

namespace proctape {

// An empty picture with its heading. `what`: "processes by CPU and memory".
Picture headed_picture(const PlotOptions& options, const Host& host, std::string_view what,
                       const std::string& when);
// Where the heading ends.
inline constexpr double kHeadingHeight = 62;
inline constexpr double kPlotMargin = 16;

// "2026-11-21 03:17:00 CET, of 10 s", and "10:00:00 to 11:00:00 CET".
std::string moment_text(Seconds time, double seconds, bool since_boot);
std::string period_text(Seconds from, Seconds to);

struct LegendRow {
  std::string text;
  std::optional<Color> color;  // of a dot; none: a heading
  double radius = 5;
  bool is_ring = false;
};
// Below each other, from `at` on, as wide as `width`. The text of a large ring is in it. Rows that
// have no room above `bottom` are counted in a last one.
void add_legend(const std::vector<LegendRow>& rows, Point at, double width, double bottom,
                const Theme& theme, Picture& picture);

}  // namespace proctape
