// SPDX-License-Identifier: Apache-2.0
//
// Whatever the recorder writes its reader accepts: samples of hosts as nobody has seen them, made
// at random for each version, are written, found whole, and read again as they were, and the real
// atop reads those of its version.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "rawlog/file/encoder.h"
#include "rawlog/file/record_check.h"
#include "rawlog/layout/cgroup_record.h"
#include "rawlog/layout/field_values.h"
#include "rawlog/layout/system_record.h"
#include "rawlog/layout/task_record.h"
#include "tests/support/logs.h"
#include "tests/support/plausible_sample.h"
#include "tests/support/random_values.h"
#include "tests/support/real_atop.h"
#include "tests/support/run.h"

namespace proctape {
namespace {

constexpr Count kTime = 1'795'235'953;

// Blocks of any version with something in each member.
class RandomBlocks {
 public:
  // `possible`: only numbers that a kernel can count in a year.
  RandomBlocks(RandomValues& values, Version version, bool possible)
      : values_(values), version_(version), possible_(possible) {}

  template <const auto& Table>
  std::vector<std::byte> block() {
    const Layout& layout = layout_of<Table>(version_);
    std::vector<std::byte> bytes(layout.size);
    fill(layout, bytes);
    return bytes;
  }

 private:
  // Few of most, all that there is room for now and then.
  std::size_t count(std::size_t most) {
    return values_.once_in(16) ? most : values_.up_to(std::min<std::size_t>(most, 3));
  }

  void fill(const Layout& layout, std::span<std::byte> bytes) {
    for (const Layout::Member& member : layout.members) {
      if (member.spare) continue;
      const auto place = bytes.subspan(member.offset, member.element_size * member.count);
      if (member.kind == Kind::kChar && member.is_array) {
        const std::string text = values_.text(member.count - 1);
        std::ranges::copy(std::as_bytes(std::span(text)), place.begin());
      } else if (member.nested && member.is_array) {
        fill_array(layout, member, bytes);
      } else if (member.nested) {
        fill(*member.nested, place);
      } else {
        put(member, place);
      }
    }
  }

  void fill_array(const Layout& layout, const Layout::Member& array, std::span<std::byte> bytes) {
    const Layout::Member* counter = count_member(layout, array);
    if (!counter) return;
    // NFS keeps one for a terminator, and a byte counted the caches until 2.9. A host has a CPU.
    std::size_t most = array.count - (array.name == "nfsmnt" ? 1 : 0);
    if (counter->element_size == 1) most = std::min<std::size_t>(most, 255);
    const std::size_t used = std::max<std::size_t>(count(most), array.name == "cpu" ? 1 : 0);
    std::memcpy(&bytes[counter->offset], &used, counter->element_size);
    for (std::size_t i = 0; i < used; ++i) {
      fill(*array.nested, bytes.subspan(array.offset + i * array.element_size, array.element_size));
    }
  }

  void put(const Layout::Member& member, std::span<std::byte> place) {
    if (member.kind == Kind::kF32) {
      constexpr std::array<float, 5> kReals = {0, 0.5F, -1, 3.4e38F, 12345.678F};
      std::memcpy(place.data(), &kReals[values_.up_to(4)], sizeof(float));
    } else if (member.kind == Kind::kChar) {
      // Yes or no; a state.
      const bool state = member.name == "state" || member.name == "type";
      place[0] = static_cast<std::byte>(state ? 'A' + values_.up_to(25) : values_.up_to(1));
    } else {
      const std::int64_t value = number(member);
      std::memcpy(place.data(), &value, place.size());
    }
  }

