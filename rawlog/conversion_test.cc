// SPDX-License-Identifier: Apache-2.0
#include "rawlog/conversion.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

FileHeader decoded(Version version, std::span<const std::byte> bytes) {
  FileHeader header;
  record_of<kRawheader>(version).decode(bytes.data(), 0, header);
  return header;
}

TEST(ConversionTest, KeepsAllOfTheFileHeaderThatTheVersionKnows) {
  FileHeader original;
  original.aversion = to_aversion(v2_13);
  original.node_name = "host";
  original.domain_name = "(none)";
  original.os_release = 6;
  original.os_subversion = 44;
  original.support_flags = support::kFlagsPerRecord | support::kContainers | support::kGpu |
                           support::kCgroupV2 | support::kNetatopBpf | support::kNuma |
                           support::kZswap | 0x10000;
  const Host host{.page_size = 16384, .pid_digits = 7};
  const auto flags = [&](Version version) {
    const auto header = decoded(version, converted_file_header(original, host, version));
    EXPECT_EQ(header.aversion, to_aversion(version));
    EXPECT_EQ(header.page_size, 16384U);
    EXPECT_EQ(header.node_name, "host");
    EXPECT_EQ(header.domain_name, "(none)");
    EXPECT_EQ(header.os_release, 6);
    EXPECT_EQ(header.os_subversion, 44);
    EXPECT_EQ(header.pid_width, version >= v2_8 ? 7 : 0);
    EXPECT_EQ(header.cstat_length, version >= v2_11 ? 432 : 0);
    return header.support_flags;
  };
  EXPECT_EQ(flags(v2_13), original.support_flags);
  EXPECT_EQ(flags(v2_12), original.support_flags);
  EXPECT_EQ(flags(v2_11), 0x11000 | 0x1F5);
  EXPECT_EQ(flags(v2_9), 0x10000 | 0x1F5);
  EXPECT_EQ(flags(v2_7), 0x10000 | 0xF5);
  EXPECT_EQ(flags(v2_3), 0x10000 | 0x75);
}

Sample with_cpus(const std::vector<Count>& numbers) {
  Sample sample;
  for (const Count number : numbers) {
    sample.system.cpus.each.push_back({.number = number, .online = true});
  }
  return sample;
}

std::vector<std::pair<Count, bool>> cpus(const Sample& sample) {
  std::vector<std::pair<Count, bool>> list;
  for (const Cpu& cpu : sample.system.cpus.each) list.emplace_back(cpu.number, cpu.online);
  return list;
}

TEST(ConversionTest, PutsCpusAtThePlaceOfTheirNumberFrom2_13On) {
  using List = std::vector<std::pair<Count, bool>>;
  Sample sample = with_cpus({1, 3});
  Conversion(v2_12, v2_13).apply(sample);
  EXPECT_EQ(cpus(sample), (List{{0, false}, {1, true}, {2, false}, {3, true}}));

  Sample holes = with_cpus({0, 0, 2});  // as atop leaves them
  Conversion(v2_12, v2_13).apply(holes);
  EXPECT_EQ(cpus(holes), (List{{0, true}, {0, true}, {2, true}}));

  Sample wild = with_cpus({0, 1'000'000'000});
  Conversion(v2_12, v2_13).apply(wild);
  EXPECT_EQ(wild.system.cpus.each.size(), 2U);

  Sample older = with_cpus({1, 3});
  Conversion(v2_11, v2_12).apply(older);
  EXPECT_EQ(older, with_cpus({1, 3}));
}

TEST(ConversionTest, SaysWhatItLeftOutAndTakesItsAnnouncementAway) {
  Sample sample;
  sample.cgroup_v2 = true;
  sample.cgroups.resize(1);
  sample.containers = true;
  Sample same = sample;
  Conversion to_itself(v2_13, v2_13);
  to_itself.apply(same);
  EXPECT_EQ(same, sample);
  EXPECT_EQ(to_itself.left_out(), "");

  Conversion down(v2_13, v2_8);
  EXPECT_EQ(down.left_out(), "");
  down.apply(sample);
  EXPECT_FALSE(sample.cgroup_v2);
  EXPECT_FALSE(sample.containers);
  EXPECT_EQ(down.left_out(),
            "cgroups (in logs from 2.11 on), the tasks' host names (in logs from 2.10 on)");
}

}  // namespace
}  // namespace proctape
