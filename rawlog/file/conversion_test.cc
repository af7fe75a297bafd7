// SPDX-License-Identifier: Apache-2.0
#include "rawlog/file/conversion.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "rawlog/file/cgroup_chain.h"
#include "tests/support/logs.h"
#include "tests/support/plausible_sample.h"

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

// A log of version `from` with one record, read and converted.
class Converted {
 public:
  Converted(const Sample& sample, Version from, Version to) {
    Host host = plausible_host();
    host.cgroup_v2 = sample.cgroup_v2;
    Encoder encoder(from, host);
    const auto record = encoder.encode(sample);
    const LogReading given = read(bytes_of(encoder.file_header()) + bytes_of(record));
    EXPECT_TRUE(given.damage.empty());

    auto reader =
        Reader::open(input_of(bytes_of(encoder.file_header()) + bytes_of(record)), no_damage());
    Conversion conversion(*reader, to);
    EXPECT_TRUE(*reader->next());
    Host other = reader->host();
    other.cgroup_v2 = other.cgroup_v2 || to >= v2_11;
    const LogReading reading = read(bytes_of(converted_file_header(reader->header(), other, to)) +
                                    bytes_of(conversion.convert(*reader)));
    for (const Damage& damage : reading.damage) ADD_FAILURE() << to_string(damage);
    EXPECT_EQ(reading.samples.size(), 1U);
    if (!reading.samples.empty()) sample_ = reading.samples[0];
    left_out_ = conversion.left_out();
  }

  const Sample& sample() const { return sample_; }
  const std::vector<std::string>& left_out() const { return left_out_; }
  bool lost(std::string_view name) const {
    return std::ranges::find(left_out_, name) != left_out_.end();
  }

 private:
  static std::string bytes_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  static LogReading read(const std::string& log) { return read_all(input_of(log)); }

  Sample sample_;
  std::vector<std::string> left_out_;
};