  // What has a meaning in the member's unit: a sample is in bytes.
  std::int64_t number(const Layout::Member& member) {
    if (possible_)
      return static_cast<std::int64_t>(values_.up_to(values_.once_in(2) ? 100 : 3'000'000'000));
    constexpr std::int64_t kMostPages = std::int64_t{1} << 50U;
    std::int64_t value = values_.number();
    const bool scaled = member.unit == Unit::kPages || member.unit == Unit::kKibibytes;
    if (scaled) value %= kMostPages;
    // Where older versions have no sign for "not known".
    constexpr std::array<std::string_view, 7> kCounted = {
        "vmwballoon", "zfsarcsize", "zswstored", "zswtotpool", "zswapped", "zswap", "curcpu"};
    if (std::ranges::find(kCounted, member.name) == kCounted.end()) return value;
    return value & 0x7FFFFFFF;
  }

  RandomValues& values_;
  Version version_;
  bool possible_;
};

class HostileSamples : public testing::TestWithParam<Version> {
 protected:
  template <const auto& Table, typename Source>
  void fill(Source& into) {
    RandomBlocks blocks(values_, version_, possible_);
    const auto block = blocks.block<Table>();
    record_of<Table>(version_).decode(block.data(), host_.page_size, into);
  }

  Task task() {
    Task task;
    fill<kTstat>(task);
    if (task.gpu->state == 0 || values_.once_in(2)) task.gpu = {};
    task.identity.pid = static_cast<Count>(1 + values_.up_to(4'000'000));
    return task;
  }

  // A chain with parents before their children.
  void add_cgroups(Sample& sample) {
    constexpr std::array<std::size_t, 9> kLengths = {1, 1, 15, 63, 254, 255, 256, 1000, 4095};
    const std::size_t count = values_.once_in(8) ? 2000 : 1 + values_.up_to(20);
    for (std::size_t i = 0; i < count; ++i) {
      Cgroup& cgroup = sample.cgroups.emplace_back();
      fill<kCstat>(cgroup);
      const Count parent = i == 0 ? -1 : static_cast<Count>(values_.up_to(i - 1));
      // No two alike, but mostly in the end only.
      if (i > 0) {
        const std::string end = values_.text(1, "/") + std::to_string(i);
        const std::size_t length = kLengths[values_.up_to(8)];
        cgroup.name = std::string(length > end.size() ? length - end.size() : 0, 'n') + end;
      }
      cgroup.identity.sequence = static_cast<Count>(i);
      cgroup.identity.parent = parent;
      cgroup.identity.depth =
          parent < 0 ? 0 : sample.cgroups[static_cast<std::size_t>(parent)].identity.depth + 1;
      cgroup.identity.processes = static_cast<Count>(values_.up_to(3));
      for (Count p = 0; p < cgroup.identity.processes; ++p) {
        const std::size_t of = values_.up_to(sample.tasks.size() - 1);
        sample.cgroup_pids.push_back(static_cast<std::int32_t>(sample.tasks[of].identity.pid));
      }
    }
    complete_cgroup_identity(sample.cgroups);
  }

  Sample sample(Count time, bool possible_system = false) {
    Sample sample;
    sample.time = Seconds{time};
    sample.interval =
        Seconds{values_.once_in(2) ? 1 : 1 + static_cast<Count>(values_.up_to(0x7FFFFFFE))};
    sample.since_boot = values_.once_in(3);
    sample.task_io = values_.once_in(2);
    sample.accounting = values_.once_in(2);
    sample.netatop = values_.once_in(2);
    sample.netatopd = values_.once_in(2);
    sample.gpu = version_ >= v2_4 && values_.once_in(2);
    sample.exits_lost = static_cast<Count>(values_.up_to(0xFFFFFFFF));
    possible_ = possible_system;
    fill<kSstat>(sample.system);
    possible_ = false;
    if (version_ < v2_8) {  // a node's number is its position
      for (std::size_t i = 0; i < sample.system.numa.memory.size(); ++i) {
        sample.system.numa.memory[i].node = static_cast<Count>(i);
      }
      for (std::size_t i = 0; i < sample.system.numa.cpu.size(); ++i) {
        sample.system.numa.cpu[i].node = static_cast<Count>(i);
      }
    }
    const std::size_t tasks = 1 + values_.up_to(values_.once_in(5) ? 3000 : 30);
    for (std::size_t i = 0; i < tasks; ++i) sample.tasks.push_back(task());
    sample.containers = std::ranges::any_of(sample.tasks, [&](const Task& task) {
      return !(version_ <= v2_9 ? task.identity.container.empty()
                                : task.identity.host_name.empty());
    });
    if (version_ >= v2_11) add_cgroups(sample);
    sample.cgroup_v2 = version_ >= v2_11 || (version_ >= v2_8 && values_.once_in(2));
    CgroupFinder finder;
    finder.begin(sample.cgroups, sample.cgroup_pids);
    for (Task& task : sample.tasks) task.identity.cgroup_index = finder.find(task.identity);
    return sample;
  }

  std::string log(const std::vector<Sample>& samples) {
    host_.cgroup_v2 = version_ >= v2_8;
    Encoder encoder(version_, host_);
    std::string records;
    const auto append = [](std::string& to, std::span<const std::byte> bytes) {
      to.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    };
    for (const Sample& sample : samples) {
      append(records, encoder.encode(sample));
      EXPECT_TRUE(encoder.left_out().empty());
    }
    std::string log;
    append(log, encoder.file_header());
    return log + records;
  }

  static void expect_equal(const Sample& read, const Sample& given) {
    EXPECT_TRUE(read.system == given.system);
    ASSERT_EQ(read.tasks.size(), given.tasks.size());
    for (std::size_t i = 0; i < read.tasks.size(); ++i) {
      ASSERT_TRUE(read.tasks[i].identity == given.tasks[i].identity) << i;
      ASSERT_TRUE(read.tasks[i].cpu == given.tasks[i].cpu) << i;
      ASSERT_TRUE(read.tasks[i].memory == given.tasks[i].memory) << i;
      ASSERT_TRUE(read.tasks[i] == given.tasks[i]) << i;
    }
    ASSERT_EQ(read.cgroups.size(), given.cgroups.size());
    for (std::size_t i = 0; i < read.cgroups.size(); ++i) {
      ASSERT_TRUE(read.cgroups[i] == given.cgroups[i]) << i;
    }
    EXPECT_TRUE(read == given);
  }

  // Names that are too long are others in the log, but no two of one parent are alike.
  void expect_and_take_short_names(const Sample& read, Sample& given) {
    std::set<std::pair<Count, std::string>> names;
    for (std::size_t i = 0; i < read.cgroups.size(); ++i) {
      const std::string& name = read.cgroups.at(i).name;
      EXPECT_TRUE(names.emplace(read.cgroups[i].identity.parent, name).second) << name;
      EXPECT_LE(name.size(), 255U);
      std::string& original = given.cgroups.at(i).name;
      if (original.size() <= 255) continue;
      EXPECT_EQ(name.substr(0, 200), original.substr(0, 200));
      original = name;
    }
    complete_cgroup_identity(given.cgroups);
  }

  const Version version_ = GetParam();
  RandomValues values_{RandomValues::seed() + index_of(GetParam())};
  Host host_ = plausible_host();
  bool possible_ = false;
};

INSTANTIATE_TEST_SUITE_P(, HostileSamples, testing::ValuesIn(kVersions), [](const auto& version) {
  std::string name = "Version" + to_string(version.param);
  std::ranges::replace(name, '.', '_');
  return name;
});

TEST_P(HostileSamples, AreReadAsTheyWereWritten) {
  std::vector<Sample> given;
  for (Count i = 0; i < 12; ++i) given.push_back(sample(kTime + i));
  const LogReading reading = read_all(input_of(log(given)));
  EXPECT_EQ(reading.error, "");
  for (const Damage& damage : reading.damage) ADD_FAILURE() << to_string(damage);
  ASSERT_EQ(reading.samples.size(), given.size());
  for (std::size_t i = 0; i < given.size(); ++i) {
    expect_and_take_short_names(reading.samples[i], given[i]);
    expect_equal(reading.samples[i], given[i]);
  }
}

// More than a member takes stays the most that it takes, and does not come back as little.
TEST_P(HostileSamples, NumbersThatAreTooLargeStayLarge) {
  Sample given = plausible_sample(Seconds{kTime});
  constexpr Count kHuge = Count{1} << 40U;
  TaskIdentity& who = given.tasks[0].identity;
  who.threads = who.ppid = who.threads_running = kHuge;
  who.threads_sleeping = -kHuge;
  who.ruid = who.fsgid = 4'294'967'294;
  who.exit_code = TaskIdentity::kNewBit | 0x100;
  given.tasks[0].cpu.nice = -kHuge;
  given.interval = Seconds{kHuge};
  given.exits_lost = kHuge;
  const LogReading reading = read_all(input_of(log({given})));
  for (const Damage& damage : reading.damage) ADD_FAILURE() << to_string(damage);
  ASSERT_EQ(reading.samples.size(), 1U);
  const Sample& read = reading.samples[0];
  const TaskIdentity& read_who = read.tasks.at(0).identity;
  EXPECT_EQ(read_who.threads, 0x7FFFFFFF);
  EXPECT_EQ(read_who.ppid, 0x7FFFFFFF);
  EXPECT_EQ(read_who.threads_running, 0x7FFFFFFF);
  EXPECT_EQ(read_who.threads_sleeping, -0x7FFFFFFF - 1);
  EXPECT_EQ(read_who.ruid, 4'294'967'294);
  EXPECT_EQ(read_who.fsgid, 4'294'967'294);
  EXPECT_EQ(read_who.exit_code, 0x80000100);
  EXPECT_EQ(read.tasks[0].cpu.nice, -0x7FFFFFFF - 1);
  EXPECT_EQ(read.interval, Seconds{0x7FFFFFFF});
  EXPECT_EQ(read.exits_lost, 0xFFFFFFFF);
}

TEST_P(HostileSamples, AreReadByTheRealAtop) {
  if (version_ != real_atop()) {
    GTEST_SKIP() << "the atop installed here reads no other version than its own";
  }
  // It divides by sums of CPU times, which nobody but the kernel can make 0. Tasks, and all names,
  // are what users make of them.
  const TestDirectory directory;
  const std::string path = (directory.path() / "log").string();
  for (int round = 0; round < 5; ++round) {
    std::vector<Sample> given;
    for (Count i = 0; i < 4; ++i) given.push_back(sample(kTime + i, true));
    std::ofstream(path, std::ios::binary) << log(given);
    const auto atop = run({"atop", "-r", path, "-P", "ALL"});
    EXPECT_EQ(atop.exit_code, 0) << atop.err;
    EXPECT_EQ(atop.err, "");
    std::size_t samples = 0;
    for (std::size_t at = 0; (at = atop.out.find("\nSEP\n", at)) != atop.out.npos; ++at) ++samples;
    EXPECT_EQ(samples, given.size());
  }
}

// A record has bounds, which readers check before they believe it.
TEST(HostileCounts, WhatARecordHasNoRoomForIsLeftOutAndTold) {
  Sample given = plausible_sample(Seconds{kTime});
  Encoder encoder(v2_13, plausible_host());
  const auto record = encoder.encode(given, [&](TaskVisitor visit) {
    Task task = plausible_process(1, "worker");
    for (std::size_t i = 0; i < kMostTasks + 3; ++i) {
      task.identity.pid = static_cast<Count>(i);
      visit(task);
    }
  });
  ASSERT_EQ(encoder.left_out().size(), 1U);
  EXPECT_EQ(encoder.left_out()[0].what, "tasks");
  EXPECT_EQ(encoder.left_out()[0].left_out, 3U);
  std::string log(reinterpret_cast<const char*>(encoder.file_header().data()), kFileHeaderSize);
  log.append(reinterpret_cast<const char*>(record.data()), record.size());
  auto reader = Reader::open(input_of(log), no_damage());
  ASSERT_TRUE(reader);
  const auto more = reader->next();
  ASSERT_TRUE(more && *more);
  std::size_t tasks = 0;
  reader->visit_tasks([&](const Task& task) {
    if (task.identity.pid == static_cast<Count>(tasks)) ++tasks;
  });
  EXPECT_EQ(tasks, kMostTasks);
}

TEST(HostileCommandLines, ThatCannotBePackedAreLeftOutBeforeTheRecordIsTooLong) {
  RandomValues values(RandomValues::seed());
  std::vector<Task> tasks;
  for (int i = 0; i < 1000; ++i) {
    tasks.push_back(plausible_process(i, "worker"));
    std::string noise(255, ' ');
    for (char& c : noise) c = static_cast<char>(1 + values.up_to(254));
    tasks.back().identity.command_line = noise;
  }
  Encoder encoder(v2_13, plausible_host());
  Sample given = plausible_sample(Seconds{kTime});
  std::size_t shown = 0;
  const auto record = encoder.encode(given, [&](TaskVisitor visit) {
    // The same one comes again too late to be remembered by the compressor.
    for (; shown < 150'000; ++shown) visit(tasks[shown % tasks.size()]);
  });
  EXPECT_EQ(encoder.left_out().size(), 1U);
  EXPECT_LE(record.size(), kMostPackedBytes);
  std::string log(reinterpret_cast<const char*>(encoder.file_header().data()), kFileHeaderSize);
  log.append(reinterpret_cast<const char*>(record.data()), record.size());
  auto reader = Reader::open(input_of(log), no_damage());
  ASSERT_TRUE(reader);
  EXPECT_TRUE(*reader->next());
}

}  // namespace
}  // namespace proctape
