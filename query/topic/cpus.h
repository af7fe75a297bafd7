// SPDX-License-Identifier: Apache-2.0
//
// What each CPU did, and which came and went.
#pragma once

#include <memory>

#include "query/topic/topic.h"

namespace proctape {

std::unique_ptr<Topic> cpus_topic(const Question& question);

}  // namespace proctape
