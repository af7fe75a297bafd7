// SPDX-License-Identifier: Apache-2.0
//
// Where the daemon's messages go. To write one: spdlog::info("...") and the like.
#pragma once

#include "config/config.h"

namespace proctape {

// Sends messages of `level` and above to the journal if stderr leads there, as under systemd,
// else to stderr with time and level. May be called again, with another level.
void set_up_logging(Config::LogLevel level);

// Whether `journal_stream`, the value of $JOURNAL_STREAM ("8:12345": device and inode) or null,
// names the file that is open as `fd`. Inherited variables do not fool it.
bool is_journal_stream(const char* journal_stream, int fd);

}  // namespace proctape
