// SPDX-License-Identifier: Apache-2.0
//
// Which processes ended, when, how, and what they used.
#pragma once

#include <memory>

#include "query/topic/topic.h"

namespace proctape {

std::unique_ptr<Topic> exits_topic(const Question& question);

}  // namespace proctape
