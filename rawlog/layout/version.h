// SPDX-License-Identifier: Apache-2.0
//
// The atop releases whose log layout can be read and written. Layouts differ between
// releases only, not between patch levels.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace proctape {

// major * 256 + minor, as in the log's header without its top bit.
enum class Version : std::uint16_t {
  v2_3 = 0x0203,
  v2_4,
  v2_5,
  v2_6,
  v2_7,
  v2_8,
  v2_9,
  v2_10,
  v2_11,
  v2_12,
  v2_13,
};
using enum Version;

inline constexpr Version kOldestVersion = v2_3;
inline constexpr Version kNewestVersion = v2_13;
inline constexpr std::array kVersions = {v2_3, v2_4,  v2_5,  v2_6,  v2_7, v2_8,
                                         v2_9, v2_10, v2_11, v2_12, v2_13};

// Position in kVersions.
constexpr std::size_t index_of(Version version) {
  return static_cast<std::size_t>(version) - static_cast<std::size_t>(kOldestVersion);
}

// "2.12"; and back, none if it is not one of kVersions.
std::string to_string(Version version);
std::string supported_versions();          // "2.3 to 2.13"
std::vector<std::string> version_names();  // each of them
std::optional<Version> parse_version(std::string_view text);

// Members `aversion` of the log's header; and back, none if the layout is unknown.
constexpr std::uint16_t to_aversion(Version version) {
  return static_cast<std::uint16_t>(0x8000U | static_cast<std::uint16_t>(version));
}
constexpr std::optional<Version> from_aversion(std::uint16_t aversion) {
  const auto number = static_cast<std::uint16_t>(aversion & 0x7FFFU);
  if (number < static_cast<std::uint16_t>(kOldestVersion) ||
      number > static_cast<std::uint16_t>(kNewestVersion)) {
    return std::nullopt;
  }
  return static_cast<Version>(number);
}

}  // namespace proctape
