// SPDX-License-Identifier: Apache-2.0
//
// The state file of a daemon (daemon/self/state_file.h): its content, and whether somebody stands
// behind it.
#pragma once

#include <rapidjson/document.h>

#include <chrono>
#include <string>

#include "base/result.h"

namespace proctape {

struct ReportedState {
  rapidjson::Document content;  // an object
  // The daemon that wrote it runs; else it ended without removing it.
  bool running = false;
  // How far behind the moment of the next sample it is; 0: it is not.
  std::chrono::duration<double> overdue{};
};

// kMissing: there is no file. kMalformed: it is no state of a daemon.
Result<ReportedState> read_reported_state(const std::string& path);

}  // namespace proctape
