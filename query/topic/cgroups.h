// SPDX-License-Identifier: Apache-2.0
//
// Who used what, by control group.
#pragma once

#include <memory>

#include "query/topic/topic.h"

namespace proctape {

std::unique_ptr<Topic> cgroups_topic(const Question& question);

}  // namespace proctape
