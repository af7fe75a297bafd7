// SPDX-License-Identifier: Apache-2.0
//
// What several rules do alike.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "query/why/evidence.h"
#include "query/why/finding.h"
#include "query/why/rules.h"

namespace proctape {

// Warning if it was for long (Evidence::is_long), note if for half a minute, otherwise nothing.
std::optional<Severity> by_duration(const Evidence& evidence, double seconds);

Finding found(const Rule& rule, Severity severity, Seconds from, Seconds to);
// Of an episode: with its culprits, victims and `see`.
Finding found(const Rule& rule, Severity severity, const Episode& episode, std::string see);

// With the mean of the episode and that of the baseline.
Proof proof_of(const Evidence& evidence, const Episode& episode, Measure measure);
Proof proof_of(std::string member, double value, std::string_view unit,
               double baseline = kNotKnown);

// The worst episodes: the longest first, not those that `by_duration` leaves out.
std::vector<const Episode*> worst_of(const Evidence& evidence, Shortage shortage,
                                     bool however_short = false);

// The path of a cgroup is that of `above`, or of one in it.
bool lies_in(std::string_view path, std::string_view above);

// " (7 % before)", or nothing without a baseline.
std::string before_words(const Evidence& evidence, Measure measure);

}  // namespace proctape
