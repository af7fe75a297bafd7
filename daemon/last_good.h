// SPDX-License-Identifier: Apache-2.0
//
// The configuration file that was in force last, kept for a start that finds a broken one: a host
// must not be without a recording from a reboot on because of a slip in a file.
#pragma once

#include <optional>

#include "base/result.h"
#include "config/config.h"
#include "daemon/arguments.h"

namespace proctape {

// Keeps the file that `config` was read from in the `last_good` of `arguments`; an absent one means
// the defaults, and is kept as such. Nothing without `last_good`, nor if it is kept already.
Result<> keep_as_last_good(const Arguments& arguments, const Config& config);

// The one that was kept. kMissing if none was, kInvalid if it is the one that `arguments` name.
Result<Config> last_good_config(const Arguments& arguments);

// That of `arguments`, or, if it is broken, the one that was kept, with `complaint` set to what is
// wrong with the other. Fails with that if none was kept or it is no better.
Result<Config> config_to_start_with(const Arguments& arguments, std::optional<Error>& complaint);

}  // namespace proctape
