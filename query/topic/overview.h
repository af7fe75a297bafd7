// SPDX-License-Identifier: Apache-2.0
//
// What happened: a time line, means and peaks of everything that matters, and who used most.
#pragma once

#include <memory>

#include "query/topic/topic.h"

namespace proctape {

std::unique_ptr<Topic> overview_topic(const Question& question);

}  // namespace proctape
