// SPDX-License-Identifier: Apache-2.0
//
// Reads a log of any version, sample by sample: the other direction of encoder.h. From a
// file, a pipe or standard input, plain or packed; in memory for one record, without its tasks
// if there are many.
//
// Damage is expected. It is reported, what is whole behind it is read (record_scanner.h
// has the rules), and no bytes whatever make the reader crash or allocate without bound.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "rawlog/file/cgroup_chain.h"
#include "rawlog/file/damage.h"
#include "rawlog/file/file_header.h"
#include "rawlog/file/input.h"
#include "rawlog/file/record_scanner.h"
#include "sample/sample.h"
#include "sample/task_visitor.h"

namespace proctape {

class Reader {
 public:
  // Opens the log `path`, "-" being standard input, and reads its header. An error if it
  // cannot be read, is no atop log, or one of a version that is not known. `report` takes
  // what is found damaged, now and with each next().
  static Result<Reader> open(const std::string& path, DamageReport report);
  static Result<Reader> open(Input input, DamageReport report);

  Version version() const { return identity_.version; }
  const FileHeader& header() const { return identity_.header; }
  const Host& host() const { return identity_.host; }
  // What is worth saying about the log, though nothing is damaged; mostly empty.
  const std::string& note() const { return identity_.note; }
  // The file header's bytes.
  std::span<const std::byte> stored_header() const { return stored_header_; }

  // Goes to the next record, or to the next whose header `wanted` accepts, past the others without
  // unpacking them; false at the end of the log. An error is one of reading the file, and final.
  Result<bool> next() { return checked(scanner_.next()); }
  Result<bool> next(RecordScanner::Wanted wanted) { return checked(scanner_.next(wanted)); }

  // The same without unpacking that one either (RecordScanner::next_header): not to be decoded.
  Result<bool> next_header(RecordScanner::Wanted wanted) { return scanner_.next_header(wanted); }

  // The next record is the one at `offset`, as record() told it. Not of packed logs, nor of pipes.
  Result<> go_to(std::uint64_t offset) { return scanner_.go_to(offset); }

  // The record that next() went to; valid until the next one.
  const RawRecord& record() const { return scanner_.record(); }

  // Decode that record. What the version does not store has its default. A sample tells what the
  // log means, not its bytes: where atop leaves a member undefined (a task's GPU use without GPU)
  // or to be worked out by the reader (its cgroup), it is default or worked out.
  //
  // Everything but the tasks: those of 100,000 threads are 100 MB, which hardly anybody needs at
  // once. Replaces all of `sample`, whose memory is kept.
  void decode_without_tasks(Sample& sample);
  // Then the tasks, one after another.
  void visit_tasks(TaskVisitor visit);
  // With each also as it is stored.
  void visit_tasks(FunctionRef<void(const Task&, const std::byte* stored)> visit);
  // The task block as it is stored, in pieces of whole entries.
  void visit_task_block(FunctionRef<void(std::span<const std::byte>)> visit) {
    scanner_.visit_tasks(visit);
  }

  // All of it at once: for records that hold their tasks, or where memory does not matter.
  void decode(Sample& sample);
  bool holds_tasks() const { return record().tasks_size <= RawRecord::kMostHeld; }

  // next(), and decode().
  Result<bool> next(Sample& sample);

  // How much of the log was read: at the end its size, unpacked.
  std::uint64_t offset() const { return scanner_.input().offset(); }
  // What the log is packed by: "gzip"; empty if it is not.
  std::string_view packing() const { return scanner_.input().packing(); }

 private:
  Reader(LogIdentity identity, Input input, DamageReport report);

  Result<bool> checked(Result<bool> found);
  void decode_header(Sample& sample) const;
  void decode_system(System& system) const;
  void decode_cgroups(Sample& sample) const;
  void check_counts();
  void check_cgroup_support();
  bool has_cgroup_v2() const;

  LogIdentity identity_;
  std::vector<std::byte> stored_header_;
  DamageReport report_;
  RecordScanner scanner_;
  CgroupFinder cgroup_finder_;
  Task task_;  // that is being visited
  bool cgroup_support_reported_ = false;
};

}  // namespace proctape
