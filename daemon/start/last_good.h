// SPDX-License-Identifier: Apache-2.0
//
// The configuration file that was in force last, kept for a start that finds a broken one: a host
// must not be without a recording from a reboot on because of a slip in a file.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "config/config.h"
#include "daemon/start/arguments.h"

namespace proctape {

// Keeps the file that `config` was read from in the `last_good` of `arguments`; an absent one means
// the defaults, and is kept as such. Nothing without `last_good`, nor if it is kept already.
Result<> keep_as_last_good(const Arguments& arguments, const Config& config);

// The one that was kept. kMissing if none was, kInvalid if it is the one that `arguments` name.
Result<Config> last_good_config(const Arguments& arguments);

struct FirstConfig {
  Config config;
  // Set if it is not that of the arguments: what is wrong with that, and what this one is.
  std::optional<Error> complaint;
  std::string instead;
};
// That of `arguments`, or, if it is broken, the one that was kept. If none was kept or it is no
// better, the defaults in place of an empty file, which a power cut leaves, and else a failure.
Result<FirstConfig> config_to_start_with(const Arguments& arguments);

// That of `arguments`, for a daemon that runs with `in_force`. Fails, too, if that was read from a
// file that is not there any more: whoever writes it anew may be in between, and the defaults
// would move the recording elsewhere.
Result<Config> config_to_reload(const Arguments& arguments, const Config& in_force);

}  // namespace proctape
