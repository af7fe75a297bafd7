// SPDX-License-Identifier: Apache-2.0
//
// The generic netlink messages of taskstats: asking, and taking apart what comes.
#pragma once

#include <linux/taskstats.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "base/file/fd.h"
#include "base/result.h"

namespace proctape {

// A socket that does not block, to which the kernel sends a message for each thread that ends on
// one of `cpus` ("0-7"), with room for `buffer_size` bytes of them.
Result<Fd> open_taskstats(std::string_view cpus, int buffer_size);

// The thread that a message tells of, zero where this kernel's struct is shorter than ours. None:
// it is another message.
std::optional<taskstats> parse_taskstats(std::span<const std::byte> message);

}  // namespace proctape
