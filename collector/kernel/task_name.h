// SPDX-License-Identifier: Apache-2.0
//
// The name of a task: the kernel's comm, which the task may set to any bytes.
#pragma once

#include <string_view>

#include "base/text/inline_text.h"

namespace proctape {

// As it is stored: at most 15 bytes, cut between characters, control characters and bytes that are
// no UTF-8 made '?'.
InlineText<15> task_name(std::string_view bytes);

}  // namespace proctape
