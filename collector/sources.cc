// SPDX-License-Identifier: Apache-2.0
#include "collector/sources.h"

#include "collector/system/meminfo.h"

namespace proctape {
namespace {

constexpr bool kIndispensable = true;

constexpr Source kSources[] = {
    {"meminfo", "/proc/meminfo", kIndispensable, read_meminfo},
};

}  // namespace

std::span<const Source> system_sources() { return kSources; }

}  // namespace proctape
