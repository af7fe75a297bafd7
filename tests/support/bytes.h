// SPDX-License-Identifier: Apache-2.0
//
// Texts for bytes.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace proctape {

inline std::string text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline std::span<const std::byte> bytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

}  // namespace proctape
