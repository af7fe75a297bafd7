// SPDX-License-Identifier: Apache-2.0
//
// /proc/<pid>/cmdline: the arguments, each ended by a NUL; empty for kernel threads and
// zombies. A process may overwrite them with anything (setproctitle).
#pragma once

#include <span>
#include <string_view>

#include "base/text/inline_text.h"

namespace proctape {

// As the log has it: at most 255 bytes, cut between characters; the last NUL dropped, the
// others and all control characters made spaces, bytes that are no UTF-8 made '?'.
InlineText<255> parse_task_cmdline(std::string_view bytes);

}  // namespace proctape
