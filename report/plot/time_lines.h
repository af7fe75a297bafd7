// SPDX-License-Identifier: Apache-2.0
//
// What a host did over a period, in lines below each other: CPU, memory, pressure, disks and
// network, the peak of each with its time and with who did most then. `show --svg`.
#pragma once

#include <memory>

#include "report/plot/plot.h"

namespace proctape {

std::unique_ptr<Plot> time_lines_plot(const PlotOptions& options);

}  // namespace proctape
