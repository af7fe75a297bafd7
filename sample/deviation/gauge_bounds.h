// SPDX-License-Identifier: Apache-2.0
//
// What gauges may be. Kernels and those who stand in for them (lxcfs) subtract what they read at
// different moments, and print what is below zero as a huge unsigned number.
#pragma once

#include "sample/system.h"

namespace proctape {

// Holds each gauge of `system`, a snapshot, to what it may be: nothing below 0 but kUnknown, no
// part larger than its whole.
void hold_to_bounds(System& system);

}  // namespace proctape
