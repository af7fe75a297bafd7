// SPDX-License-Identifier: Apache-2.0
//
// A dot for each process of one moment, or for each thread: by user, in the order of their starts,
// as large as their resident memory, in the colour of what they do. A dot keeps its place from
// sample to sample, so that pictures of one beginning can be compared (places.h).
#pragma once

#include <memory>

#include "report/plot/plot.h"

namespace proctape {

std::unique_ptr<Plot> grid_plot(const PlotOptions& options);

}  // namespace proctape
