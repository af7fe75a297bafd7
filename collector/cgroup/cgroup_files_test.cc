// SPDX-License-Identifier: Apache-2.0
#include "collector/cgroup/cgroup_files.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

TEST(CgroupFiles, LimitsAreBytesOrMax) {
  EXPECT_EQ(parse_cgroup_limit("536870912\n"), 536870912);
  EXPECT_EQ(parse_cgroup_limit("0\n"), 0);
  EXPECT_EQ(parse_cgroup_limit("max\n"), -1);
  EXPECT_EQ(parse_cgroup_limit("lots\n"), std::nullopt);
  EXPECT_EQ(parse_cgroup_limit(""), std::nullopt);
}

TEST(CgroupFiles, CpuMaxIsInPercentOfOneCpu) {
  EXPECT_EQ(parse_cgroup_cpu_max("50000 100000\n"), 50);
  EXPECT_EQ(parse_cgroup_cpu_max("250000 100000\n"), 250);
  EXPECT_EQ(parse_cgroup_cpu_max("1000 1000000\n"), 0) << "0.1 percent";
  EXPECT_EQ(parse_cgroup_cpu_max("max 100000\n"), -1);
  for (const char* wrong :
       {"", "50000", "50000 0", "-1 100000", "9223372036854775807 1000", "a b"}) {
    EXPECT_EQ(parse_cgroup_cpu_max(wrong), std::nullopt) << wrong;
  }
}

TEST(CgroupFiles, DiskWeightIsTheDefaultOne) {
  EXPECT_EQ(parse_cgroup_disk_weight("default 100\n"), 100);
  EXPECT_EQ(parse_cgroup_disk_weight("8:0 300\ndefault 200\n"), 200);
  EXPECT_EQ(parse_cgroup_disk_weight("8:0 300\n"), std::nullopt);
}

TEST(CgroupFiles, ProcessesAreSortedAndEachIsThereOnce) {
  std::vector<std::int32_t> pids = {99};
  ASSERT_TRUE(parse_cgroup_procs("30\n7\n30\n1234\n", pids));
  EXPECT_EQ(pids, (std::vector<std::int32_t>{99, 7, 30, 1234}));
  ASSERT_TRUE(parse_cgroup_procs("", pids));
  EXPECT_EQ(pids.size(), 4U);
  pids.clear();
  ASSERT_TRUE(parse_cgroup_procs("0\n5\n0\n", pids));
  EXPECT_EQ(pids, (std::vector<std::int32_t>{0, 0, 5})) << "of another pid namespace";
  EXPECT_EQ(parse_cgroup_procs("5\nfive\n", pids).error().kind, Error::Kind::kMalformed);
}

TEST(CgroupFiles, CpuTimeOfEveryKernel) {
  const char* const texts[] = {
      // 4.18, 5.10, with the cpu controller, 6.18
      "usage_usec 30\nuser_usec 20\nsystem_usec 10\n",
      "usage_usec 30\nuser_usec 20\nsystem_usec 10\nnr_periods 0\nnr_throttled 0\n"
      "throttled_usec 0\n",
      "usage_usec 30\nuser_usec 20\nsystem_usec 10\nnice_usec 5\ncore_sched.force_idle_usec 0\n"
      "nr_periods 0\nnr_throttled 0\nthrottled_usec 0\nnr_bursts 0\nburst_usec 0\n",
  };
  for (const char* text : texts) {
    CgroupCpu cpu;
    ASSERT_TRUE(parse_cgroup_cpu_stat(text, cpu)) << text;
    EXPECT_EQ(cpu, (CgroupCpu{.user = {20}, .system = {10}})) << text;
  }
  CgroupCpu cpu;
  ASSERT_TRUE(parse_cgroup_cpu_stat("nr_periods 0\nnr_throttled 0\n", cpu)) << "RHEL 8 without it";
  EXPECT_EQ(cpu, CgroupCpu{});
  const auto wrong = parse_cgroup_cpu_stat("usage_usec 30\nuser_usec x\n", cpu);
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message.find("cpu.stat:2"), std::string::npos);
}

TEST(CgroupFiles, MemoryOfEveryKernel) {
  CgroupMemory memory;
  ASSERT_TRUE(parse_cgroup_memory_stat(
      "anon 4096\nfile 8192\nkernel 12288\nkernel_stack 1\npagetables 2\nshmem 16384\n"
      "file_mapped 3\n",
      memory));
  EXPECT_EQ(memory,
            (CgroupMemory{.anon = {4096}, .file = {8192}, .kernel = {12288}, .shmem = {16384}}));
  memory = {};
  ASSERT_TRUE(
      parse_cgroup_memory_stat("anon 4096\nfile 8192\nkernel_stack 1\nslab 5\nshmem 0\n", memory));
  EXPECT_EQ(memory.kernel, Bytes{kUnknown}) << "before 5.18";
  EXPECT_EQ(memory.shmem, Bytes{0});
}

TEST(CgroupFiles, IoIsSummedOverPhysicalDisks) {
  const std::vector<DeviceNumber> disks = {{259, 0}, {8, 16}};
  CgroupDisk disk;
  ASSERT_TRUE(parse_cgroup_io_stat(
      "259:0 rbytes=4096 wbytes=512 rios=1 wios=2 dbytes=0 dios=0\n"
      "253:0 rbytes=4096 wbytes=512 rios=1 wios=2 dbytes=0 dios=0\n"
      "8:16 rbytes=100 wbytes=200 rios=3 wios=4 dbytes=9 dios=9 cost.usage=7\n",
      disks, disk));
  EXPECT_EQ(disk, (CgroupDisk{.read = {4196}, .written = {712}, .reads = 4, .writes = 6}));
  ASSERT_TRUE(parse_cgroup_io_stat("", disks, disk));
  EXPECT_EQ(disk, (CgroupDisk{.read = {0}, .written = {0}, .reads = 0, .writes = 0}))
      << "nothing yet, which is not unknown";
  ASSERT_TRUE(
      parse_cgroup_io_stat("253:0 8:16 rbytes=7 wbytes=0 rios=1 wios=0\n8:16 \n", disks, disk));
  EXPECT_EQ(disk.read, Bytes{7}) << "behind the number of an idle device";
  EXPECT_FALSE(parse_cgroup_io_stat("8:16 rbytes=a\n", disks, disk));
}

}  // namespace
}  // namespace proctape
