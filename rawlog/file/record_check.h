// SPDX-License-Identifier: Apache-2.0
//
// What a record header may say. Lengths are checked before anything is allocated or read
// by them: the header has no checksum of its own, the blocks have.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/time_bounds.h"
#include "rawlog/file/damage.h"
#include "rawlog/layout/header_record.h"
#include "rawlog/layout/version.h"

namespace proctape {

// What a record may hold: more than any host has had, and less than would let a small file ask
// a reader for gigabytes. The encoder leaves out what is beyond.
inline constexpr std::size_t kMostTasks = std::size_t{1} << 20U;
// Processes of all cgroups; on hybrid hierarchies each counts several times.
inline constexpr std::size_t kMostCgroupPids = std::size_t{1} << 20U;
// The cgroup block, unpacked: 65,535 groups with names of some 70 bytes.
inline constexpr std::size_t kMostCgroupBytes = std::size_t{32} << 20U;
// All blocks together, packed: a record has to be in memory whole before it is known to be one.
inline constexpr std::size_t kMostPackedBytes = std::size_t{48} << 20U;
inline constexpr std::uint32_t kMostInterval = 0x7FFFFFFF;  // seconds

// Why `header`, which was read from `bytes`, cannot begin a record, if so: lengths that
// no record has.
std::optional<Mismatch> impossible(const RecordHeader& header, std::span<const std::byte> bytes,
                                   Version version);

// Why a task block cannot have `tasks` entries, if so. The header counts them twice; where
// the two differ, `impossible` is content with either.
std::optional<Mismatch> impossible_tasks(std::uint64_t tasks, const RecordHeader& header,
                                         Version version);

// What `header` says that cannot be true although a record can be read by it, for each
// such member. The cgroup blocks count more than the flag that announces them.
std::vector<Mismatch> contradictions(const RecordHeader& header, Version version);

// What plausible_record wants to see.
inline constexpr std::size_t kRecordBeginning = kRecordHeaderSize + 2;

// Whether kRecordBeginning `bytes` look like a record and nothing else: a test that damaged
// or foreign bytes do not pass by accident, to find the next record behind them.
bool plausible_record(std::span<const std::byte> bytes, Version version);

// Whether the record has cgroup blocks.
bool has_cgroups(const RecordHeader& header, Version version);

}  // namespace proctape
