// SPDX-License-Identifier: Apache-2.0
#include "collector/system/resctrl.h"

#include <algorithm>
#include <string>

#include "base/text/text.h"
#include "collector/kernel/numbers.h"

namespace proctape {
namespace {

constexpr std::string_view kMonitors = "sys/fs/resctrl/mon_data";
constexpr std::string_view kMonitorPrefix = "mon_L3_";
constexpr const char* kCacheSize = "sys/devices/system/cpu/cpu0/cache/index3/size";

// "32768K"; 0 if it is not told.
Bytes cache_size(Reading& reading) {
  auto text = reading.fs.read_line(kCacheSize, reading.buffer);
  if (!text) return {};
  if (text->ends_with('K')) text->remove_suffix(1);
  return kibibytes(to_number(*text).value_or(0));
}

LastLevelCache previous_of(const Reading& reading, Count id) {
  const auto& before = reading.previous.system.caches.each;
  const auto found = std::ranges::find(before, id, &LastLevelCache::id);
  return found == before.end() ? LastLevelCache{} : *found;
}

}  // namespace

Result<> read_resctrl(Reading& reading, Snapshot& into) {
  const std::string monitors(kMonitors);
  const auto names = reading.fs.list(monitors);
  if (!names) return names.error();
  const Bytes size = cache_size(reading);
  for (const std::string& name : *names) {
    if (!name.starts_with(kMonitorPrefix)) continue;
    const auto id = to_number(std::string_view(name).substr(kMonitorPrefix.size()));
    if (!id) continue;
    const auto number = [&](const char* file) {
      return read_number(reading.fs, monitors + '/' + name + '/' + file, reading.buffer);
    };
    LastLevelCache& cache = into.system.caches.each.emplace_back(previous_of(reading, *id));
    cache.id = *id;
    cache.occupancy = 0;
    const auto occupied = number("llc_occupancy");
    if (occupied && size.value > 0) {
      cache.occupancy =
          static_cast<float>(static_cast<double>(*occupied) / static_cast<double>(size.value));
    }
    if (const auto local = number("mbm_local_bytes")) cache.local_traffic.value = *local;
    if (const auto total = number("mbm_total_bytes")) cache.total_traffic.value = *total;
  }
  return {};
}

}  // namespace proctape
