// SPDX-License-Identifier: Apache-2.0
//
// What the sources of the system remember from one snapshot to the next, because asking
// each time costs too much or because atop's readers expect it to stay.
#pragma once

namespace proctape {

struct Caches {};

}  // namespace proctape
