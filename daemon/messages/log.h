// SPDX-License-Identifier: Apache-2.0
//
// The daemon's messages: log_info("{} files", n), with fmt's format strings. A message is one line;
// what a terminal or the journal would not show as it is, is escaped (base/text/visible_text.h).
//
// spdlog, which writes them, is compiled here only: as a header it takes ten seconds in each file.
#pragma once

#include <string_view>
#include <utility>

#include "base/text/format.h"
#include "config/config.h"

namespace proctape {

enum class MessageLevel { kDebug, kInfo, kWarning, kError, kCritical };

// Sends messages of `level` and above to the journal if stderr leads there, as under systemd,
// else to stderr with time and level. May be called again, with another level.
void set_up_logging(Config::LogLevel level);

bool is_logged(MessageLevel level);
void log_message(MessageLevel level, std::string_view message);

template <typename... Arguments>
void log_at(MessageLevel level, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  if (is_logged(level))
    log_message(level, format_text(format, fmt::make_format_args(arguments...)));
}
template <typename... Arguments>
void log_debug(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  log_at(MessageLevel::kDebug, format, std::forward<Arguments>(arguments)...);
}
template <typename... Arguments>
void log_info(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  log_at(MessageLevel::kInfo, format, std::forward<Arguments>(arguments)...);
}
template <typename... Arguments>
void log_warning(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  log_at(MessageLevel::kWarning, format, std::forward<Arguments>(arguments)...);
}
template <typename... Arguments>
void log_error(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  log_at(MessageLevel::kError, format, std::forward<Arguments>(arguments)...);
}
template <typename... Arguments>
void log_critical(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  log_at(MessageLevel::kCritical, format, std::forward<Arguments>(arguments)...);
}

// A message for each line of `lines`, as a wrong configuration has them; `before` stands before the
// first.
void log_lines(MessageLevel level, std::string_view before, std::string_view lines);

// Whether `journal_stream`, the value of $JOURNAL_STREAM ("8:12345": device and inode) or null,
// names the file that is open as `fd`. Inherited variables do not fool it.
bool is_journal_stream(const char* journal_stream, int fd);

}  // namespace proctape
