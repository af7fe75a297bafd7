// SPDX-License-Identifier: Apache-2.0
#include "config/same_directory.h"

#include <filesystem>

namespace proctape {
namespace {

std::filesystem::path normal(const std::string& directory) {
  return (std::filesystem::path(directory) / "").lexically_normal();
}

}  // namespace

bool same_directory(const std::string& one, const std::string& other) {
  return normal(one) == normal(other);
}

}  // namespace proctape
