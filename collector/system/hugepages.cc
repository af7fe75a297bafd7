// SPDX-License-Identifier: Apache-2.0
#include "collector/system/hugepages.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "base/text.h"
#include "collector/system/numbers.h"

namespace proctape {
namespace {

constexpr std::string_view kPools = "sys/kernel/mm/hugepages";
constexpr std::string_view kPrefix = "hugepages-";
constexpr std::string_view kSuffix = "kB";

std::optional<Count> kibibytes_of(std::string_view name) {
  if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) return std::nullopt;
  name.remove_prefix(kPrefix.size());
  name.remove_suffix(kSuffix.size());
  return to_number(name);
}

Result<OtherHugePages> choose(Reading& reading, Bytes default_size) {
  const auto names = reading.fs.list(std::string(kPools));
  if (!names) return names.error();
  OtherHugePages other{.size = largest_other_size(*names, default_size)};
  other.directory.append(kPools).append("/").append(kPrefix);
  other.directory.append(std::to_string(other.size.value / 1024)).append(kSuffix);
  return other;
}

}  // namespace

Bytes largest_other_size(const std::vector<std::string>& names, Bytes default_size) {
  constexpr Count kMostKibibytes = INT64_MAX / 1024;
  Bytes largest;
  for (const std::string& name : names) {
    const auto size = kibibytes_of(name);
    if (!size || *size < 0 || *size > kMostKibibytes || kibibytes(*size) == default_size) continue;
    largest = std::max(largest, kibibytes(*size));
  }
  return largest;
}

Result<> read_hugepages(Reading& reading, Snapshot& into) {
  Memory& memory = into.system.memory;
  auto& other = reading.caches.other_huge_pages;
  if (!other) {
    auto chosen = choose(reading, memory.huge_size);
    if (!chosen) return std::move(chosen.error());
    other = std::move(*chosen);
  }
  if (other->size == Bytes{}) return {};

  const auto total = read_number(reading.fs, other->directory + "/nr_hugepages", reading.buffer);
  if (!total) return total.error();
  const auto free = read_number(reading.fs, other->directory + "/free_hugepages", reading.buffer);
  if (!free) return free.error();
  memory.other_huge_size = other->size;
  memory.other_huge_total = *total;
  memory.other_huge_free = *free;
  return {};
}

}  // namespace proctape
