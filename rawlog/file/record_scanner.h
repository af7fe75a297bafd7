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
#include <string>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "rawlog/codec/inflate.h"
#include "rawlog/file/damage.h"
#include "rawlog/file/input.h"
#include "rawlog/layout/header_record.h"
#include "rawlog/layout/version.h"

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
  // Empty also if it is larger than kMostHeld: RecordScanner::visit_tasks gives it in pieces.
  std::span<const std::byte> tasks;
  static constexpr std::size_t kMostHeld = std::size_t{8} << 20U;
  std::uint64_t tasks_size = 0;  // of the whole task block
  std::span<const std::byte> cgroups;
  std::span<const std::byte> cgroup_pids;
  // What the task block shows of the numbers that the header should have.
  std::uint32_t processes = 0;
  std::uint32_t active_processes = 0;
};

class RecordScanner {
 public:
  // `input` stands behind the file header.
  RecordScanner(Input input, Version version, DamageReport report);

  // Which records are wanted, by their headers. Asked once for each record that is whole, or whose
  // lengths lead to the next one or to the end of the log.
  using Wanted = FunctionRef<bool(const RecordHeader&)>;

  // Goes to the next whole record that is wanted; false at the end of the log. What is damaged
  // before it or in it is reported first. An error is one of reading the input, and final.
  //
  // What is not wanted is passed by its header, without being unpacked, where its lengths lead to
  // the next record or to the end: damage within its blocks stays unknown.
  Result<bool> next(Wanted wanted) { return next(&wanted); }
  // The same, and the one that is wanted is not unpacked either, where its lengths lead on: its
  // record has a header, and no blocks.
  Result<bool> next_header(Wanted wanted) { return next(&wanted, true); }
  // To the next whole record. Looks at nothing behind it: there may be a writer at work.
  Result<bool> next() { return next(nullptr); }

  // The next record is the one at `offset` (Input::go_to).
  Result<> go_to(std::uint64_t offset);

  // The record that next() went to.
  const RawRecord& record() const { return record_; }

  // Gives the task block of that record, in one piece or in many, each of whole entries.
  void visit_tasks(FunctionRef<void(std::span<const std::byte>)> visit);

  // Reports what is found wrong in that record by those who look into its blocks.
  void report(const Mismatch& wrong);

  const Input& input() const { return input_; }

 private:
  Result<bool> next(const Wanted* wanted, bool header_only = false);
  std::optional<Mismatch> read_header();
  bool can_pass_by();
  std::optional<Mismatch> read_blocks();
  std::optional<Mismatch> unpack_blocks();
  std::optional<Mismatch> read_block(const char* what, std::uint64_t packed, std::uint64_t plain,
                                     std::size_t index, std::span<const std::byte>& block);
  std::optional<Mismatch> read_tasks();
  std::optional<Mismatch> read_tasks(std::uint64_t count);
  // The next `packed` bytes of the record, if they can be a zlib stream.
  std::optional<Mismatch> find_stream(const std::string& name, std::uint64_t packed,
                                      std::span<const std::byte>& stored);
  void count_tasks(std::span<const std::byte> entries);
  std::span<std::byte> task_pieces();
  void report_contradictions();
  std::uint64_t resynchronise();

  Input input_;
  Version version_;
  DamageReport report_;
  Inflater inflater_;
  RawRecord record_;
  std::array<std::vector<std::byte>, 4> plain_;  // the unpacked blocks
  std::vector<std::byte> piece_;                 // of a task block that is not held
  // In an entry of the task block.
  std::size_t task_size_;
  std::size_t is_process_at_;
  std::size_t inactive_at_;
  std::optional<Seconds> previous_time_;
  bool anything_ = false;  // was found behind the file header
};

}  // namespace proctape
