// SPDX-License-Identifier: Apache-2.0
//
// Offsets are written out here as the format has them: the tables that the encoder
// uses are not asked.
#include "rawlog/file/encoder.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "rawlog/layout/task_record.h"
#include "tests/support/plausible_sample.h"

namespace proctape {
namespace {

using Bytevector = std::vector<std::byte>;

template <typename T>
T at(std::span<const std::byte> bytes, std::size_t offset) {
  T value{};
  EXPECT_LE(offset + sizeof value, bytes.size());
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}
std::uint16_t u16(std::span<const std::byte> b, std::size_t o) { return at<std::uint16_t>(b, o); }
std::uint32_t u32(std::span<const std::byte> b, std::size_t o) { return at<std::uint32_t>(b, o); }
std::int32_t i32(std::span<const std::byte> b, std::size_t o) { return at<std::int32_t>(b, o); }
std::int64_t i64(std::span<const std::byte> b, std::size_t o) { return at<std::int64_t>(b, o); }

std::string_view text_at(std::span<const std::byte> bytes, std::size_t offset) {
  return reinterpret_cast<const char*>(bytes.data() + offset);
}

bool zero(std::span<const std::byte> bytes, std::size_t begin, std::size_t end) {
  for (; begin < end; ++begin) {
    if (bytes[begin] != std::byte{0}) return false;
  }
  return true;
}

struct Lengths {
  std::uint32_t sstat;
  std::uint32_t tstat;
  std::int32_t cstat;
};
const std::map<Version, Lengths> kLengths = {
    {v2_3, {711904, 784, 0}},     {v2_4, {716656, 840, 0}},     {v2_5, {716656, 840, 0}},
    {v2_6, {716656, 840, 0}},     {v2_7, {954360, 840, 0}},     {v2_8, {1021960, 968, 0}},
    {v2_9, {1021960, 968, 0}},    {v2_10, {1030216, 992, 0}},   {v2_11, {1064016, 968, 432}},
    {v2_12, {1064016, 968, 432}}, {v2_13, {1408336, 992, 432}},
};

// A record taken apart by what its header says.
struct Parts {
  Bytevector header;
  Bytevector system, tasks, cgroups, pids;  // unpacked
};

Bytevector unpacked(std::span<const std::byte> stream, std::size_t size) {
  Bytevector plain(size + 1);
  uLongf length = plain.size();
  EXPECT_EQ(uncompress(reinterpret_cast<Bytef*>(plain.data()), &length,
                       reinterpret_cast<const Bytef*>(stream.data()), stream.size()),
            Z_OK);
  EXPECT_EQ(length, size);
  plain.resize(size);
  return plain;
}

Parts take_apart(std::span<const std::byte> record, Version version) {
  Parts parts;
  parts.header = {record.begin(), record.begin() + 96};
  const auto& header = parts.header;
  const Lengths& lengths = kLengths.at(version);
  auto rest = record.subspan(96);
  const auto block = [&](std::size_t length, std::size_t plain) {
    EXPECT_LE(length, rest.size());
    const auto stream = rest.first(length);
    rest = rest.subspan(length);
    return length > 0 ? unpacked(stream, plain) : Bytevector{};
  };
  parts.system = block(u32(header, 16), lengths.sstat);
  parts.tasks = block(u32(header, 20), std::size_t{u32(header, 28)} * lengths.tstat);
  if (version >= v2_11) {
    parts.cgroups = block(u32(header, 72), u32(header, 76));
    parts.pids = block(u32(header, 84), std::size_t{u32(header, 80)} * 4);
  }
  EXPECT_TRUE(rest.empty()) << "bytes behind the blocks";
  return parts;
}

Parts encoded(const Sample& sample, Version version) {
  Encoder encoder(version, plausible_host());
  return take_apart(encoder.encode(sample), version);
}

Cgroup cgroup(std::string name, Count parent, Count processes) {
  Cgroup group;
  group.name = std::move(name);
  group.identity.parent = parent;
  group.identity.processes = processes;
  group.identity.name_length = static_cast<Count>(group.name.size());
  return group;
}

Sample sample_with_cgroups() {
  Sample sample = plausible_sample(Seconds{1'800'000'000});
  sample.cgroup_v2 = true;
  sample.cgroups = {cgroup("", -1, 1), cgroup("system.slice", 0, 0), cgroup("ssh.service", 1, 2)};
  sample.cgroup_pids = {1, 300, 301};
  return sample;
}

class EncoderOf : public testing::TestWithParam<Version> {};

INSTANTIATE_TEST_SUITE_P(Versions, EncoderOf, testing::ValuesIn(kVersions),
                         [](const auto& version) {
                           std::string name = "v" + to_string(version.param);
                           name[name.find('.')] = '_';
                           return name;
                         });

TEST_P(EncoderOf, FileHeaderSaysWhatTheVersionNeeds) {
  const Version version = GetParam();
  const Encoder encoder(version, plausible_host());
  const auto header = encoder.file_header();
  ASSERT_EQ(header.size(), 480U);
  EXPECT_EQ(u32(header, 0), 0xfeedbeefU);
  EXPECT_EQ(u16(header, 4), 0x8200 + index_of(version) + 3);
  EXPECT_EQ(u16(header, 10), 480);
  EXPECT_EQ(u16(header, 12), 96);
  EXPECT_EQ(u16(header, 14), 100);
  EXPECT_EQ(u16(header, 16), version >= v2_8 ? 7 : 0);
  EXPECT_EQ(u32(header, 28), kLengths.at(version).sstat);
  EXPECT_EQ(u32(header, 32), kLengths.at(version).tstat);
  EXPECT_EQ(text_at(header, 36), "Linux");
  EXPECT_EQ(text_at(header, 101), "web-17");
  EXPECT_TRUE(zero(header, 101 + 6, 166)) << "the domain behind the node name";
  EXPECT_EQ(text_at(header, 166), "6.18.44-1-amd64");
  EXPECT_EQ(text_at(header, 231), "#1 SMP PREEMPT_DYNAMIC");
  EXPECT_EQ(text_at(header, 296), "x86_64");
  EXPECT_EQ(text_at(header, 361), "(none)");
  EXPECT_EQ(u32(header, 436), 4096U);
  EXPECT_EQ(i32(header, 440), 0x35);
  EXPECT_EQ(i32(header, 444), 6);
  EXPECT_EQ(i32(header, 448), 18);
  EXPECT_EQ(i32(header, 452), 44);
  EXPECT_EQ(i32(header, 456), kLengths.at(version).cstat);
  EXPECT_TRUE(zero(header, 6, 10) && zero(header, 18, 28) && zero(header, 426, 434) &&
              zero(header, 460, 480))
      << "the spare members";
}

TEST_P(EncoderOf, SupportFlagsAreThoseTheVersionHas) {
  const Version version = GetParam();
  Host host = plausible_host();
  host.numa = host.zswap_enabled = host.cgroup_v2 = true;
  std::int32_t expected = 0x35;
  if (version >= v2_8) expected |= 0x100;
  if (version >= v2_12) expected |= 0x6000;
  EXPECT_EQ(i32(Encoder(version, host).file_header(), 440), expected);
}

TEST_P(EncoderOf, ContainersAreToldWhereTheVersionHasThem) {
  const Version version = GetParam();
  const Count wanted = version <= v2_9 ? 1 : 0;  // ids, then names
  for (const Count kind : {0, 1}) {
    Sample sample = plausible_sample(Seconds{1'800'000'000});
    sample.containers = true;
    TaskIdentity& who = sample.tasks[1].identity;
    if (kind == 1) {
      who.container = "4f5b5a7c9d0e";
    } else {
      who.host_name = "web";
    }
    Encoder encoder(version, plausible_host());
    const auto header = encoder.file_header();
    EXPECT_EQ(i32(header, 440) & 0x40, 0);
    const Parts parts = take_apart(encoder.encode(sample), version);
    EXPECT_EQ((u16(parts.header, 8) & 0x40) != 0, kind == wanted);
    EXPECT_EQ((i32(header, 440) & 0x40) != 0, kind == wanted) << "the file's header";
  }
}

TEST_P(EncoderOf, LongHostNamesKeepTheEndUntil2_12AndThenTheBegin) {
  const Version version = GetParam();
  if (version < v2_10) return;
  const auto stored = [&](std::string_view name) {
    Sample sample = plausible_sample(Seconds{1'800'000'000});
    sample.tasks[0].identity.host_name = name;
    const auto& layout = layout_of<kTaskGen>(version);
    const auto at = std::ranges::find(layout.members, "utsname", &Layout::Member::name)->offset;
    return std::string(text_at(encoded(sample, version).tasks, at));
  };
  const bool all = version >= v2_13;
  EXPECT_EQ(stored("web"), "web");
  EXPECT_EQ(stored("exactly-15-char"), "exactly-15-char");
  EXPECT_EQ(stored("frontend-7d4b9c6f8-abcde"),
            all ? "frontend-7d4b9c6f8-abcde" : "7d4b9c6f8-abcde");
  EXPECT_EQ(stored("aaaaaaaa\u00fc12345678901234"),
            all ? "aaaaaaaa\u00fc12345678901234" : "12345678901234");
  EXPECT_EQ(stored("a-pod-name-of-forty-characters-0123456789"),
            all ? "a-pod-name-of-forty-characters-01234567" : "ters-0123456789");
}

TEST_P(EncoderOf, BlocksUnpackToTheLengthsOfTheVersion) {
  const Version version = GetParam();
  const Parts parts = encoded(sample_with_cgroups(), version);
  EXPECT_EQ(parts.system.size(), kLengths.at(version).sstat);
  EXPECT_EQ(parts.tasks.size(), 2 * kLengths.at(version).tstat);
  EXPECT_EQ(i32(parts.tasks, 4), 1);
  EXPECT_EQ(text_at(parts.tasks, 48), "init");
  const std::size_t second = kLengths.at(version).tstat;
  EXPECT_EQ(i32(parts.tasks, second + 4), 300);
  EXPECT_EQ(text_at(parts.tasks, second + 48), "nginx");
  EXPECT_EQ(text_at(parts.tasks, second + 88), "/usr/bin/nginx --quiet");
}

TEST_P(EncoderOf, FlagsAreThoseTheVersionHas) {
  const Version version = GetParam();
  Sample sample = sample_with_cgroups();
  sample.since_boot = sample.netatop = sample.netatopd = sample.accounting = sample.task_io =
      sample.containers = sample.gpu = true;
  sample.tasks[1].identity.container = "4f5b5a7c9d0e";
  sample.tasks[1].identity.host_name = "web";
  unsigned expected = 0x7d;
  if (version >= v2_4) expected |= 0x80;
  if (version >= v2_8) expected |= 0x100;
  EXPECT_EQ(u16(encoded(sample, version).header, 8), expected);

  Sample quiet = plausible_sample(Seconds{1});
  quiet.accounting = quiet.task_io = false;
  EXPECT_EQ(u16(encoded(quiet, version).header, 8), 0);
}

TEST_P(EncoderOf, CountsAreWorkedOutFromTheTasks) {
  const Version version = GetParam();
  Sample sample = plausible_sample(Seconds{1'800'000'123});
  sample.exits_lost = 4;
  sample.tasks.clear();
  const auto add = [&](char state, bool is_process, bool inactive) -> TaskIdentity& {
    Task task = plausible_process(100 + static_cast<Count>(sample.tasks.size()), "task");
    task.identity.state = state;
    task.identity.is_process = is_process;
    task.identity.inactive = inactive;
    task.identity.threads_sleeping = 0;
    sample.tasks.push_back(task);
    return sample.tasks.back().identity;
  };
  auto& busy = add('S', true, false);
  busy.threads_running = 1;
  busy.threads_sleeping = 20;
  busy.threads_uninterruptible = 3;
  add('R', false, false).threads_running = 1;  // a thread of it: not counted again
  add('S', true, true).threads_sleeping = 5;
  add('I', true, true).threads_idle = 1;
  add('I', true, false).threads_idle = 1;
  add('Z', true, true).threads_sleeping = 100;  // nor those of the dead
  add(TaskIdentity::kExited, true, false).threads_running = 100;

  const auto header = encoded(sample, version).header;
  EXPECT_EQ(i64(header, 0), 1'800'000'123);
  EXPECT_EQ(u32(header, 24), 10U) << "interval";
  EXPECT_EQ(u32(header, 28), 7U) << "ndeviat";
  EXPECT_EQ(u32(header, 32), 3U) << "nactproc";
  EXPECT_EQ(u32(header, 36), 7U) << "ntask";
  EXPECT_EQ(u32(header, 40), 6U) << "totproc";
  EXPECT_EQ(u32(header, 44), 1U) << "totrun";
  EXPECT_EQ(u32(header, 48), 25U) << "totslpi";
  EXPECT_EQ(u32(header, 52), version >= v2_7 && version <= v2_9 ? 5U : 3U) << "totslpu";
  EXPECT_EQ(u32(header, 56), 1U) << "totzomb";
  EXPECT_EQ(u32(header, 60), 1U) << "nexit";
  EXPECT_EQ(u32(header, 64), 4U) << "noverflow";
  EXPECT_EQ(u32(header, 68), version >= v2_10 ? 2U : 0U) << "totidle";
  EXPECT_TRUE(zero(header, 10, 16) && zero(header, 72, 96));
}

TEST_P(EncoderOf, ExitedProcessesHaveNoCpuSince2_8) {
  const Version version = GetParam();
  Task task = plausible_process(7, "gone");
  task.cpu.current_cpu = TaskCpu::kNoCpu;
  const auto& record = record_of<kTstat>(version);
  Bytevector entry(record.size());
  record.encode(task, 4096, entry.data());
  Task decoded;
  record.decode(entry.data(), 4096, decoded);
  EXPECT_EQ(decoded.cpu.current_cpu, version >= v2_8 ? -1 : 0);
  task.cpu.current_cpu = 3;
  record.encode(task, 4096, entry.data());
  record.decode(entry.data(), 4096, decoded);
  EXPECT_EQ(decoded.cpu.current_cpu, 3);
}

TEST_P(EncoderOf, NoTasksAreAnEmptyStream) {
  Sample sample = plausible_sample(Seconds{1});
  sample.tasks.clear();
  const Parts parts = encoded(sample, GetParam());
  EXPECT_EQ(u32(parts.header, 28), 0U);
  EXPECT_EQ(u32(parts.header, 20), 8U) << "length of the stream";
}

TEST_P(EncoderOf, CgroupsAreWrittenSince2_11) {
  const Version version = GetParam();
  const Parts parts = encoded(sample_with_cgroups(), version);
  if (version < v2_11) {
    EXPECT_TRUE(zero(parts.header, 10, 16) && zero(parts.header, 72, 96));
    return;
  }
  EXPECT_EQ(u16(parts.header, 10), 3) << "ncgroups";
  EXPECT_EQ(u32(parts.header, 80), 3U) << "ncgpids";
  const auto& block = parts.cgroups;
  ASSERT_EQ(block.size(), 440U + 448 + 448) << "coriglen";
  EXPECT_EQ(i32(block, 0), 440) << "structlen of the root";
  EXPECT_TRUE(zero(block, 432, 440)) << "its empty name";
  EXPECT_EQ(i32(block, 440), 448);
  EXPECT_EQ(i32(block, 440 + 24), 12) << "namelen";
  EXPECT_EQ(text_at(block, 440 + 432), "system.slice");
  EXPECT_TRUE(zero(block, 440 + 432 + 12, 440 + 448)) << "behind the name";
  EXPECT_EQ(i32(block, 888 + 8), 1) << "parentseq";
  EXPECT_EQ(i32(block, 888 + 16), 2) << "nprocs";
  EXPECT_EQ(text_at(block, 888 + 432), "ssh.service");
  ASSERT_EQ(parts.pids.size(), 12U);
  EXPECT_EQ(i32(parts.pids, 0), 1);
  EXPECT_EQ(i32(parts.pids, 4), 300);
  EXPECT_EQ(i32(parts.pids, 8), 301);
}

TEST_P(EncoderOf, WithoutCgroupsThereIsNoBlockToAnnounce) {
  const Version version = GetParam();
  Sample sample = sample_with_cgroups();
  sample.cgroups.clear();
  sample.cgroup_pids.clear();
  const Parts parts = encoded(sample, version);
  const bool flag_alone_means_something = version >= v2_8 && version <= v2_10;
  EXPECT_EQ((u16(parts.header, 8) & 0x100) != 0, flag_alone_means_something);
  EXPECT_TRUE(zero(parts.header, 10, 16) && zero(parts.header, 72, 96));
}

TEST(Encoder, ManyTasksAreLaidOutInPieces) {
  Sample sample = plausible_sample(Seconds{1});
  sample.tasks.clear();
  for (int pid = 1; pid <= 1000; ++pid) sample.tasks.push_back(plausible_process(pid, "task"));
  const Parts parts = encoded(sample, v2_13);
  ASSERT_EQ(parts.tasks.size(), 1000U * 992);
  for (std::size_t i = 0; i < 1000; ++i) {
    ASSERT_EQ(i32(parts.tasks, i * 992 + 4), static_cast<std::int32_t>(i + 1));
  }
}

TEST(Encoder, TasksThatAreShownOneByOneMakeTheSameRecord) {
  Sample sample = plausible_sample(Seconds{1});
  sample.containers = true;
  while (sample.tasks.size() < 150) {
    const auto pid = static_cast<Count>(sample.tasks.size());
    sample.tasks.push_back(plausible_process(pid, "worker"));
  }
  sample.tasks.back().identity.host_name = "web";
  Encoder whole(v2_13, plausible_host());
  const auto expected = whole.encode(sample);

  Sample rest = sample;
  rest.tasks.clear();
  Encoder one_by_one(v2_13, plausible_host());
  const auto record = one_by_one.encode(rest, [&](TaskVisitor visit) {
    Task reused;
    for (const Task& task : sample.tasks) visit(reused = task);
  });
  EXPECT_TRUE(std::ranges::equal(record, expected));
  EXPECT_TRUE(std::ranges::equal(one_by_one.file_header(), whole.file_header()));
}

TEST(Encoder, ARecordIsTheSameWhateverWasEncodedBefore) {
  Encoder encoder(v2_13, plausible_host());
  const Sample small = plausible_sample(Seconds{100});
  Sample large = sample_with_cgroups();
  for (int pid = 1000; pid < 1500; ++pid) large.tasks.push_back(plausible_process(pid, "other"));
  const auto copy = [](std::span<const std::byte> bytes) {
    return Bytevector(bytes.begin(), bytes.end());
  };
  const auto first = copy(encoder.encode(small));
  encoder.encode(large);
  EXPECT_EQ(copy(encoder.encode(small)), first);
}

TEST(Encoder, AnIntervalIsAtLeastASecond) {
  // atopsar divides by it.
  Sample sample = plausible_sample(Seconds{1});
  for (const Count interval : {0, -5}) {
    sample.interval = Seconds{interval};
    EXPECT_EQ(u32(encoded(sample, v2_8).header, 24), 1U);
  }
}

TEST(Encoder, AllCpusThatAreStoredAreCountedUntil2_12) {
  // A 2.13 log counts them twice.
  Sample sample = plausible_sample(Seconds{1});
  sample.system.cpus.each.assign(3, Cpu{.online = true});
  sample.system.cpus.online = 1;
  EXPECT_EQ(i64(encoded(sample, v2_12).system, 0), 3);
  EXPECT_EQ(i32(encoded(sample, v2_13).system, 0), 1);
}

TEST(Encoder, NumbersOfPidsAddUpToThePidsThatAreThere) {
  // atop reads as many as the cgroups say, without a check.
  Sample sample = sample_with_cgroups();
  sample.cgroups[0].identity.processes = 2;
  sample.cgroups[1].identity.processes = 1000;
  sample.cgroups[2].identity.processes = -1;
  const Parts parts = encoded(sample, v2_13);
  EXPECT_EQ(i32(parts.cgroups, 16), 2);
  EXPECT_EQ(i32(parts.cgroups, 440 + 16), 1);
  EXPECT_EQ(i32(parts.cgroups, 888 + 16), 0);
  EXPECT_EQ(u32(parts.header, 80), 3U);

  sample.cgroups[1].identity.processes = 0;
  EXPECT_EQ(u32(encoded(sample, v2_13).header, 80), 2U) << "a pid of no cgroup is left out";
}

TEST(Encoder, LengthsOfCgroupsFollowFromTheirNames) {
  Sample sample = sample_with_cgroups();
  sample.cgroups[1].identity.name_length = 4000;
  const Parts parts = encoded(sample, v2_12);
  EXPECT_EQ(i32(parts.cgroups, 440), 448);
  EXPECT_EQ(i32(parts.cgroups, 440 + 24), 12);
}

TEST(Encoder, NoMoreCgroupsAreWrittenThanTheHeaderCanCount) {
  Sample sample = plausible_sample(Seconds{1});
  sample.cgroup_v2 = true;
  sample.cgroups.assign(70'000, cgroup("a", 0, 1));
  sample.cgroup_pids.assign(70'000, 7);
  const Parts parts = encoded(sample, v2_13);
  EXPECT_EQ(u16(parts.header, 10), 65'535);
  EXPECT_EQ(parts.cgroups.size(), 65'535U * 440);
  EXPECT_EQ(u32(parts.header, 80), 65'535U);
}

TEST(FileHeader, NumbersOfTheReleaseAreItsFirstThree) {
  const auto numbers = [](const char* release) {
    Host host;
    host.kernel_release = release;
    const FileHeader header = make_file_header(v2_13, host);
    return std::array{header.os_release, header.os_version, header.os_subversion};
  };
  EXPECT_EQ(numbers("6.1.0-28-amd64"), (std::array{6, 1, 0}));
  EXPECT_EQ(numbers("5.15.167.4-microsoft-standard-WSL2"), (std::array{5, 15, 167}));
  EXPECT_EQ(numbers("6.12"), (std::array{6, 12, 0}));
  EXPECT_EQ(numbers("6.12-rc3"), (std::array{6, 12, 0}));
  EXPECT_EQ(numbers("custom"), (std::array{0, 0, 0}));
  EXPECT_EQ(numbers(""), (std::array{0, 0, 0}));
}

TEST(FileHeader, NamesOfSixtyFourBytesAreTerminated) {
  Host host = plausible_host();
  host.node_name = std::string(80, 'n');
  const Encoder encoder(v2_13, host);
  EXPECT_EQ(text_at(encoder.file_header(), 101), std::string(64, 'n'));
}

}  // namespace
}  // namespace proctape
