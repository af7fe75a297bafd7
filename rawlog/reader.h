// SPDX-License-Identifier: Apache-2.0
//
// Reads a log of any version, sample by sample: the other direction of encoder.h. From a
// file, a pipe or standard input, plain or packed by gzip; in memory for one record.
//
// Damage is expected. It is reported, what is whole behind it is read (record_scanner.h
// has the rules), and no bytes whatever make the reader crash or allocate without bound.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "rawlog/cgroup_chain.h"
#include "rawlog/damage.h"
#include "rawlog/file_header.h"
#include "rawlog/input.h"
#include "rawlog/record_scanner.h"
#include "sample/sample.h"

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
  // The file header's bytes.
  std::span<const std::byte> stored_header() const { return stored_header_; }

  // Replaces all of `sample`, whose memory is kept, by the next one of the log; false at
  // its end. What the version does not store has its default. An error is one of reading
  // the file, and final.
  //
  // The sample tells what the log means, not its bytes: where atop leaves a member undefined
  // (a task's GPU use without GPU) or to be worked out by the reader (its cgroup), it is
  // default or worked out.
  Result<bool> next(Sample& sample);

  // The record that `sample` was decoded from; valid until the next call.
  const RawRecord& record() const { return scanner_.record(); }

  // How much of the log was read: at the end its size, unpacked.
  std::uint64_t offset() const { return scanner_.input().offset(); }
  // The log is packed by gzip.
  bool packed() const { return scanner_.input().packed(); }

 private:
  Reader(LogIdentity identity, Input input, DamageReport report);

  void decode(Sample& sample);
  void decode_header(Sample& sample) const;
  void decode_system(System& system) const;
  void decode_tasks(std::vector<Task>& tasks) const;
  void decode_cgroups(Sample& sample) const;
  void check_counts(const Sample& sample);
  void check_cgroup_support(const Sample& sample);

  LogIdentity identity_;
  std::vector<std::byte> stored_header_;
  DamageReport report_;
  RecordScanner scanner_;
  CgroupFinder cgroup_finder_;
  bool cgroup_support_reported_ = false;
};

}  // namespace proctape
