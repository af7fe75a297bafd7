// SPDX-License-Identifier: Apache-2.0
//
// One process, or those of one name, over time.
#pragma once

#include <memory>

#include "query/topic/topic.h"

namespace proctape {

std::unique_ptr<Topic> process_topic(const Question& question);

}  // namespace proctape
