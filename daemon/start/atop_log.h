// SPDX-License-Identifier: Apache-2.0
//
// From the configuration of a log of atop's kind to the log.
#pragma once

#include <memory>

#include "config/config.h"
#include "sample/host.h"
#include "sample/sink/log.h"

namespace proctape {

// Asks the atop on this host, if need be, which version to write, and says which it is.
// `below_a_second`: samples may be less than a second apart.
std::unique_ptr<Log> make_atop_log(const Config::Log& log, bool below_a_second, const Host& host);

}  // namespace proctape
