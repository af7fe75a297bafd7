// SPDX-License-Identifier: Apache-2.0
#include "daemon/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "daemon/journal_sink.h"

namespace proctape {
namespace {

constexpr char kName[] = "proctaped";

spdlog::level::level_enum to_spdlog(Config::LogLevel level) {
  switch (level) {
    case Config::LogLevel::kDebug:
      return spdlog::level::debug;
    case Config::LogLevel::kInfo:
      return spdlog::level::info;
    case Config::LogLevel::kWarning:
      return spdlog::level::warn;
    case Config::LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
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

}  // namespace

void set_up_logging(Config::LogLevel level) {
  auto logger = std::make_shared<spdlog::logger>(kName, make_sink());
  logger->set_level(to_spdlog(level));
  spdlog::set_default_logger(std::move(logger));
}

bool is_journal_stream(const char* journal_stream, int fd) {
  if (journal_stream == nullptr) return false;
  struct stat status {};
  if (::fstat(fd, &status) != 0) return false;
  return journal_stream == std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}

}  // namespace proctape
