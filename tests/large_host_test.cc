// SPDX-License-Identifier: Apache-2.0
//
// Large hosts from their files to each version's log and back: what has room in the version
// is there with its value, and of what has not the busiest.
#include "tests/support/large_host.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "collector/collector.h"
#include "rawlog/file/encoder.h"
#include "rawlog/file/reader.h"
#include "rawlog/layout/hardware_record.h"
#include "rawlog/layout/network_record.h"
#include "rawlog/layout/nfs_record.h"
#include "sample/deviation/deviation.h"
#include "tests/support/fake_clock.h"

namespace proctape {
namespace {

using namespace std::chrono_literals;

constexpr Count kSteps = 6;  // of the host's time in the interval

Count grown(int n, int kind) { return LargeHost::rate(n, kind) * kSteps; }

// Of one interval on a host.
class Recording {
 public:
  explicit Recording(LargeHost& host, std::vector<int> offline_at_the_end = {}) {
    auto collector = Collector::open(host.path().string(), {}, clock_);
    EXPECT_TRUE(collector);
    host_ = collector->host();
    Snapshot previous;
    Snapshot current;
    std::vector<SourceProblem> problems;
    EXPECT_TRUE(collector->collect({}, previous, problems));
    clock_.advance(10000s);  // enough for the CPUs' ticks
    if (!offline_at_the_end.empty()) host.set_offline(std::move(offline_at_the_end));
    host.set_time(1 + kSteps);
    EXPECT_TRUE(collector->collect(previous, current, problems));
    for (const SourceProblem& problem : problems) {
      EXPECT_EQ(problem.error.kind, Error::Kind::kMissing) << problem.error.message;
    }
    deviation(previous, current, {}, sample_);
  }

  // Written in `version` and read again. What had no room is in left_out().
  System through(Version version) {
    Encoder encoder(version, host_);
    const auto header = encoder.file_header();
    TestDirectory directory;
    std::string log(reinterpret_cast<const char*>(header.data()), header.size());
    const auto record = encoder.encode(sample_);
    log.append(reinterpret_cast<const char*>(record.data()), record.size());
    left_out_.assign(encoder.left_out().begin(), encoder.left_out().end());
    directory.write("log", log);
    auto reader = Reader::open((directory.path() / "log").string(), [](const Damage& damage) {
      ADD_FAILURE() << "damaged at " << damage.offset;
    });
    Sample read;
    EXPECT_TRUE(reader && *reader->next(read));
    return read.system;
  }
  std::set<std::string_view> left_out() const {
    std::set<std::string_view> what;
    for (const LeftOut& list : left_out_) what.insert(list.what);
    return what;
  }
  const Host& host() const { return host_; }

