// SPDX-License-Identifier: Apache-2.0
//
// What each NUMA node had of memory, and what its CPUs did.
#pragma once

#include <memory>

#include "query/topic/topic.h"

namespace proctape {

std::unique_ptr<Topic> numa_topic(const Question& question);

}  // namespace proctape
