// SPDX-License-Identifier: Apache-2.0
#include "config/same_directory.h"

#include <filesystem>
#include <system_error>

namespace proctape {
namespace {

// Without links, as far as it is there and may be looked at.
std::filesystem::path resolved(const std::string& directory) {
  const std::filesystem::path path = std::filesystem::path(directory) / "";
  std::error_code error;
  const auto canonical = std::filesystem::weakly_canonical(path, error);
  // A path whose last part is there comes back without the slash behind it.
  return ((error ? path : canonical) / "").lexically_normal();
}

}  // namespace

bool same_directory(const std::string& one, const std::string& other) {
  return resolved(one) == resolved(other);
}

}  // namespace proctape
