// SPDX-License-Identifier: Apache-2.0
//
// A number that stands for a text: the same on every host and after every restart (FNV-1a).
#pragma once

#include <cstdint>
#include <string_view>

namespace proctape {

inline constexpr std::uint64_t kHashOfNothing = 14695981039346656037U;

// `so_far`: of the texts before this one.
constexpr std::uint64_t hash_of(std::string_view text, std::uint64_t so_far = kHashOfNothing) {
  constexpr std::uint64_t kPrime = 1099511628211U;
  for (const char c : text) so_far = (so_far ^ static_cast<unsigned char>(c)) * kPrime;
  return so_far;
}

}  // namespace proctape
