// SPDX-License-Identifier: Apache-2.0
#include "rawlog/layout/version.h"

namespace proctape {

std::string to_string(Version version) {
  const auto number = static_cast<unsigned>(version);
  return std::to_string(number >> 8U) + '.' + std::to_string(number & 0xFFU);
}

std::string supported_versions() {
  return to_string(kOldestVersion) + " to " + to_string(kNewestVersion);
}

std::vector<std::string> version_names() {
  std::vector<std::string> names;
  for (const Version version : kVersions) names.push_back(to_string(version));
  return names;
}

std::optional<Version> parse_version(std::string_view text) {
  for (const Version version : kVersions) {
    if (to_string(version) == text) return version;
  }
  return std::nullopt;
}

}  // namespace proctape
