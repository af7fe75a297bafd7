// SPDX-License-Identifier: Apache-2.0
//
// Hosts to which everything happens (support/random_host.h), from their files to a log and back:
// what a record shows is what was done, and none shows more. With another seed each time, which a
// failure names; PROCTAPE_SEED sets it.
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "collector/collector.h"
#include "rawlog/file/encoder.h"
#include "rawlog/file/reader.h"
#include "sample/deviation/deviation.h"
#include "tests/support/fake_clock.h"
#include "tests/support/random_host.h"
#include "tests/support/random_values.h"

namespace proctape {
namespace {

using namespace std::chrono_literals;

constexpr int kSteps = 200;

Counters counters_of(const Disk& disk) {
  return {disk.reads,      disk.sectors_read.value, disk.writes, disk.sectors_written.value,
          disk.busy.value, disk.queue_time.value};
}
Counters counters_of(const Interface& interface) {
  return {interface.received.value, interface.packets_received, interface.sent.value,
          interface.packets_sent};
}

class Recorder {
 public:
  explicit Recorder(const RandomHost& host)
      : collector_(std::move(*Collector::open(host.path().string(), {}, clock_))) {
    collect();
  }

  // The next record, as a reader finds it.
  System record(Version version, std::chrono::seconds clock_step) {
    clock_.advance(std::chrono::seconds(RandomHost::kSeconds));
    clock_.step_wall(clock_step);
    std::swap(previous_, current_);
    collect();
    Sample sample;
    deviation(previous_, current_, {}, sample);
    Encoder encoder(version, collector_.host());
    const auto header = encoder.file_header();
    std::string log(reinterpret_cast<const char*>(header.data()), header.size());
    const auto record = encoder.encode(sample);
    log.append(reinterpret_cast<const char*>(record.data()), record.size());
    directory_.write("log", log);
    auto reader = Reader::open((directory_.path() / "log").string(), [](const Damage& damage) {
      ADD_FAILURE() << "damaged at " << damage.offset;
    });
    Sample read;
    EXPECT_TRUE(reader && *reader->next(read));
    return read.system;
  }

 private:
  void collect() {
    std::vector<SourceProblem> problems;
    const auto collected = collector_.collect(previous_, current_, problems);
    EXPECT_TRUE(collected) << collected.error().message;
  }

  FakeClock clock_{WallTime(1'790'000'000s), 50'000s};
  Collector collector_;
  Snapshot previous_;
  Snapshot current_;
  TestDirectory directory_;
};

template <typename T>
void expect_what_was_done(const RandomHost& host, const std::vector<T>& recorded,
                          const std::vector<const RandomDevice*>& devices, std::size_t counters,
                          std::size_t most_letters) {
  std::set<std::string_view> names;
  std::size_t next = 0;
  for (const RandomDevice* device : devices) {
    const bool did_nothing = device->shown(kReads) == 0 && device->shown(kWrites) == 0;
    if (did_nothing && !device->is_interface) continue;  // not listed
    ASSERT_LT(next, recorded.size()) << device->name;
    const T& element = recorded[next++];
    SCOPED_TRACE(device->name);
    EXPECT_TRUE(names.insert(element.name.view()).second) << element.name.view() << " twice";
    if (device->name.size() <= most_letters) {
      EXPECT_EQ(element.name.view(), device->name);
    }
    const Counters found = counters_of(element);
    for (std::size_t i = 0; i < counters; ++i) {
      const Allowed allowed = host.allowed(*device, i);
      if (allowed.or_nothing) {
        EXPECT_LE(found[i], allowed.exactly) << "counter " << i;
        EXPECT_GE(found[i], 0) << "counter " << i;
      } else {
        EXPECT_EQ(found[i], allowed.exactly) << "counter " << i;
      }
    }
  }
  EXPECT_EQ(next, recorded.size());
}

void expect_cpus(const RandomHost& host, const Cpus& cpus) {
  EXPECT_EQ(cpus.all.times.user.value, host.user_ticks());
  EXPECT_EQ(cpus.all.times.idle.value, host.idle_ticks());
  EXPECT_EQ(cpus.all.times.steal.value, 0);
}

TEST(RandomHosts, EachRecordShowsWhatWasDoneAndNoMore) {
  const auto chosen = static_cast<unsigned>(RandomValues::seed());
  SCOPED_TRACE("PROCTAPE_SEED=" + std::to_string(chosen));
  std::mt19937 random(chosen);
  RandomHost host(chosen);
  Recorder recorder(host);
  host.end_interval();
  std::string happened;
  for (int step = 0; step < kSteps && !testing::Test::HasFailure(); ++step) {
    happened = host.step() + "; before that " + happened.substr(0, 200);
    SCOPED_TRACE("step " + std::to_string(step) + ": " + happened);
    const auto clock_step = std::chrono::seconds(random() % 10 == 0 ? random() % 7200 - 3600 : 0);
    const Version version = kVersions[random() % std::size(kVersions)];
    const System system = recorder.record(version, clock_step);
    expect_what_was_done(host, system.disks.physical, host.disks(), kMostCounters, 31);
    expect_what_was_done(host, system.disks.lvm, host.volumes(), kMostCounters, 31);
    expect_what_was_done(host, system.interfaces.each, host.interfaces(), 4, 15);
    expect_cpus(host, system.cpus);
    host.end_interval();
  }
}

}  // namespace
}  // namespace proctape
