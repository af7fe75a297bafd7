// SPDX-License-Identifier: Apache-2.0
//
// Names of devices, which may hold any byte, as they go into the log.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text/inline_text.h"
#include "base/text/text.h"

namespace proctape {

// Sets `into`, an InlineText or a SharedText, to `name` cut between characters to what it has
// room for, control characters and bytes that are no UTF-8 replaced by '?'.
template <typename Text>
void set_device_name(Text& into, std::string_view name) {
  std::array<char, Text::kCapacity> bytes;
  const auto kept = cut_utf8(name, Text::kCapacity);
  std::ranges::copy(kept, bytes.begin());
  make_printable_utf8(bytes.data(), bytes.data() + kept.size(), '?');
  into.assign(std::string_view(bytes.data(), kept.size()));
}

}  // namespace proctape
