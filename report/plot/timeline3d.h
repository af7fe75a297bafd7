// SPDX-License-Identifier: Apache-2.0
//
// Processes as lines in space: to the right goes time, to the front the CPU time that each took so
// far, upwards its resident memory. Lines are pale where nothing changes.
#pragma once

#include <memory>

#include "report/plot/plot.h"

namespace proctape {

std::unique_ptr<Plot> timeline3d_plot(const PlotOptions& options);

}  // namespace proctape
