// SPDX-License-Identifier: Apache-2.0
//
// Turns a Sample into the bytes of one record: record header, system block, task block
// and, from 2.11 on with cgroups, cgroup and pid block, each block a zlib stream of its
// own. Also makes the header that begins a file.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "rawlog/codec/compress.h"
#include "rawlog/codec/zeroed_block.h"
#include "rawlog/layout/busiest.h"
#include "rawlog/layout/header_record.h"
#include "rawlog/layout/version.h"
#include "sample/host.h"
#include "sample/sample.h"
#include "sample/task_visitor.h"

namespace proctape {

// rawheader of a file of this version from this host, lengths included.
FileHeader make_file_header(Version version, const Host& host);

class Encoder {
 public:
  Encoder(Version version, const Host& host);

  Version version() const { return version_; }
  // Of the host, as Host has it: for files that begin from now on.
  void set_node_name(std::string_view name);

  // The 480 bytes that begin a file. They stay where they are, and tell of containers from
  // the first sample on that has some.
  std::span<const std::byte> file_header() const { return file_header_; }

  // The whole record; valid until the next call. Its memory is kept, so that encoding
  // allocates nothing once it has grown. The counts in the record's header are worked
  // out from the tasks.
  std::span<const std::byte> encode(const Sample& sample);
  // With the tasks of `tasks` instead of sample.tasks, and `time` instead of its own.
  std::span<const std::byte> encode(const Sample& sample, TaskSource tasks) {
    return encode(sample, tasks, sample.time);
  }
  std::span<const std::byte> encode(const Sample& sample, TaskSource tasks, Seconds time);

  // What the last record had no room for; the busiest of it are there.
  std::span<const LeftOut> left_out() const { return left_out_; }

 private:
  // Each adds one block to record_; those that return a number, its length there.
  std::uint32_t add_system(const System& system);
  std::uint32_t add_tasks(TaskSource tasks, RecordHeader& header, bool& containers);
  void add_cgroups(const Sample& sample, RecordHeader& header);
  void add_chain(std::span<const Cgroup> cgroups, std::span<const std::int32_t> all_pids,
                 RecordHeader& header);
  void announce(std::int32_t support_flags);

  Version version_;
  std::int64_t page_size_;
  FileHeader header_;
  std::vector<std::byte> file_header_;  // the same as bytes
  ZeroedBlock system_block_;            // before compression
  std::vector<std::byte> plain_;        // a part of another block before it
  std::vector<std::byte> record_;
  System busiest_;  // of a host that has more of something than fits
  std::vector<LeftOut> left_out_;
  Cgroup cgroup_;
  std::vector<Cgroup> renamed_;  // of a host with names that do not fit
  Compressor compressor_;
};

}  // namespace proctape
