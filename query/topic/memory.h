// SPDX-License-Identifier: Apache-2.0
//
// Where the memory was, what reclaim and swap did, and whether it was short.
#pragma once

#include <memory>

#include "query/topic/topic.h"

namespace proctape {

std::unique_ptr<Topic> memory_topic(const Question& question);

}  // namespace proctape
