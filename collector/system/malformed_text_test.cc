// SPDX-License-Identifier: Apache-2.0
//
// No source may crash, hang or read beyond its text, whatever the kernel's files say: the
// files of whole hosts are cut short and damaged, and read. Meant for the asan preset.
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "collector/collector.h"
#include "collector/sources.h"
#include "sample/deviation/deviation.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fixtures.h"
#include "tests/support/random_values.h"
#include "tests/support/source_reader.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

namespace fs = std::filesystem;

struct File {
  std::string path;
  std::string text;
};

// The files of a fixture host, those of its processes left out.
std::vector<File> files_of(const std::string& host) {
  const fs::path root = fs::path(FIXTURES) / host;
  std::vector<File> files;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    std::string path = fs::relative(entry.path(), root).string();
    if (path.starts_with("proc/") && std::isdigit(static_cast<unsigned char>(path[5]))) continue;
    std::ifstream stream(entry.path(), std::ios::binary);
    files.push_back({std::move(path), {std::istreambuf_iterator<char>(stream), {}}});
  }
  return files;
}

std::string damaged(std::string text, std::mt19937& random) {
  const auto below = [&](std::size_t n) { return n == 0 ? 0 : random() % n; };
  switch (below(4)) {
    case 0:  // cut
      text.resize(below(text.size()));
      break;
    case 1:  // any bytes
      for (int i = 0; i < 8 && !text.empty(); ++i) {
        text[below(text.size())] = static_cast<char>(random());
      }
      break;
    case 2:  // a piece missing
      text.erase(below(text.size()), below(40));
      break;
    default:  // a number made large
      for (int i = 0; i < 4; ++i) {
        const auto at = text.find_first_of("123456789", below(text.size()));
        if (at != text.npos) text.insert(at, i % 2 == 0 ? "9223372036854775807 " : "-");
      }
      break;
  }
  return text;
}

class MalformedText : public testing::TestWithParam<const char*> {};

TEST_P(MalformedText, IsSurvivedByAllSources) {
  constexpr int kRounds = 10;
  const auto files = files_of(GetParam());
  std::mt19937 random(20240611);  // NOLINT: the same damage each time
  for (int round = 0; round < kRounds; ++round) {
    const TestHost host;
    for (const File& file : files) host.write(file.path, damaged(file.text, random));
    SourceReader reader(std::move(*KernelFs::open(host.path())));
    for (int snapshot = 0; snapshot < 2; ++snapshot) {
      for (const Source& source : system_sources()) {
        const auto read = reader.read(source.read);
        if (!read) {
          EXPECT_FALSE(read.error().message.empty()) << source.name;
        }
      }
      reader.next();
    }
  }
}

// Digits of one number of a line become letters; its name stays.
bool spoil_a_number(std::string& text, std::mt19937& random) {
  for (int attempt = 0; attempt < 50 && !text.empty(); ++attempt) {
    std::size_t at = text.find_first_of("0123456789", random() % text.size());
    if (at == text.npos) continue;
    const std::size_t line = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;  // 0 behind npos
    const std::size_t begin = text.find_first_not_of(" \t", line);
    if (text.find_first_of(" \t:", begin) > at) continue;
    for (; at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])); ++at) {
      text[at] = 'x';
    }
    return true;
  }
  return false;
}

template <typename T>
void expect_counters_still(const T& of) {
  for_each_row<T>([&]<typename Row>(Row) {
    if constexpr (Row::row().is_counter()) {
      EXPECT_LE(plain(of.*Row::row().member), 0) << Row::row().name;
    }
  });
}

