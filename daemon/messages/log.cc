// SPDX-License-Identifier: Apache-2.0
#include "daemon/messages/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/text/text.h"
#include "base/text/visible_text.h"
#include "daemon/messages/journal_sink.h"

namespace proctape {
namespace {

constexpr char kName[] = "proctaped";

spdlog::level::level_enum to_spdlog(MessageLevel level) {
  switch (level) {
    case MessageLevel::kDebug:
      return spdlog::level::debug;
    case MessageLevel::kInfo:
      return spdlog::level::info;
    case MessageLevel::kWarning:
      return spdlog::level::warn;
    case MessageLevel::kError:
      return spdlog::level::err;
    case MessageLevel::kCritical:
      return spdlog::level::critical;
  }
  return spdlog::level::info;
}

MessageLevel least_of(Config::LogLevel level) {
  switch (level) {
    case Config::LogLevel::kDebug:
      return MessageLevel::kDebug;
    case Config::LogLevel::kInfo:
      return MessageLevel::kInfo;
    case Config::LogLevel::kWarning:
      return MessageLevel::kWarning;
    case Config::LogLevel::kError:
      return MessageLevel::kError;
  }
  return MessageLevel::kInfo;
}

// The journal keeps time, level and the program's name by itself.
spdlog::sink_ptr make_sink() {
  if (is_journal_stream(std::getenv("JOURNAL_STREAM"), STDERR_FILENO)) {
    return make_journal_sink(kName);
  }
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  sink->set_pattern("%Y-%m-%d %H:%M:%S.%e %^%l%$: %v");
  return sink;
}

// Whatever a message names was named by others. In front of all sinks, so that none is forgotten.
class VisibleSink final : public spdlog::sinks::sink {
 public:
  explicit VisibleSink(spdlog::sink_ptr behind) : behind_(std::move(behind)) {}

  void log(const spdlog::details::log_msg& message) override {
    const std::string_view text(message.payload.data(), message.payload.size());
    const std::string shown = visible_message(text);
    spdlog::details::log_msg changed = message;
    changed.payload = shown;
    behind_->log(changed);
  }
  void flush() override { behind_->flush(); }
  void set_pattern(const std::string& pattern) override { behind_->set_pattern(pattern); }
  void set_formatter(std::unique_ptr<spdlog::formatter> formatter) override {
    behind_->set_formatter(std::move(formatter));
  }

 private:
  spdlog::sink_ptr behind_;
};

}  // namespace

void set_up_logging(Config::LogLevel level) {
  auto logger = std::make_shared<spdlog::logger>(kName, std::make_shared<VisibleSink>(make_sink()));
  logger->set_level(to_spdlog(least_of(level)));
  spdlog::set_default_logger(std::move(logger));
}

bool is_logged(MessageLevel level) {
  return spdlog::default_logger_raw()->should_log(to_spdlog(level));
}

void log_message(MessageLevel level, std::string_view message) {
  spdlog::default_logger_raw()->log(to_spdlog(level), message);
}

void log_lines(MessageLevel level, std::string_view before, std::string_view lines) {
  do {
    const std::string_view line = next_line(lines);
    log_message(level, std::string(before) + std::string(line));
    before = {};
  } while (!lines.empty());
}

bool is_journal_stream(const char* journal_stream, int fd) {
  if (journal_stream == nullptr) return false;
  struct stat status {};
  if (::fstat(fd, &status) != 0) return false;
  return journal_stream == std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}

}  // namespace proctape
