// SPDX-License-Identifier: Apache-2.0
#include "rawlog/file/record_scanner.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "rawlog/file/cgroup_chain.h"
#include "rawlog/file/record_check.h"
#include "rawlog/layout/system_record.h"
#include "rawlog/layout/task_record.h"

namespace proctape {
namespace {

// Where a member of a task's identity lies in its entry.
std::size_t identity_offset(std::string_view member, Version version) {
  const auto at = [](const Layout& layout, std::string_view name) {
    return std::ranges::find(layout.members, name, &Layout::Member::name)->offset;
  };
  return at(layout_of<kTstat>(version), "gen") + at(layout_of<kTaskGen>(version), member);
}

std::string block_of(const std::string& name, std::uint64_t length) {
  return "a " + name + " block of " + bytes_text(length);
}

}  // namespace

RecordScanner::RecordScanner(Input input, Version version, DamageReport report)
    : input_(std::move(input)),
      version_(version),
      report_(std::move(report)),
      task_size_(layout_of<kTstat>(version).size),
      is_process_at_(identity_offset("isproc", version)),
      inactive_at_(identity_offset("wasinactive", version)) {}

Result<bool> RecordScanner::next(const Wanted* wanted, bool header_only) {
  for (;;) {
    input_.skip(static_cast<std::size_t>(std::exchange(record_, {}).size));
    record_.offset = input_.offset();
    if (input_.peek(1).empty()) break;
    anything_ = true;
    auto wrong = read_header();
    if (!wrong) {
      const bool leads_on = wanted && can_pass_by();
      const bool is_wanted = leads_on && (*wanted)(record_.header);
      if (leads_on && (!is_wanted || header_only)) {
        report_contradictions();
        if (!is_wanted) continue;
        record_.stored = input_.peek(static_cast<std::size_t>(record_.size));
        return true;
      }
      wrong = read_blocks();
      if (!wrong) {
        report_contradictions();
        if (!wanted || is_wanted || (*wanted)(record_.header)) return true;
        continue;
      }
    }
    const std::uint64_t offset = record_.offset;
    record_ = {};
    const std::uint64_t skipped = resynchronise();
    report_({offset, skipped, wrong->expected, wrong->found});
  }
  record_ = {};
  const auto& failure = input_.failure();
  if (failure && failure->kind != Error::Kind::kMalformed) return *failure;
  if (failure) {
    report_({.offset = input_.offset(),
             .expected = "the rest of the " + std::string(input_.packing()) + " stream",
             .found = failure->message});
  }
  if (!std::exchange(anything_, true)) {
    report_({.offset = input_.offset(), .expected = "a record", .found = "the end of the log"});
  }
  return false;
}

Result<> RecordScanner::go_to(std::uint64_t offset) {
  record_ = {};
  previous_time_.reset();
  anything_ = true;
  return input_.go_to(offset);
}

void RecordScanner::report(const Mismatch& wrong) {
  record_.whole = false;
  report_({.offset = record_.offset, .expected = wrong.expected, .found = wrong.found});
}

// Fills record_ with the header that lies ahead, or says what is wrong with it.
std::optional<Mismatch> RecordScanner::read_header() {
  const auto bytes = input_.peek(kRecordHeaderSize);
  if (bytes.size() < kRecordHeaderSize) {
    return Mismatch{"a record header of " + bytes_text(kRecordHeaderSize),
                    bytes_text(bytes.size()) + " (" + describe(bytes) + ") and the end"};
  }
  record_of<kRawrecord>(version_).decode(bytes.data(), 0, record_.header);
  return impossible(record_.header, bytes, version_);
}

// Whether the record's blocks begin as such, and what it leads to is another record or the end of
// the log.
bool RecordScanner::can_pass_by() {
  const RecordHeader& header = record_.header;
  record_.size = kRecordHeaderSize;
  for (const std::uint32_t length : {header.system_length, header.tasks_length}) {
    std::span<const std::byte> stored;
    if (find_stream("", length, stored)) return false;
    record_.size += length;
  }
  if (has_cgroups(header, version_)) {
    record_.size += std::uint64_t{header.cgroups_length} + header.cgroup_pids_length;
  }
  const auto size = static_cast<std::size_t>(record_.size);
  const auto bytes = input_.peek(size + kRecordBeginning);
  if (bytes.size() == size) return true;
  return bytes.size() == size + kRecordBeginning && plausible_record(bytes.subspan(size), version_);
}

// Fills the rest of record_, or says what is wrong with it.
std::optional<Mismatch> RecordScanner::read_blocks() {
  if (auto wrong = unpack_blocks()) return wrong;
  record_.stored = input_.peek(static_cast<std::size_t>(record_.size));
  record_.whole = true;
  return std::nullopt;
}

std::optional<Mismatch> RecordScanner::unpack_blocks() {
  const RecordHeader& header = record_.header;
  record_.size = kRecordHeaderSize;
  if (auto wrong = read_block("system", header.system_length, layout_of<kSstat>(version_).size, 0,
                              record_.system)) {
    return wrong;
  }
  if (auto wrong = read_tasks()) return wrong;
  if (!has_cgroups(header, version_)) return std::nullopt;

  if (auto wrong = read_block("cgroup", header.cgroups_length, header.cgroups_original_length, 2,
                              record_.cgroups)) {
    return wrong;
  }
  if (auto wrong = read_block("pid", header.cgroup_pids_length,
                              header.cgroup_pids * sizeof(std::int32_t), 3, record_.cgroup_pids)) {
    return wrong;
  }
  return check_cgroup_chain(record_.cgroups, header, version_);
}

// Their number is in the header twice. Where the two differ, the block decides.
std::optional<Mismatch> RecordScanner::read_tasks() {
  const RecordHeader& header = record_.header;
  auto wrong = read_tasks(header.entries);
  if (wrong && header.tasks != header.entries && !read_tasks(header.tasks)) return std::nullopt;
  return wrong;
}

std::optional<Mismatch> RecordScanner::read_tasks(std::uint64_t count) {
  const std::uint32_t packed = record_.header.tasks_length;
  if (auto wrong = impossible_tasks(count, record_.header, version_)) return wrong;
  const std::uint64_t size = count * task_size_;
  record_.processes = record_.active_processes = 0;
  if (size <= RawRecord::kMostHeld) {
    if (auto wrong = read_block("task", packed, size, 1, record_.tasks)) return wrong;
    count_tasks(record_.tasks);
  } else {
    std::span<const std::byte> stored;
    if (auto wrong = find_stream("task", packed, stored)) return wrong;
    const auto inflated = inflater_.inflate_in_pieces(
        stored, size, task_pieces(), [&](std::span<const std::byte> piece) { count_tasks(piece); });
    if (!inflated) return Mismatch{block_of("task", size) + " unpacked", inflated.error().message};
    record_.size += packed;
  }
  record_.tasks_size = size;
  return std::nullopt;
}

void RecordScanner::count_tasks(std::span<const std::byte> entries) {
  for (; entries.size() >= task_size_; entries = entries.subspan(task_size_)) {
    if (entries[is_process_at_] == std::byte{0}) continue;
    ++record_.processes;
    std::int32_t inactive = 0;
    std::memcpy(&inactive, &entries[inactive_at_], sizeof inactive);
    if (inactive == 0) ++record_.active_processes;
  }
}

// Room for some whole entries.
std::span<std::byte> RecordScanner::task_pieces() {
  constexpr std::size_t kEntries = 256;
  piece_.resize(kEntries * task_size_);
  return piece_;
}

void RecordScanner::visit_tasks(FunctionRef<void(std::span<const std::byte>)> visit) {
  if (record_.tasks_size <= RawRecord::kMostHeld) {
    visit(record_.tasks);
    return;
  }
  const auto stored = record_.stored.subspan(kRecordHeaderSize + record_.header.system_length,
                                             record_.header.tasks_length);
  // It was found whole when the record was read.
  (void)inflater_.inflate_in_pieces(stored, record_.tasks_size, task_pieces(), visit);
}

std::optional<Mismatch> RecordScanner::find_stream(const std::string& name, std::uint64_t packed,
                                                   std::span<const std::byte>& stored) {
  // The lengths were checked: all sums and sizes stay far below what overflows.
  const auto begin = static_cast<std::size_t>(record_.size);
  const auto length = static_cast<std::size_t>(packed);
  stored = input_.peek(begin + length).subspan(begin);
  if (stored.size() >= 2 && !begins_zlib_stream(stored[0], stored[1])) {
    return Mismatch{"a " + name + " block", describe(stored)};
  }
  if (stored.size() < length) {
    return Mismatch{block_of(name, length), bytes_text(stored.size()) + " and the end"};
  }
  return std::nullopt;
}

// Unpacks the block behind the first record_.size bytes, which it is added to.
std::optional<Mismatch> RecordScanner::read_block(const char* what, std::uint64_t packed,
                                                  std::uint64_t plain, std::size_t index,
                                                  std::span<const std::byte>& block) {
  std::span<const std::byte> stored;
  if (auto wrong = find_stream(what, packed, stored)) return wrong;
  auto& buffer = plain_[index];
  if (buffer.size() < plain) buffer.resize(static_cast<std::size_t>(plain));
  const auto out = std::span(buffer).first(static_cast<std::size_t>(plain));
  if (auto inflated = inflater_.inflate(stored, out); !inflated) {
    return Mismatch{block_of(what, plain) + " unpacked", inflated.error().message};
  }
  block = out;
  record_.size += packed;
  return std::nullopt;
}

void RecordScanner::report_contradictions() {
  for (const Mismatch& wrong : contradictions(record_.header, version_)) report(wrong);
  const Seconds time = record_.header.time;
  if (previous_time_ && time < *previous_time_) {
    report({"a time of at least " + std::to_string(previous_time_->value),
            std::to_string(time.value)});
  }
  previous_time_ = time;
}

// Goes to the next place, from the byte after this one on, where a record can begin, or to
// the end. Returns how many bytes were passed.
std::uint64_t RecordScanner::resynchronise() {
  const std::uint64_t from = input_.offset();
  input_.skip(1);
  for (;;) {
    const auto bytes = input_.peek(kRecordBeginning);
    if (bytes.size() < kRecordBeginning) {
      input_.skip(bytes.size());
      break;
    }
    if (plausible_record(bytes, version_)) break;
    input_.skip(1);
  }
  return input_.offset() - from;
}

}  // namespace proctape
