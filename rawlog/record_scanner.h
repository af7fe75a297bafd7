// SPDX-License-Identifier: Apache-2.0
//
// Walks a log from record to record: takes each apart into its unpacked blocks, and finds
// the next one behind what is damaged. Knows nothing of samples.
//
// A record is delivered if all its blocks are whole: zlib checks their content, the layout
// their length. One that is not is given up; from the byte behind its beginning on, the
// next bytes that can only be a record header begin the next one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "rawlog/damage.h"
#include "rawlog/header_record.h"
#include "rawlog/inflate.h"
#include "rawlog/input.h"
#include "rawlog/version.h"

namespace proctape {

// One record as it lies in the log. The bytes are valid until the next one is read.
struct RawRecord {
  std::uint64_t offset = 0;  // in the log as it is unpacked
  std::uint64_t size = 0;    // of the header and all blocks
  bool whole = false;        // false: something about it was reported, see there
  RecordHeader header;
  std::span<const std::byte> stored;  // header and blocks, packed
  // The blocks, unpacked; those that the record does not have are empty.
  std::span<const std::byte> system;
  std::span<const std::byte> tasks;
  std::span<const std::byte> cgroups;
  std::span<const std::byte> cgroup_pids;
};

class RecordScanner {
 public:
  // `input` stands behind the file header.
  RecordScanner(Input input, Version version, DamageReport report);

  // Goes to the next whole record; false at the end of the log. What is damaged before it
  // or in it is reported first. An error is one of reading the input, and final.
  Result<bool> next();

  // The record that next() went to.
  const RawRecord& record() const { return record_; }

  // Reports what is found wrong in that record by those who look into its blocks.
  void report(const Mismatch& wrong);

  const Input& input() const { return input_; }

 private:
  std::optional<Mismatch> read_record();
  std::optional<Mismatch> read_blocks();
  std::optional<Mismatch> read_block(const char* what, std::uint64_t packed, std::uint64_t plain,
                                     std::size_t index, std::span<const std::byte>& block);
  std::optional<Mismatch> read_tasks();
  void report_contradictions();
  std::uint64_t resynchronise();

  Input input_;
  Version version_;
  DamageReport report_;
  Inflater inflater_;
  RawRecord record_;
  std::array<std::vector<std::byte>, 4> plain_;  // the unpacked blocks
  std::optional<Seconds> previous_time_;
  bool anything_ = false;  // was found behind the file header
};

}  // namespace proctape
