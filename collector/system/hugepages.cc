// SPDX-License-Identifier: Apache-2.0
#include "collector/system/hugepages.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "base/text/text.h"
#include "collector/kernel/numbers.h"

namespace proctape {
namespace {

constexpr std::string_view kPools = "sys/kernel/mm/hugepages";
constexpr std::string_view kSizePrefix = "hugepages-";
constexpr std::string_view kSizeSuffix = "kB";

std::optional<Count> kibibytes_of(std::string_view name) {
  if (!name.starts_with(kSizePrefix) || !name.ends_with(kSizeSuffix)) return std::nullopt;
  name.remove_prefix(kSizePrefix.size());
  name.remove_suffix(kSizeSuffix.size());
  return to_number(name);
}

Result<OtherHugePages> choose(Reading& reading, Bytes default_size) {
  const auto names = reading.fs.list(std::string(kPools));
  if (!names) return names.error();
  const Bytes size = largest_other_size(*names, default_size);
  std::string directory(kPools);
  directory.append("/").append(kSizePrefix);
  directory.append(std::to_string(size.value / 1024)).append(kSizeSuffix);
  return OtherHugePages{size, directory + "/nr_hugepages", directory + "/free_hugepages"};
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
  auto& other = reading.memo.other_huge_pages;
  if (!other) {
    auto chosen = choose(reading, memory.huge_size);
    if (!chosen) return std::move(chosen.error());
    other = std::move(*chosen);
  }
  if (other->size == Bytes{}) return {};

  const auto number = [&](const std::string& path) {
    return number_in(reading.text_of(path), path);
  };
  const auto total = number(other->total);
  if (!total) return total.error();
  const auto free = number(other->free);
  if (!free) return free.error();
  memory.other_huge_size = other->size;
  memory.other_huge_total = *total;
  memory.other_huge_free = *free;
  return {};
}

}  // namespace proctape
