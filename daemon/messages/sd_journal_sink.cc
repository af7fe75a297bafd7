// SPDX-License-Identifier: Apache-2.0
#include <spdlog/sinks/systemd_sink.h>

#include <memory>

#include "daemon/messages/journal_sink.h"

namespace proctape {

spdlog::sink_ptr make_journal_sink(const std::string& name) {
  return std::make_shared<spdlog::sinks::systemd_sink_mt>(name);
}

}  // namespace proctape