// That no counter of an interval in which nothing happened moved.
void expect_still(const System& system) {
  for (const Cpu& cpu : system.cpus.each) {
    EXPECT_EQ(cpu.times.user.value + cpu.times.system.value + cpu.times.idle.value, 0)
        << "CPU " << cpu.number;
  }
  EXPECT_EQ(system.cpus.all.times.user.value + system.cpus.all.times.idle.value, 0);
  EXPECT_EQ(system.cpus.context_switches + system.cpus.forks + system.cpus.interrupts, 0);
  for (const auto* list : {&system.disks.physical, &system.disks.md, &system.disks.lvm}) {
    for (const Disk& disk : *list) {
      EXPECT_EQ(disk.reads + disk.writes + disk.sectors_read.value + disk.sectors_written.value +
                    disk.busy.value + disk.queue_time.value,
                0)
          << disk.name.view();
    }
  }
  for (const Interface& interface : system.interfaces.each) {
    EXPECT_EQ(interface.received.value + interface.sent.value + interface.packets_received +
                  interface.packets_sent,
              0)
        << interface.name.view();
  }
  for (const InfinibandPort& port : system.infiniband.ports) {
    EXPECT_EQ(port.words_received + port.words_sent, 0) << port.controller.view();
  }
  const Memory& memory = system.memory;
  EXPECT_EQ(memory.pages_scanned + memory.pages_stolen + memory.swap_ins + memory.swap_outs +
                memory.paged_in.value + memory.paged_out.value,
            0);
  EXPECT_LE(memory.oom_kills, 0);
  expect_counters_still(system.protocols.ipv4);
  expect_counters_still(system.protocols.ipv6);
  expect_counters_still(system.protocols.tcp);
  expect_counters_still(system.protocols.udpv4);
  expect_counters_still(system.protocols.udpv6);
  const NfsServer& server = system.nfs.server;
  EXPECT_EQ(server.read.value + server.written.value + server.rpc_calls + server.net_packets, 0);
  EXPECT_EQ(system.nfs.client.rpc_calls + system.nfs.client.rpc_reads, 0);
  EXPECT_EQ(system.pressure.cpu_some.total.value + system.pressure.io_full.total.value, 0);
}

// One malformed line took its neighbours with it, or all of them, and gave what they had counted
// since boot when it was well again.
TEST_P(MalformedText, OfOneLineMovesNoCounterThenOrAfterwards) {
  constexpr int kRounds = 60;
  const auto files = files_of(GetParam());
  const auto seed = static_cast<unsigned>(RandomValues::seed());
  SCOPED_TRACE("PROCTAPE_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  const TestHost host;
  for (const File& file : files) host.write(file.path, file.text);
  FakeClock clock(WallTime(std::chrono::hours(1)), std::chrono::hours(1));
  auto collector = Collector::open(host.path().string(), {}, clock);
  ASSERT_TRUE(collector);
  Snapshot before;
  Snapshot now;
  std::vector<SourceProblem> problems;
  System difference;
  ASSERT_TRUE(collector->collect(before, now, problems));
  const auto expect_nothing = [&](const File& file) {
    std::swap(before, now);
    clock.advance(std::chrono::seconds(10));
    const auto collected = collector->collect(before, now, problems);
    ASSERT_TRUE(collected) << file.path << ": " << collected.error().message;
    system_deviation(before, now, difference);
    SCOPED_TRACE(file.path);
    expect_still(difference);
  };
  for (int round = 0; round < kRounds && !HasFailure(); ++round) {
    const File& file = files[random() % files.size()];
    std::string text = file.text;
    if (!file.path.starts_with("proc/") || !spoil_a_number(text, random)) continue;
    // Without the memory's size there is no sample.
    constexpr std::string_view kTotal = "MemTotal:";
    const auto total = text.find(kTotal);
    if (total != text.npos && text[text.find_first_not_of(' ', total + kTotal.size())] == 'x') {
      continue;
    }
    host.write(file.path, text);
    SCOPED_TRACE(text.substr(0, 400));
    expect_nothing(file);
    host.write(file.path, file.text);
    expect_nothing(file);
  }
}

INSTANTIATE_TEST_SUITE_P(Hosts, MalformedText,
                         testing::Values("linux-6.18-vm", "debian-12-server", "debian-11-compute",
                                         "rhel-8"));

}  // namespace
}  // namespace proctape
