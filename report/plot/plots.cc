// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "report/plot/bubble.h"
#include "report/plot/grid.h"
#include "report/plot/plot.h"
#include "report/plot/timeline3d.h"

namespace proctape {

std::span<const PlotRow> plots() {
  static constexpr std::array<PlotRow, 3> kPlots = {{
      {"bubble", "processes by CPU, virtual size and resident memory, at the end of the period",
       bubble_plot, true},
      {"grid", "a dot for each process and what it does, at the end of the period", grid_plot,
       true},
      {"timeline3d", "CPU time and resident memory of processes over the period", timeline3d_plot,
       false},
  }};
  return kPlots;
}

}  // namespace proctape
