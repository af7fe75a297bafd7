// SPDX-License-Identifier: Apache-2.0
#include "rawlog/record_scanner.h"

#include <algorithm>
#include <string>
#include <utility>

#include "rawlog/cgroup_chain.h"
#include "rawlog/record_check.h"
#include "rawlog/system_record.h"
#include "rawlog/task_record.h"

namespace proctape {
namespace {}  // namespace

RecordScanner::RecordScanner(Input input, Version version, DamageReport report)
    : input_(std::move(input)), version_(version), report_(std::move(report)) {}

Result<bool> RecordScanner::next() {
  input_.skip(static_cast<std::size_t>(std::exchange(record_, {}).size));
  for (;;) {
    record_.offset = input_.offset();
    if (input_.peek(1).empty()) break;
    anything_ = true;
    const auto wrong = read_record();
    if (!wrong) {
      report_contradictions();
      return true;
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
             .expected = "the rest of the gzip stream",
             .found = failure->message});
  }
  if (!std::exchange(anything_, true)) {
    report_({.offset = input_.offset(), .expected = "a record", .found = "the end of the log"});
  }
  return false;
}

void RecordScanner::report(const Mismatch& wrong) {
  record_.whole = false;
  report_({.offset = record_.offset, .expected = wrong.expected, .found = wrong.found});
}

// Fills record_ with what lies ahead, or says what is wrong with it.
std::optional<Mismatch> RecordScanner::read_record() {
  const auto bytes = input_.peek(kRecordHeaderSize);
  if (bytes.size() < kRecordHeaderSize) {
    return Mismatch{"a record header of " + bytes_text(kRecordHeaderSize),
                    bytes_text(bytes.size()) + " (" + describe(bytes) + ") and the end"};
  }
  record_of<kRawrecord>(version_).decode(bytes.data(), 0, record_.header);
  if (auto wrong = impossible(record_.header, bytes, version_)) return wrong;
  if (auto wrong = read_blocks()) return wrong;
  record_.stored = input_.peek(static_cast<std::size_t>(record_.size));
  record_.whole = true;
  return std::nullopt;
}

std::optional<Mismatch> RecordScanner::read_blocks() {
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
  const auto read = [&](std::uint64_t tasks) {
    auto wrong = impossible_tasks(tasks, header, version_);
    return wrong ? wrong
                 : read_block("task", header.tasks_length, tasks * layout_of<kTstat>(version_).size,
                              1, record_.tasks);
  };
  auto wrong = read(header.entries);
  if (wrong && header.tasks != header.entries && !read(header.tasks)) return std::nullopt;
  return wrong;
}

// Unpacks the block behind the first record_.size bytes, which it is added to.
std::optional<Mismatch> RecordScanner::read_block(const char* what, std::uint64_t packed,
                                                  std::uint64_t plain, std::size_t index,
                                                  std::span<const std::byte>& block) {
  // The lengths were checked: all sums and sizes stay far below what overflows.
  const auto begin = static_cast<std::size_t>(record_.size);
  const auto length = static_cast<std::size_t>(packed);
  const std::string name = std::string("a ") + what + " block of ";
  auto stored = input_.peek(begin + length).subspan(begin);
  if (stored.size() >= 2 && !begins_zlib_stream(stored[0], stored[1])) {
    return Mismatch{std::string("a ") + what + " block", describe(stored)};
  }
  if (stored.size() < length) {
    return Mismatch{name + bytes_text(length), bytes_text(stored.size()) + " and the end"};
  }
  auto& buffer = plain_[index];
  if (buffer.size() < plain) buffer.resize(static_cast<std::size_t>(plain));
  const auto out = std::span(buffer).first(static_cast<std::size_t>(plain));
  if (auto inflated = inflater_.inflate(stored, out); !inflated) {
    return Mismatch{name + bytes_text(plain) + " unpacked", inflated.error().message};
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
