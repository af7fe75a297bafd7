// SPDX-License-Identifier: Apache-2.0
//
// What network interfaces did, and what the protocols lost.
#pragma once

#include <memory>

#include "query/topic/topic.h"

namespace proctape {

std::unique_ptr<Topic> network_topic(const Question& question);

}  // namespace proctape
