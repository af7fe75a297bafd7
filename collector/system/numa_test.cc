// SPDX-License-Identifier: Apache-2.0
#include "collector/system/numa.h"

#include <gtest/gtest.h>

#include <string>

#include "collector/system/stat.h"
#include "tests/support/fixtures.h"
#include "tests/support/source_reader.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

TEST(Numa, NodeMemoryIsKibibytesAndHugePagesAreCounts) {
  NumaMemory memory;
  ASSERT_TRUE(
      parse_node_meminfo("Node 1 MemTotal:        100 kB\nNode 1 Active:           7 kB\n"
                         "Node 1 Active(anon):     5 kB\nNode 1 FilePages:        6 kB\n"
                         "Node 1 HugePages_Total:     3\nNode 1 HugePages_Free:      2\n"
                         "Node 1 NewInLinux9:     1 kB\n",
                         "x", memory));
  EXPECT_EQ(memory.total, kibibytes(100));
  EXPECT_EQ(memory.active, kibibytes(7));
  EXPECT_EQ(memory.file, kibibytes(6));
  EXPECT_EQ(memory.huge_total, 3);
  EXPECT_EQ(memory.huge_free, 2);
}

TEST(Numa, OneNodeNeedsNoCpuTimes) {
  SourceReader reader(fixture("debian-12-server"));
  ASSERT_TRUE(reader.read(read_stat));
  ASSERT_TRUE(reader.read(read_numa));
  const Numa& numa = reader.system().numa;
  ASSERT_EQ(numa.memory.size(), 1U);
  EXPECT_EQ(numa.memory[0].total, kibibytes(65703180));
  EXPECT_EQ(numa.memory[0].huge_free, 128);
  EXPECT_TRUE(numa.cpu.empty());
}

TEST(Numa, EachNodeHasTheTimesOfItsOwnCpus) {
  SourceReader reader(fixture("rhel-8"));
  ASSERT_TRUE(reader.read(read_stat));
  ASSERT_TRUE(reader.read(read_numa));
  const Numa& numa = reader.system().numa;
  ASSERT_EQ(numa.memory.size(), 2U);
  EXPECT_EQ(numa.memory[1].node, 1);
  EXPECT_EQ(numa.memory[1].free, kibibytes(304304));
  ASSERT_EQ(numa.cpu.size(), 2U);
  EXPECT_EQ(numa.cpu[0].cpus, 2);
  EXPECT_EQ(numa.cpu[0].times.user, Ticks{120331 + 110331});
  EXPECT_EQ(numa.cpu[1].node, 1);
  EXPECT_EQ(numa.cpu[1].times.user, Ticks{90331 + 80210});
  EXPECT_EQ(numa.cpu[1].times.idle, Ticks{7390331 + 7389338});
}

// atop 2.13 takes a CPU for one of a node when any later CPU of the same 64 belongs to it.
TEST(Numa, NodesWhoseCpusInterleaveAreKeptApart) {
  const TestHost host;
  host.write("proc/stat", "cpu 15 0 0 0\ncpu0 1 0 0 0\ncpu1 2 0 0 0\ncpu2 4 0 0 0\ncpu3 8 0 0 0\n");
  host.write("sys/devices/system/node/online", "0,2\n");
  for (const char* node : {"node0", "node2"}) {
    host.write(std::string("sys/devices/system/node/") + node + "/meminfo",
               "Node 0 MemTotal: 1 kB\n");
  }
  host.write("sys/devices/system/node/node0/cpulist", "0,2\n");
  host.write("sys/devices/system/node/node2/cpulist", "1,3\n");
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  ASSERT_TRUE(reader.read(read_stat));
  ASSERT_TRUE(reader.read(read_numa));
  const Numa& numa = reader.system().numa;
  ASSERT_EQ(numa.cpu.size(), 2U);
  EXPECT_EQ(numa.cpu[0].times.user, Ticks{1 + 4});
  EXPECT_EQ(numa.cpu[1].node, 2) << "numbers may have holes";
  EXPECT_EQ(numa.cpu[1].times.user, Ticks{2 + 8});

  // CPU 3 goes offline: it is no longer counted, but the node's sum does not fall.
  reader.next();
  host.write("proc/stat", "cpu 15 0 0 0\ncpu0 1 0 0 0\ncpu1 3 0 0 0\ncpu2 4 0 0 0\n");
  host.write("sys/devices/system/node/node2/cpulist", "1\n");
  ASSERT_TRUE(reader.read(read_stat));
  ASSERT_TRUE(reader.read(read_numa));
  EXPECT_EQ(reader.system().numa.cpu[1].cpus, 1);
  EXPECT_EQ(reader.system().numa.cpu[1].times.user, Ticks{3 + 8});
}

TEST(Numa, NodeWithMemoryOnlyHasNoCpus) {
  const TestHost host;
  host.write("proc/stat", "cpu 1 0 0 0\ncpu0 1 0 0 0\n");
  host.write("sys/devices/system/node/online", "0-1\n");
  for (const char* node : {"node0", "node1"}) {
    host.write(std::string("sys/devices/system/node/") + node + "/meminfo",
               "Node 0 MemTotal: 1 kB\n");
  }
  host.write("sys/devices/system/node/node0/cpulist", "0\n");
  host.write("sys/devices/system/node/node1/cpulist", "\n");
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  ASSERT_TRUE(reader.read(read_stat));
  ASSERT_TRUE(reader.read(read_numa));
  ASSERT_EQ(reader.system().numa.cpu.size(), 2U);
  EXPECT_EQ(reader.system().numa.cpu[1], (NumaCpu{.node = 1}));
}

TEST(Numa, MalformedFilesAreNamed) {
  NumaMemory memory;
  const auto parsed =
      parse_node_meminfo("Node 0 MemTotal: 1 kB\nNode 0\n", "node0/meminfo", memory);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message,
            "node0/meminfo:2: expected 'Node <number> <key>: <number>', found 'Node 0'");

  const TestHost host;
  host.write("sys/devices/system/node/online", "0-\n");
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  const auto read = reader.read(read_numa);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message,
            "sys/devices/system/node/online: expected a list of nodes, found '0- '");
}

TEST(Numa, KernelWithoutIt) {
  SourceReader reader(fixture("minimal"));
  const auto read = reader.read(read_numa);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, Error::Kind::kMissing);
}

}  // namespace
}  // namespace proctape
