// SPDX-License-Identifier: Apache-2.0
//
// Processes of one moment as bubbles: how much CPU they took in the interval (to the right), their
// virtual size (upwards), their resident memory (area) and their user (colour). Those that change
// have a label.
#pragma once

#include <memory>

#include "report/plot/plot.h"

namespace proctape {

std::unique_ptr<Plot> bubble_plot(const PlotOptions& options);

}  // namespace proctape
