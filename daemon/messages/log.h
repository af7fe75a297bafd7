// SPDX-License-Identifier: Apache-2.0
//
// Where the daemon's messages go. To write one: spdlog::info("...") and the like. A message is one
// line; what a terminal or the journal would not show as it is, is escaped
// (base/text/visible_text.h).
#pragma once

#include <spdlog/common.h>

#include <string_view>

#include "config/config.h"

namespace proctape {

// Sends messages of `level` and above to the journal if stderr leads there, as under systemd,
// else to stderr with time and level. May be called again, with another level.
void set_up_logging(Config::LogLevel level);

// A message for each line of `lines`, as a wrong configuration has them; `before` stands before the
// first.
void log_lines(spdlog::level::level_enum level, std::string_view before, std::string_view lines);

// Whether `journal_stream`, the value of $JOURNAL_STREAM ("8:12345": device and inode) or null,
// names the file that is open as `fd`. Inherited variables do not fool it.
bool is_journal_stream(const char* journal_stream, int fd);

}  // namespace proctape
