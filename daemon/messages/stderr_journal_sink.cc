// SPDX-License-Identifier: Apache-2.0
//
// The journal reads lines from stderr, and takes their level from a prefix (sd-daemon(3)). It
// knows the name of the service by itself.
#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <memory>

#include "daemon/messages/journal_sink.h"

namespace proctape {
namespace {

// As syslog(3) numbers them.
char digit_of(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::critical:
      return '2';
    case spdlog::level::err:
      return '3';
    case spdlog::level::warn:
      return '4';
    case spdlog::level::info:
      return '6';
    default:
      return '7';
  }
}

class JournalLine final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) override {
    const char prefix[] = {'<', digit_of(message.level), '>'};
    line.append(std::begin(prefix), std::end(prefix));
    line.append(message.payload.data(), message.payload.data() + message.payload.size());
    line.push_back('\n');
  }
  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<JournalLine>();
  }
};

}  // namespace

spdlog::sink_ptr make_journal_sink(const std::string&) {
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  sink->set_formatter(std::make_unique<JournalLine>());
  return sink;
}

}  // namespace proctape
