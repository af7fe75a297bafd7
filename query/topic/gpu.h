// SPDX-License-Identifier: Apache-2.0
//
// What GPUs did, and which processes used them.
#pragma once

#include <memory>

#include "query/topic/topic.h"

namespace proctape {

std::unique_ptr<Topic> gpu_topic(const Question& question);

}  // namespace proctape
