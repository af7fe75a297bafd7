// SPDX-License-Identifier: Apache-2.0
//
// The state of a daemon, for people.
#pragma once

#include <string>

#include "cli/view/reported_state.h"

namespace proctape {

std::string status_text(const ReportedState& state);

}  // namespace proctape
