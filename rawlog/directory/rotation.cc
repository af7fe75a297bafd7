// SPDX-License-Identifier: Apache-2.0
#include "rawlog/directory/rotation.h"

#include <cstdint>
#include <optional>

#include "rawlog/file/damage.h"
#include "rawlog/layout/features.h"

namespace proctape {
namespace {

std::string version_text(const FileHeader& header) {
  const auto version = from_aversion(header.aversion);
  return version ? to_string(*version) : "unknown";
}

}  // namespace

Decision decide(const ExistingLog& existing, const FileHeader& header, Seconds time) {
  using enum Decision::Action;
  if (!existing.damage.empty()) return {kSetAside, existing.damage};
  const Bytes tail = existing.size - existing.whole;
  if (tail > kLongestTail) {
    return {kSetAside, "offset " + std::to_string(existing.whole.value) +
                           ": expected a record, found one that is longer than the " +
                           bytes_text(static_cast<std::uint64_t>(tail.value)) + " to the end"};
  }
  if (existing.records == 0) {
    return {kBegin, existing.size == Bytes{0} ? "" : "it holds no whole record"};
  }
  if (auto differs = incompatibility(existing.header, header); !differs.empty()) {
    return {kSetAside, differs};
  }
  if (time + kLargestStepBack < existing.last_time) {
    return {kSetAside, "its last record, of time " + std::to_string(existing.last_time.value) +
                           ", is much later than the next one, of time " +
                           std::to_string(time.value)};
  }
  if (tail > Bytes{0}) {
    return {kCutTail, "it ended with " + bytes_text(static_cast<std::uint64_t>(tail.value)) +
                          " of a torn record"};
  }
  return {kAppend, ""};
}

std::string incompatibility(const FileHeader& existing, const FileHeader& ours) {
  const auto differs = [](const char* what, const std::string& theirs, const std::string& our) {
    return theirs == our ? "" : std::string(what) + ' ' + theirs + " instead of " + our;
  };
  // Without blocks for them nothing depends on it, and atop finds cgroups on fewer hosts than we
  // do.
  const auto cgroups = [](const FileHeader& header) {
    const Version version = from_aversion(header.aversion).value_or(kNewestVersion);
    const bool on =
        feature::kCgroupBlocks.in(version) && (header.support_flags & support::kCgroupV2) != 0;
    return std::string(on ? "on" : "off");
  };
  // Lengths follow from the version: a header with others is damaged.
  for (const std::string& difference : {
           differs("version", version_text(existing), version_text(ours)),
           differs("host", existing.node_name, ours.node_name),
           differs("ticks per second", std::to_string(existing.ticks_per_second),
                   std::to_string(ours.ticks_per_second)),
           differs("page size", std::to_string(existing.page_size), std::to_string(ours.page_size)),
           differs("cgroups", cgroups(existing), cgroups(ours)),
       }) {
    if (!difference.empty()) return "it has " + difference;
  }
  return "";
}

}  // namespace proctape
