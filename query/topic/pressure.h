// SPDX-License-Identifier: Apache-2.0
//
// Who waited for CPU, memory and I/O, and how long: pressure stall information.
#pragma once

#include <memory>

#include "query/topic/topic.h"

namespace proctape {

std::unique_ptr<Topic> pressure_topic(const Question& question);

}  // namespace proctape
