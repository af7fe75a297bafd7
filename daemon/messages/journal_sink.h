// SPDX-License-Identifier: Apache-2.0
//
// Where messages go when stderr leads to systemd's journal. Two implementations, chosen by CMake:
// sd_journal_sink.cc by libsystemd, and stderr_journal_sink.cc for the minimal build.
#pragma once

#include <spdlog/common.h>

#include <string>

namespace proctape {

// The journal shows `name` as who says it, and keeps the level of each message.
spdlog::sink_ptr make_journal_sink(const std::string& name);

}  // namespace proctape
