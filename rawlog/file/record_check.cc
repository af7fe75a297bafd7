// SPDX-License-Identifier: Apache-2.0
#include "rawlog/file/record_check.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "rawlog/codec/inflate.h"
#include "rawlog/file/cgroup_chain.h"
#include "rawlog/layout/cgroup_record.h"
#include "rawlog/layout/exact_interval.h"
#include "rawlog/layout/features.h"
#include "rawlog/layout/system_record.h"
#include "rawlog/layout/task_record.h"

namespace proctape {
namespace {

constexpr std::uint64_t kShortestStream = 8;    // of zlib, unpacking to nothing
constexpr std::uint64_t kMostDeflation = 1032;  // unpacked bytes per packed byte

// Whether a stream of `packed` bytes can hold `plain` bytes: deflate neither shrinks nor
// grows without limit.
std::optional<Mismatch> impossible_stream(const std::string& what, std::uint64_t packed,
                                          std::uint64_t plain) {
  const std::uint64_t least = std::max(kShortestStream, plain / kMostDeflation);
  const std::uint64_t most = plain + plain / 1000 + 64;
  if (packed >= least && packed <= most) return std::nullopt;
  return Mismatch{what + " of " + std::to_string(least) + " to " + std::to_string(most) + " bytes",
                  std::to_string(packed)};
}

// `least` to `most` of something.
std::optional<Mismatch> out_of_range(std::string_view what, std::uint64_t least, std::uint64_t most,
                                     std::uint64_t found) {
  if (found >= least && found <= most) return std::nullopt;
  return Mismatch{
      std::string(what) + " from " + std::to_string(least) + " to " + std::to_string(most),
      std::to_string(found)};
}

std::uint16_t known_flags(Version version) {
  std::uint16_t flags = flag::kSinceBoot | flag::kNetatop | flag::kNetatopd | flag::kAccounting |
                        flag::kTaskIo | flag::kContainers;
  if (feature::kGpuFlag.in(version)) flags |= flag::kGpu;
  if (feature::kCgroupFlag.in(version)) flags |= flag::kCgroupV2;
  return flags;
}

std::string hex(std::uint16_t value) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "0x";
  for (int shift = 12; shift >= 0; shift -= 4) text += kDigits[(value >> shift) & 0xFU];
  return text;
}

// But for what exact_interval.h keeps in one.
bool spares_are_zero(std::span<const std::byte> begin, Version version) {
  std::array<std::byte, kRecordHeaderSize> bytes;
  std::copy_n(begin.begin(), bytes.size(), bytes.begin());
  if (exact_interval(bytes) != Milliseconds{}) {
    std::fill_n(&bytes[kExactIntervalOffset], sizeof(std::uint16_t), std::byte{0});
  }
  return std::ranges::all_of(layout_of<kRawrecord>(version).members, [&](const auto& member) {
    const auto place = std::span(bytes).subspan(member.offset, member.element_size * member.count);
    return !member.spare ||
           std::ranges::all_of(place, [](std::byte byte) { return byte == std::byte{0}; });
  });
}

}  // namespace

bool has_cgroups(const RecordHeader& header, Version version) {
  return feature::kCgroupBlocks.in(version) &&
         (header.cgroups_length != 0 || header.cgroup_pids_length != 0);
}

std::optional<Mismatch> impossible_tasks(std::uint64_t tasks, const RecordHeader& header,
                                         Version version) {
  if (auto wrong = out_of_range("ndeviat", 0, kMostTasks, tasks)) return wrong;
  return impossible_stream("a task block (pcomplen)", header.tasks_length,
                           tasks * layout_of<kTstat>(version).size);
}

std::optional<Mismatch> impossible(const RecordHeader& header, std::span<const std::byte> bytes,
                                   Version version) {
  const std::string foreign = describe(bytes);
  if (foreign == "zeros" || foreign == "a file header") {
    return Mismatch{"a record header", foreign};
  }
  if (auto wrong = impossible_stream("a system block (scomplen)", header.system_length,
                                     layout_of<kSstat>(version).size)) {
    return wrong;
  }
  if (auto wrong = impossible_tasks(header.entries, header, version);
      wrong && impossible_tasks(header.tasks, header, version)) {
    return wrong;
  }
  if (auto wrong = out_of_range("interval", 0, kMostInterval, header.interval)) return wrong;
  if (auto wrong = out_of_range("blocks together", 0, kMostPackedBytes, header.blocks_length())) {
    return wrong;
  }
  if (!has_cgroups(header, version)) return std::nullopt;

  if (auto wrong = out_of_range(
          "coriglen", header.cgroups * cgroup_entry_size(0),
          std::min(header.cgroups * cgroup_entry_size(kLongestCgroupName), kMostCgroupBytes),
          header.cgroups_original_length)) {
    return wrong;
  }
  if (auto wrong = impossible_stream("a cgroup block (ccomplen)", header.cgroups_length,
                                     header.cgroups_original_length)) {
    return wrong;
  }
  if (auto wrong = out_of_range("ncgpids", 0, kMostCgroupPids, header.cgroup_pids)) {
    return wrong;
  }
  return impossible_stream("a pid block (icomplen)", header.cgroup_pids_length,
                           header.cgroup_pids * sizeof(std::int32_t));
}

std::vector<Mismatch> contradictions(const RecordHeader& header, Version version) {
  std::vector<Mismatch> found;
  const unsigned unknown_flags = header.flags & ~unsigned{known_flags(version)};
  if (unknown_flags != 0) {
    found.push_back({"flags among " + hex(known_flags(version)), hex(header.flags)});
  }
  if (header.interval == 0) found.push_back({"interval of at least 1", "0"});
  if (header.entries != header.tasks) {
    found.push_back({"ndeviat and ntask to be equal",
                     std::to_string(header.entries) + " and " + std::to_string(header.tasks)});
  }
  const bool counted =
      header.cgroups != 0 || header.cgroups_original_length != 0 || header.cgroup_pids != 0;
  if (feature::kCgroupBlocks.in(version) && !has_cgroups(header, version) && counted) {
    found.push_back({"ncgroups, coriglen and ncgpids 0, as there are no cgroup blocks",
                     std::to_string(header.cgroups) + ", " +
                         std::to_string(header.cgroups_original_length) + " and " +
                         std::to_string(header.cgroup_pids)});
  }
  const bool announced = (header.flags & flag::kCgroupV2) != 0;
  if (feature::kCgroupBlocks.in(version) && announced != has_cgroups(header, version)) {
    found.push_back(announced ? Mismatch{"cgroup blocks, as flag 0x0100 announces", "none"}
                              : Mismatch{"flag 0x0100, as there are cgroup blocks",
                                         "flags " + hex(header.flags)});
  }
  return found;
}

bool plausible_record(std::span<const std::byte> bytes, Version version) {
  if (!begins_zlib_stream(bytes[kRecordHeaderSize], bytes[kRecordHeaderSize + 1])) return false;
  RecordHeader header;
  record_of<kRawrecord>(version).decode(bytes.data(), 0, header);
  return spares_are_zero(bytes, version) &&
         !impossible(header, bytes.first(kRecordHeaderSize), version) && header.time.value >= 0 &&
         header.time < kLatestTime && header.interval > 0 && header.entries > 0 &&
         header.entries == header.tasks && header.processes <= header.entries &&
         header.active_processes <= header.processes &&
         (header.flags & ~unsigned{known_flags(version)}) == 0;
}

}  // namespace proctape
