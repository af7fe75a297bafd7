// SPDX-License-Identifier: Apache-2.0
#include "cli/procfs/recorded_task.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

namespace proctape {
namespace {

Task living() {
  Task task;
  task.identity.tgid = task.identity.pid = 12;
  task.identity.ppid = 1;
  task.identity.name = std::string_view("a\\b");
  task.identity.state = 'D';
  task.identity.threads = 3;
  task.identity.euid = 7;
  task.cpu.priority = 120;
  task.cpu.nice = -5;
  task.cpu.voluntary_switches = 9;
  task.cpu.block_io_delay = Ticks{4};
  task.disk.written = Sectors{3};
  task.memory.virtual_size = Bytes{1 << 20};
  task.memory.resident = Bytes{12288};
  task.memory.swap = Bytes{kUnknown};
  return task;
}

class RecordedTaskTest : public testing::Test {
 protected:
  std::string field(TaskFile file, const std::string& name) const {
    std::string found = "none";
    visit_fields({task_, host_, version_, has_io_},
                 [&](TaskFile of, std::string_view each, std::string_view value) {
                   const auto known = known_fields(of);
                   EXPECT_NE(std::ranges::find(known, each), known.end()) << each;
                   if (of == file && each == name) found = value;
                 });
    return found;
  }
  std::string stat(const std::string& name) const { return field(TaskFile::kStat, name); }
  std::string status(const std::string& name) const { return field(TaskFile::kStatus, name); }

  Task task_ = living();
  Host host_;
  Version version_ = kNewestVersion;
  bool has_io_ = true;
};

TEST_F(RecordedTaskTest, HasTheUnitsOfProc) {
  EXPECT_EQ(stat("comm"), "a\\b");
  EXPECT_EQ(stat("state"), "D");
  EXPECT_EQ(stat("priority"), "20");
  EXPECT_EQ(stat("nice"), "-5");
  EXPECT_EQ(stat("num_threads"), "3");
  EXPECT_EQ(stat("vsize"), "1048576");
  EXPECT_EQ(stat("rss"), "3");
  EXPECT_EQ(status("Name"), "a\\\\b");
  EXPECT_EQ(status("State"), "D (disk sleep)");
  EXPECT_EQ(status("Uid"), "0\t7\t0\t0");
  EXPECT_EQ(status("VmSize"), "1024 kB");
  EXPECT_EQ(status("VmRSS"), "12 kB");
  EXPECT_EQ(field(TaskFile::kIo, "write_bytes"), "1536");
}

TEST_F(RecordedTaskTest, WhatTheLogDoesNotTellIsNotThere) {
  EXPECT_EQ(status("VmSwap"), "none");
  EXPECT_EQ(status("VmHWM"), "none");
  EXPECT_EQ(stat("exit_code"), "none");
  EXPECT_EQ(stat("starttime"), "none");
  has_io_ = false;
  EXPECT_EQ(field(TaskFile::kIo, "write_bytes"), "none");
}

TEST_F(RecordedTaskTest, OlderVersionsTellLess) {
  version_ = v2_8;
  EXPECT_EQ(stat("delayacct_blkio_ticks"), "4");
  EXPECT_EQ(status("voluntary_ctxt_switches"), "none");
  version_ = v2_7;
  EXPECT_EQ(stat("delayacct_blkio_ticks"), "none");
  EXPECT_EQ(status("VmLck"), "0 kB");
  version_ = v2_5;
  EXPECT_EQ(status("VmLck"), "none");
}

TEST_F(RecordedTaskTest, KernelThreadsAndZombiesHaveNoMemoryInStatus) {
  task_.memory = {};
  EXPECT_EQ(status("VmSize"), "none");
  EXPECT_EQ(status("VmLib"), "none");
  EXPECT_EQ(stat("vsize"), "0");
}

TEST_F(RecordedTaskTest, WhatHasEndedIsDead) {
  task_.identity.state = TaskIdentity::kExited;
  task_.identity.exit_code = 0x100 | TaskIdentity::kNewBit;
  EXPECT_EQ(stat("state"), "X");
  EXPECT_EQ(status("State"), "X (dead)");
  EXPECT_EQ(stat("exit_code"), "256");
  EXPECT_EQ(status("VmHWM"), "12 kB");  // the most it ever was
  EXPECT_EQ(status("VmRSS"), "none");
  EXPECT_EQ(stat("rss"), "none");
  EXPECT_EQ(stat("processor"), "none");
}

TEST_F(RecordedTaskTest, ThreadsDoNotTellHowManyTheyAre) {
  task_.identity.is_process = false;
  EXPECT_EQ(stat("num_threads"), "none");
  EXPECT_EQ(status("Threads"), "none");
}

}  // namespace
}  // namespace proctape
