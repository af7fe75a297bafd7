// SPDX-License-Identifier: Apache-2.0
//
// What happened: boots, gaps, kills, crashes, restarts and the like (query/events).
#pragma once

#include <cstddef>
#include <memory>

#include "query/events/event_finder.h"
#include "query/topic/topic.h"

namespace proctape {

std::unique_ptr<Topic> events_topic(const Question& question);

// At most so many of the most important (0: all), in the order of time.
Table table_of_events(const EventFinder& events, std::size_t most);

}  // namespace proctape
