// SPDX-License-Identifier: Apache-2.0
//
// What somebody may have meant who typed a word that there is not.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace proctape {

// The one of `known` that is nearest to `word`; empty if none is near.
std::string_view nearest(std::string_view word, std::span<const std::string> known);

// "; did you mean processes?", or empty.
std::string suggestion(std::string_view word, std::span<const std::string> known);

}  // namespace proctape
