// SPDX-License-Identifier: Apache-2.0
//
// Who used what: processes, threads, and what they have in common.
#pragma once

#include <memory>

#include "query/topic/topic.h"

namespace proctape {

std::unique_ptr<Topic> processes_topic(const Question& question);
std::unique_ptr<Topic> threads_topic(const Question& question);
std::unique_ptr<Topic> programs_topic(const Question& question);
std::unique_ptr<Topic> users_topic(const Question& question);
std::unique_ptr<Topic> containers_topic(const Question& question);

}  // namespace proctape