 private:
  FakeClock clock_{WallTime(1'790'000'000s), 5000s};
  Host host_;
  Sample sample_;
  std::vector<LeftOut> left_out_;
};

void expect_disk(const Disk& disk, int n, Version version, bool physical) {
  EXPECT_EQ(disk.reads, grown(n, 0)) << n;
  EXPECT_EQ(disk.sectors_read.value, grown(n, 2)) << n;
  EXPECT_EQ(disk.writes, grown(n, 4)) << n;
  EXPECT_EQ(disk.sectors_written.value, grown(n, 6)) << n;
  EXPECT_EQ(disk.busy.value, grown(n, 9)) << n;
  EXPECT_EQ(disk.queue_time.value, grown(n, 10)) << n;
  if (version >= v2_7) {
    EXPECT_EQ(disk.discards, grown(n, 11)) << n;
    EXPECT_EQ(disk.sectors_discarded.value, grown(n, 13)) << n;
  }
  if (version >= v2_8) {
    EXPECT_EQ(disk.in_flight, physical ? n % 5 : 0) << n;
  }
}

void expect_interface(const Interface& interface, int n) {
  EXPECT_EQ(interface.received.value, grown(n, 0)) << n;
  EXPECT_EQ(interface.packets_received, grown(n, 1)) << n;
  EXPECT_EQ(interface.receive_multicast, grown(n, 7)) << n;
  EXPECT_EQ(interface.sent.value, grown(n, 8)) << n;
  EXPECT_EQ(interface.packets_sent, grown(n, 9)) << n;
  EXPECT_EQ(interface.send_compressed, grown(n, 15)) << n;
  EXPECT_EQ(interface.type, LargeHost::is_card(n) ? 'e' : 'v') << n;
  EXPECT_EQ(interface.speed, LargeHost::is_card(n) ? 25000 : 0) << n;
}

void expect_mount(const NfsMount& mount, int n) {
  EXPECT_EQ(mount.age.value, 100 + 1 + kSteps) << n;
  EXPECT_EQ(mount.read.value, grown(n, 0)) << n;
  EXPECT_EQ(mount.direct_written.value, grown(n, 3)) << n;
  EXPECT_EQ(mount.server_written.value, grown(n, 5)) << n;
  EXPECT_EQ(mount.pages_written, grown(n, 7)) << n;
}

// That `list` is the elements `wanted` of the host in their order, each as `expect` says.
template <typename T, typename Name, typename Expect>
void expect_elements(const std::vector<T>& list, const std::vector<int>& wanted,
                     InlineText<127> (*name_of)(const T&), Name name, Expect expect) {
  ASSERT_EQ(list.size(), wanted.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    ASSERT_EQ(name_of(list[i]).view(), name(wanted[i])) << i;
    expect(list[i], wanted[i]);
  }
}
template <typename T>
InlineText<127> name_of(const T& element) {
  return element.name.view();
}
InlineText<127> device_of(const NfsMount& mount) { return mount.device; }

// The numbers of the `most` busiest of `count` elements, ascending.
std::vector<int> busiest(int count, std::size_t most, const std::function<Count(int)>& activity) {
  std::vector<int> numbers(static_cast<std::size_t>(count));
  for (int n = 0; n < count; ++n) numbers[static_cast<std::size_t>(n)] = n;
  std::ranges::stable_sort(numbers, [&](int a, int b) { return activity(a) > activity(b); });
  numbers.resize(std::min(numbers.size(), most));
  std::ranges::sort(numbers);
  return numbers;
}
std::vector<int> busiest_disks(int count, std::size_t most) {
  return busiest(count, most,
                 [](int n) { return grown(n, 0) + grown(n, 2) + grown(n, 4) + grown(n, 6); });
}
std::vector<int> busiest_interfaces(int count) {
  return busiest(count, kMostInterfaces,
                 [](int n) { return grown(n, 0) + grown(n, 1) + grown(n, 8) + grown(n, 9); });
}
std::vector<int> busiest_mounts(int count) {
  return busiest(count, kMostNfsMounts, [](int n) {
    Count bytes = 0;
    for (int kind = 0; kind < 6; ++kind) bytes += grown(n, kind);
    return bytes;
  });
}

void expect_nodes_and_cpus(const LargeHost& host, Recording& recording, Version version) {
  const System system = recording.through(version);
  EXPECT_TRUE(recording.left_out().empty());
  EXPECT_EQ(system.cpus.online, 508);
  EXPECT_EQ(system.cpus.context_switches, 7 * kSteps);

  std::size_t online = 0;
  Count user_of_all = 0;
  for (const Cpu& cpu : system.cpus.each) {
    if (!cpu.online) continue;
    ++online;
    const int n = static_cast<int>(cpu.number);
    ASSERT_TRUE(host.is_online(n)) << n;
    EXPECT_EQ(cpu.times.user.value, grown(n, 0)) << n;
    user_of_all += cpu.times.user.value;
    EXPECT_EQ(cpu.times.idle.value, grown(n, 3)) << n;
    EXPECT_EQ(cpu.times.guest.value, grown(n, 8)) << n;
    if (version >= v2_13) {
      EXPECT_EQ(&cpu - system.cpus.each.data(), n);
    }
  }
  EXPECT_EQ(online, 508U);
  EXPECT_EQ(system.cpus.all.times.user.value, user_of_all);
  // 511 was never seen: nothing tells the snapshots of it.
  EXPECT_EQ(system.cpus.each.size(), version >= v2_13 ? 511U : 508U);

  if (version < v2_7) return;
  ASSERT_EQ(system.numa.memory.size(), 2U);
  ASSERT_EQ(system.numa.cpu.size(), 2U);
  for (int node = 0; node < 2; ++node) {
    const auto index = static_cast<std::size_t>(node);
    const NumaMemory& memory = system.numa.memory[index];
    EXPECT_EQ(memory.total, kibibytes((node + 1) * 4096));
    EXPECT_EQ(memory.free, kibibytes((node + 1) * 1024));
    EXPECT_EQ(memory.huge_total, node + 3);
    EXPECT_NEAR(memory.fragmentation, 5.0 / 11, 1e-6) << "10 of 11 orders, each half";
    const NumaCpu& cpus = system.numa.cpu[index];
    Count user = 0;
    Count present = 0;
    for (int cpu = node; cpu < 512; cpu += 2) {
      if (!host.is_online(cpu)) continue;
      user += grown(cpu, 0);
      ++present;
    }
    EXPECT_EQ(cpus.cpus, present);
    EXPECT_EQ(cpus.times.user.value, user);
    if (version >= v2_8) {
      EXPECT_EQ(cpus.node, node);
    }
  }
}

TEST(LargeHost, WithTwoNodesAndOfflineCpusEachValueIsInItsPlace) {
  // CPU 100 goes offline within the interval.
  LargeHost host({.cpus = 512, .offline = {3, 200, 511}, .nodes = 2});
  Recording recording(host, {3, 100, 200, 511});
  EXPECT_TRUE(recording.host().numa);
  for (const Version version : kVersions) {
    SCOPED_TRACE(to_string(version));
    expect_nodes_and_cpus(host, recording, version);
  }
}

void expect_all(Recording& recording, Version version) {
  const System system = recording.through(version);
  EXPECT_TRUE(recording.left_out().empty());
  const auto all = [](int count) { return busiest_disks(count, 10'000); };
  expect_elements<Disk>(system.disks.physical, all(300), name_of, LargeHost::disk_name,
                        [&](const Disk& disk, int n) { expect_disk(disk, n, version, true); });
  expect_elements<Disk>(system.disks.md, all(40), name_of, LargeHost::md_name,
                        [&](const Disk& disk, int n) { expect_disk(disk, n, version, false); });
  expect_elements<Disk>(system.disks.lvm, all(500), name_of, LargeHost::volume_name,
                        [&](const Disk& disk, int n) { expect_disk(disk, n, version, false); });
  expect_elements<Interface>(system.interfaces.each, all(100), name_of, LargeHost::interface_name,
                             expect_interface);
  expect_elements<NfsMount>(system.nfs.mounts, all(50), device_of, LargeHost::mount_name,
                            expect_mount);
  if (version >= v2_4) {
    ASSERT_EQ(system.infiniband.ports.size(), 8U);
    for (int n = 0; n < 8; ++n) {
      const InfinibandPort& port = system.infiniband.ports[static_cast<std::size_t>(n)];
      EXPECT_EQ(port.controller, LargeHost::infiniband_name(n));
      EXPECT_EQ(port.rate, 200'000);
      EXPECT_EQ(port.lanes, 4);
      EXPECT_EQ(port.words_received, grown(n, 0));
      EXPECT_EQ(port.packets_sent, grown(n, 3));
    }
  }
  if (version >= v2_8) {
    ASSERT_EQ(system.caches.each.size(), 16U);
    for (int n = 0; n < 16; ++n) {
      const LastLevelCache& cache = system.caches.each[static_cast<std::size_t>(n)];
      EXPECT_EQ(cache.id, n);
      EXPECT_EQ(cache.occupancy, 0.25F);
      EXPECT_EQ(cache.local_traffic.value, grown(n, 0));
      EXPECT_EQ(cache.total_traffic.value, grown(n, 1));
    }
  }
}

TEST(LargeHost, With300DisksAndVolumesAnd100InterfacesAllAreThere) {
  LargeHost host({.disks = 300,
                  .md_devices = 40,
                  .volumes = 500,
                  .interfaces = 100,
                  .nfs_mounts = 50,
                  .infiniband_ports = 8,
                  .caches = 16});
  Recording recording(host);
  for (const Version version : kVersions) {
    SCOPED_TRACE(to_string(version));
    expect_all(recording, version);
  }
}

void expect_busiest(Recording& recording, Version version) {
  const System system = recording.through(version);
  EXPECT_EQ(recording.left_out(), (std::set<std::string_view>{"disks", "MD devices",
                                                              "network interfaces", "NFS mounts"}));
  expect_elements<Disk>(system.disks.physical, busiest_disks(1500, 1023), name_of,
                        LargeHost::disk_name,
                        [&](const Disk& disk, int n) { expect_disk(disk, n, version, true); });
  expect_elements<Disk>(system.disks.md, busiest_disks(300, 255), name_of, LargeHost::md_name,
                        [&](const Disk& disk, int n) { expect_disk(disk, n, version, false); });
  expect_elements<Disk>(system.disks.lvm, busiest_disks(2000, 2047), name_of,
                        LargeHost::volume_name,
                        [&](const Disk& disk, int n) { expect_disk(disk, n, version, false); });
  expect_elements<Interface>(system.interfaces.each, busiest_interfaces(200), name_of,
                             LargeHost::interface_name, expect_interface);
  expect_elements<NfsMount>(system.nfs.mounts, busiest_mounts(80), device_of, LargeHost::mount_name,
                            expect_mount);
}

TEST(LargeHost, OfMoreThanTheFormatHoldsTheBusiestAreThere) {
  LargeHost host(
      {.disks = 1500, .md_devices = 300, .volumes = 2000, .interfaces = 200, .nfs_mounts = 80});
  Recording recording(host);
  for (const Version version : kVersions) {
    SCOPED_TRACE(to_string(version));
    expect_busiest(recording, version);
  }
}

}  // namespace
}  // namespace proctape
