// SPDX-License-Identifier: Apache-2.0
//
// The logs in a directory that a recorder may be writing to.
#pragma once

#include <algorithm>
#include <filesystem>
#include <vector>

namespace proctape {

// In the order of their names; not the recorder's lock.
inline std::vector<std::filesystem::path> log_files(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().filename().string().starts_with("atop_")) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

// The first of them; empty if there is none.
inline std::filesystem::path first_log(const std::filesystem::path& directory) {
  const auto files = log_files(directory);
  return files.empty() ? std::filesystem::path() : files.front();
}

}  // namespace proctape
