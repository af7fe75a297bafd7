// SPDX-License-Identifier: Apache-2.0
//
// What disks, volumes and arrays did.
#pragma once

#include <memory>

#include "query/topic/topic.h"

namespace proctape {

std::unique_ptr<Topic> disks_topic(const Question& question);

}  // namespace proctape