Sample with_cpus(const std::vector<Count>& numbers) {
  Sample sample = plausible_sample(Seconds{1'795'235'953});
  sample.system.cpus.each.clear();
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
  const auto converted = [](const std::vector<Count>& numbers, Version to) {
    return cpus(Converted(with_cpus(numbers), v2_12, to).sample());
  };
  EXPECT_EQ(converted({1, 3}, v2_13), (List{{0, false}, {1, true}, {2, false}, {3, true}}));
  // As atop leaves them.
  EXPECT_EQ(converted({0, 0, 2}, v2_13), (List{{0, true}, {0, true}, {2, true}}));
  EXPECT_EQ(converted({0, 1'000'000'000}, v2_13).size(), 2U);
  EXPECT_EQ(converted({1, 3}, v2_11), (List{{1, true}, {3, true}}));
}

TEST(ConversionTest, ToItselfChangesAndLosesNothing) {
  for (const Version version : {v2_3, v2_10, v2_13}) {
    Sample sample = plausible_sample(Seconds{1'795'235'953});
    if (version >= v2_11) {
      sample.cgroup_v2 = true;
      sample.cgroups.resize(1);
    }
    const Converted same(sample, version, version);
    EXPECT_EQ(same.left_out(), std::vector<std::string>());
    EXPECT_EQ(same.sample().tasks.size(), sample.tasks.size());
    EXPECT_EQ(same.sample().cgroups.size(), sample.cgroups.size());
  }
}

TEST(ConversionTest, KeepsContainersWhicheverPlaceTheyHave) {
  Sample sample = plausible_sample(Seconds{1'795'235'953});
  sample.containers = true;
  sample.tasks[1].identity.container = "4f5b5a7c9d0e";
  for (const Version to : {v2_10, v2_12, v2_13}) {
    const Converted names(sample, v2_8, to);
    EXPECT_TRUE(names.sample().containers);
    EXPECT_EQ(names.sample().tasks[1].identity.host_name.view(), "4f5b5a7c9d0e");
    EXPECT_EQ(names.sample().tasks[0].identity.host_name.view(), "");
    EXPECT_FALSE(names.lost("tstat.gen.container"));
  }
  sample.tasks[1].identity.container = "";
  sample.tasks[1].identity.host_name = "prometheus-7d9f8b6c5-x2v4q";
  const Converted ids(sample, v2_13, v2_9);
  EXPECT_TRUE(ids.sample().containers);
  EXPECT_EQ(ids.sample().tasks[1].identity.container.view(), "7d9f8b6c5-x2v4q")
      << "where pods differ";
  EXPECT_TRUE(ids.lost("tstat.gen.utsname")) << "its beginning";
  sample.tasks[1].identity.host_name = "web";
  EXPECT_FALSE(Converted(sample, v2_13, v2_9).lost("tstat.gen.utsname"));
  EXPECT_EQ(Converted(sample, v2_13, v2_3).sample().tasks[1].identity.container.view(), "web");
}

Cgroup group(std::string name, Count parent, Count processes, CgroupLimits limits) {
  Cgroup cgroup{.limits = limits, .name = std::move(name)};
  cgroup.identity.parent = parent;
  cgroup.identity.processes = processes;
  return cgroup;
}

TEST(ConversionTest, TasksGetThePathAndTheLimitsOfTheirCgroup) {
  Sample sample = plausible_sample(Seconds{1'795'235'953});
  sample.cgroup_v2 = true;
  sample.cgroups = {group("", -1, 1, {}),
                    group("system.slice", 0, 0,
                          {.cpu_weight = 100, .cpu_max = 150, .memory_max = Bytes{1 << 22}}),
                    group("nginx.service", 1, 1,
                          {.cpu_weight = 200, .cpu_max = -1, .memory_max = Bytes{1 << 24}})};
  sample.cgroups[2].cpu.user = Microseconds{12345};
  sample.cgroup_pids = {1, 300};
  for (const Version to : {v2_8, v2_9, v2_10}) {
    const Converted converted(sample, v2_13, to);
    EXPECT_TRUE(converted.sample().cgroup_v2);
    const Task& nginx = converted.sample().tasks.at(1);
    EXPECT_EQ(nginx.identity.cgroup_path, "/system.slice/nginx.service");
    EXPECT_EQ(nginx.cpu.cgroup_weight, 200);
    EXPECT_EQ(nginx.cpu.cgroup_max, -1);
    EXPECT_EQ(nginx.cpu.cgroup_max_effective, 150);
    EXPECT_EQ(nginx.memory.cgroup_max, Bytes{1 << 24});
    EXPECT_EQ(nginx.memory.cgroup_max_effective, Bytes{1 << 22});
    EXPECT_EQ(converted.sample().tasks.at(0).identity.cgroup_path, "/");
    EXPECT_TRUE(converted.lost("cgroups.cpu.utime"));
    EXPECT_TRUE(converted.lost("cgroups.cgname (of those without processes)"));
    EXPECT_FALSE(converted.lost("cgroups.mem.anon")) << "it is unknown";
  }
  const Converted older(sample, v2_13, v2_7);
  EXPECT_FALSE(older.sample().cgroup_v2);
  EXPECT_TRUE(older.lost("cgroups.cgname"));
  EXPECT_TRUE(older.lost("cgroups.conf.cpuweight"));
}

// Tasks of 2.8 to 2.10 have room for 63 letters of it.
TEST(ConversionTest, APathThatIsCutIsNamed) {
  Sample sample = plausible_sample(Seconds{1'795'235'953});
  sample.cgroup_v2 = true;
  sample.cgroups = {group("", -1, 1, {}), group("kubepods.slice", 0, 0, {}),
                    group("cri-containerd-" + std::string(64, 'a') + ".scope", 1, 1, {})};
  sample.cgroup_pids = {1, 300};
  const Converted converted(sample, v2_13, v2_10);
  EXPECT_EQ(converted.sample().tasks.at(1).identity.cgroup_path.size(), 63U);
  EXPECT_TRUE(converted.lost("cgroups.cgname (the ends of long paths)"));
  sample.cgroups.back().name.resize(40);
  EXPECT_FALSE(Converted(sample, v2_13, v2_10).lost("cgroups.cgname (the ends of long paths)"));
}

TEST(ConversionTest, PathsOfTasksBecomeAChainOfCgroups) {
  Sample sample = plausible_sample(Seconds{1'795'235'953});
  sample.cgroup_v2 = true;
  sample.tasks.push_back(plausible_process(301, "nginx"));
  sample.tasks.push_back(plausible_process(302, "gone"));
  sample.tasks[0].identity.cgroup_path = "/init.scope";
  for (const std::size_t i : {1U, 2U, 3U}) {
    sample.tasks[i].identity.cgroup_path = "/system.slice/nginx.service";
    sample.tasks[i].cpu.cgroup_weight = 200;
    sample.tasks[i].memory.cgroup_max = Bytes{1 << 24};
  }
  sample.tasks[3].identity.state = TaskIdentity::kExited;
  for (const Version from : {v2_8, v2_10}) {
    for (const Version to : {v2_11, v2_12, v2_13}) {
      const Converted converted(sample, from, to);
      const Sample& made = converted.sample();
      ASSERT_EQ(made.cgroups.size(), 4U);
      EXPECT_EQ(cgroup_path(made.cgroups, 0), "/");
      EXPECT_EQ(cgroup_path(made.cgroups, 1), "/init.scope");
      EXPECT_EQ(cgroup_path(made.cgroups, 3), "/system.slice/nginx.service");
      EXPECT_EQ(made.cgroups[3].limits.cpu_weight, 200);
      EXPECT_EQ(made.cgroups[3].limits.memory_max, Bytes{1 << 24});
      EXPECT_EQ(made.cgroups[2].limits, CgroupLimits{}) << "in no task";
      EXPECT_EQ(made.cgroups[3].cpu, CgroupCpu{});
      EXPECT_EQ(made.cgroups[0].identity.processes_below, 3);
      EXPECT_EQ(made.cgroups[3].identity.name_hash - made.cgroups[2].identity.name_hash > 0, true);
      EXPECT_EQ(made.cgroup_pids, (std::vector<std::int32_t>{1, 300, 301}));
      EXPECT_EQ(made.tasks[1].identity.cgroup_index, 3);
      EXPECT_EQ(made.tasks[3].identity.cgroup_index, -1) << "it has ended";
      EXPECT_FALSE(converted.lost("tstat.gen.cgpath"));
      // And back again.
      const Converted back(made, to, from);
      EXPECT_EQ(back.sample().tasks[1].identity.cgroup_path, "/system.slice/nginx.service");
      EXPECT_EQ(back.sample().tasks[1].cpu.cgroup_weight, 200);
    }
  }
}

TEST(ConversionTest, WithoutCgroupsTheRootHasAllProcesses) {
  const Sample sample = plausible_sample(Seconds{1'795'235'953});
  for (const Version from : {v2_3, v2_7, v2_8, v2_12}) {
    const Converted converted(sample, from, v2_13);
    ASSERT_EQ(converted.sample().cgroups.size(), 1U) << to_string(from);
    EXPECT_EQ(converted.sample().cgroups[0].identity.processes, 2);
    EXPECT_EQ(converted.sample().cgroup_pids, (std::vector<std::int32_t>{1, 300}));
  }
}

TEST(ConversionTest, NamesWhatHasNoPlaceAndSaysSomething) {
  Sample sample = plausible_sample(Seconds{1'795'235'953});
  sample.tasks[0].cpu.run_delay = Nanoseconds{5};
  sample.system.pressure.present = true;
  sample.system.memory.huge_total = 17;  // under another name since 2.10
  const Converted old(sample, v2_12, v2_3);
  EXPECT_TRUE(old.lost("tstat.cpu.rundelay"));
  EXPECT_FALSE(old.lost("tstat.cpu.nvcsw")) << "it is 0";
  EXPECT_TRUE(old.lost("sstat.psi.present"));
  EXPECT_FALSE(old.lost("sstat.mem.stothugepage"));
  EXPECT_EQ(old.sample().system.memory.huge_total, 17);
  EXPECT_FALSE(Converted(sample, v2_12, v2_6).lost("tstat.cpu.rundelay"));
}

}  // namespace
}  // namespace proctape
