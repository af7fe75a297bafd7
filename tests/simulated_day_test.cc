// SPDX-License-Identifier: Apache-2.0
//
// Days of recording with a clock that the test moves: the sampler, the schedule and the log
// directory together, as the service runs them.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

#include <filesystem>
#include <string>
#include <vector>

#include "daemon/loop/schedule.h"
#include "daemon/sampling/sampler.h"
#include "daemon/self/clock_watch.h"
#include "rawlog/file/reader.h"
#include "rawlog/recorder/atop_log.h"
#include "tests/support/fake_clock.h"
#include "tests/support/log_files.h"
#include "tests/support/logs.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

using namespace std::chrono_literals;

constexpr Count kSwitchesPerSecond = 7;

WallTime local(int year, int month, int day, int hour, int minute) {
  tm fields{};
  fields.tm_year = year - 1900;
  fields.tm_mon = month - 1;
  fields.tm_mday = day;
  fields.tm_hour = hour;
  fields.tm_min = minute;
  fields.tm_isdst = -1;
  return WallTime(std::chrono::seconds(::mktime(&fields)));
}

class SimulatedDay : public testing::Test {
 protected:
  SimulatedDay() {
    ::setenv("TZ", "Europe/Berlin", 1);
    ::tzset();
    host_.write("proc/meminfo", "MemTotal: 1000 kB\n");
    host_.process(1, {});
  }
  ~SimulatedDay() override {
    ::unsetenv("TZ");
    ::tzset();
  }

  // Of the host, with a log in each of the directories `names` below that of the logs.
  Sampler sampler_with(const Clock& clock, const std::vector<std::string>& names = {"."}) {
    auto collector = Collector::open(host_.path().string(), {}, clock);
    EXPECT_TRUE(collector) << collector.error().message;
    const Host host = collector->host();
    Logs logs;
    for (const std::string& name : names) {
      logs.push_back(std::make_unique<AtopLog>((logs_.path() / name).string(),
                                               AtopLogOptions{.version = v2_12}, host));
    }
    return Sampler(std::move(*collector), std::move(logs), {});
  }

  // A run of the daemon from `begin`, at once, to the last aligned time before `end`.
  void record(WallTime begin, WallTime end, std::chrono::nanoseconds interval) {
    FakeClock clock(begin, 1000s);
    Sampler sampler = sampler_with(clock);
    while (clock.wall() < end) {
      const Count switches =
          kSwitchesPerSecond * std::chrono::floor<std::chrono::seconds>(clock.since_boot()).count();
      host_.write("proc/stat",
                  "cpu 1 2 3 4\ncpu0 1 2 3 4\nctxt " + std::to_string(switches) + '\n');
      const auto taken = sampler.take();
      ASSERT_TRUE(taken) << taken.error().message;
      clock.advance(next_aligned(clock.wall(), interval) - clock.wall());
    }
  }

  // Records from noon to noon around one midnight; expects one rotation, at that midnight.
  void expect_one_rotation(int year, int month, int day, std::chrono::hours length) {
    const WallTime begin = local(year, month, day, 12, 0) + 7s;
    const WallTime end = local(year, month, day + 1, 12, 0);
    ASSERT_EQ(std::chrono::round<std::chrono::hours>(end - begin), length);
    record(begin, end, 5min);

    const auto files = log_files(logs_.path());
    ASSERT_EQ(files.size(), 2U);
    const auto name = [&](int d) {
      char text[32];
      std::snprintf(text, sizeof text, "atop_%04d%02d%02d", year, month, d);
      return std::string(text);
    };
    EXPECT_EQ(files[0].filename(), name(day));
    EXPECT_EQ(files[1].filename(), name(day + 1));

    const auto before = samples_of(files[0]);
    const auto after = samples_of(files[1]);
    EXPECT_EQ(before.size() + after.size(), static_cast<std::size_t>(length / 5min));
    ASSERT_FALSE(before.empty());
    ASSERT_FALSE(after.empty());
    EXPECT_TRUE(before.front().since_boot);
    const WallTime midnight = local(year, month, day + 1, 0, 0);
    EXPECT_EQ(WallTime(std::chrono::seconds(after.front().time.value)), midnight);
    EXPECT_LT(WallTime(std::chrono::seconds(before.back().time.value)), midnight);

    Seconds last = before.front().time;
    for (const auto* samples : {&before, &after}) {
      for (const Sample& sample : *samples) {
        if (sample.time == last) continue;  // the first of all
        EXPECT_FALSE(sample.since_boot) << "the new file goes on with true differences";
        EXPECT_EQ(sample.time - last, sample.interval) << "at " << sample.time.value;
        EXPECT_EQ(sample.system.cpus.context_switches, kSwitchesPerSecond * sample.interval.value);
        last = sample.time;
      }
    }
  }

  TestHost host_;
  TestDirectory logs_;
};

TEST_F(SimulatedDay, RotatesOnceAtLocalMidnight) { expect_one_rotation(2026, 11, 20, 24h); }

TEST_F(SimulatedDay, RotatesOnceAcrossTheBeginOfSummerTime) {
  expect_one_rotation(2026, 3, 28, 23h);
}

TEST_F(SimulatedDay, RotatesOnceAcrossTheEndOfSummerTime) {
  expect_one_rotation(2026, 10, 24, 25h);
}

TEST_F(SimulatedDay, ARestartAppendsToTheFileOfTheDay) {
  const WallTime begin = local(2026, 11, 20, 9, 0);
  record(begin, begin + 10min, 1min);
  record(begin + 10min, begin + 20min, 1min);
  const auto samples = samples_of(logs_.path() / "atop_20261120");
  ASSERT_EQ(samples.size(), 20U);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    EXPECT_EQ(samples[i].since_boot, i == 0 || i == 10) << i;
    if (i > 0) {
      EXPECT_GT(samples[i].time, samples[i - 1].time);
    }
  }
}

TEST_F(SimulatedDay, TheIntervalAfterASuspendOrAStepOfTheClockIsTheTrueOne) {
  FakeClock clock(local(2026, 11, 20, 9, 0), 1000s);
  Sampler sampler = sampler_with(clock);
  ClockWatch watch(clock);
  // The machine counts only while it is awake.
  const auto take = [&] {
    const Count awake = std::chrono::floor<std::chrono::seconds>(clock.awake()).count();
    host_.write("proc/stat", "cpu 1 2 3 4\ncpu0 1 2 3 4\nctxt " +
                                 std::to_string(kSwitchesPerSecond * awake) + '\n');
    ASSERT_TRUE(sampler.take());
  };
  take();
  clock.advance(10s);
  take();
  clock.advance(4s);
  clock.suspend(1h);
  clock.advance(6s);
  EXPECT_EQ(watch.look().slept, 1h);
  take();
  clock.step_wall(1h);
  clock.advance(10s);
  EXPECT_EQ(watch.look().stepped, 1h);
  take();
  clock.step_wall(-5min);
  clock.advance(10s);
  EXPECT_EQ(watch.look().stepped, -5min);
  take();

  const auto samples = samples_of(logs_.path() / "atop_20261120");
  ASSERT_EQ(samples.size(), 5U);
  const Count expected[] = {10, 3610, 10, 10};
  const Count counted[] = {10, 10, 10, 10};
  for (std::size_t i = 1; i < samples.size(); ++i) {
    EXPECT_EQ(samples[i].interval, Seconds{expected[i - 1]}) << i;
    EXPECT_EQ(samples[i].system.cpus.context_switches, kSwitchesPerSecond * counted[i - 1]) << i;
    EXPECT_GT(samples[i].time, samples[i - 1].time) << i;
  }
  EXPECT_EQ(samples[2].time - samples[1].time, Seconds{3610});
  EXPECT_EQ(samples[3].time - samples[2].time, Seconds{3610}) << "an hour that never was";
}

TEST_F(SimulatedDay, TimesRiseAlsoWhenARunBeginsBeforeTheLastOneEnded) {
  // The clock was set back 5 minutes while the daemon was down.
  const WallTime begin = local(2026, 11, 20, 9, 0);
  record(begin, begin + 10min, 1min);
  record(begin + 5min, begin + 8min, 1min);
  const auto samples = samples_of(logs_.path() / "atop_20261120");
  // Not the first of the second run: the clock would never catch up where runs are short.
  ASSERT_EQ(samples.size(), 12U);
  for (std::size_t i = 1; i < samples.size(); ++i) {
    EXPECT_GT(samples[i].time, samples[i - 1].time) << i;
  }
}

TEST_F(SimulatedDay, AClockThatWasSetBackAcrossMidnightLosesNoRecord) {
  // What follows the last record of the old day belongs to the new day, behind its last one. Each
  // record was refused until the clock had caught up.
  const WallTime midnight = local(2026, 11, 21, 0, 0);
  record(midnight - 10min, midnight + 5min, 1min);
  record(midnight - 1s, midnight + 2s, 1s);
  EXPECT_EQ(samples_of(logs_.path() / "atop_20261120").size(), 11U);
  const auto samples = samples_of(logs_.path() / "atop_20261121");
  // Of those ahead of the clock, every second one.
  ASSERT_EQ(samples.size(), 6U);
  for (std::size_t i = 1; i < samples.size(); ++i) {
    EXPECT_GT(samples[i].time, samples[i - 1].time) << i;
  }
}

// Several logs, a second from one sample to the next.
class SeveralLogs : public SimulatedDay {
 protected:
  SeveralLogs() {
    for (const char* name : {"a", "b"}) std::filesystem::create_directory(logs_.path() / name);
  }

  Result<Sampler::Taken> take_after(std::chrono::nanoseconds time) {
    clock_.advance(time);
    const Count seconds = std::chrono::floor<std::chrono::seconds>(clock_.since_boot()).count();
    host_.write("proc/stat", "cpu 1 2 3 4\ncpu0 1 2 3 4\nctxt " +
                                 std::to_string(kSwitchesPerSecond * seconds) + '\n');
    return sampler_.take();
  }
  std::vector<Sample> in(const char* name) const {
    return samples_of(logs_.path() / name / "atop_20261120");
  }

  FakeClock clock_{local(2026, 11, 20, 9, 0), 1000s};
  Sampler sampler_ = sampler_with(clock_, {"a", "b"});
};

// It had an interval of 1 s, and what happened in the other six was lost to it.
TEST_F(SeveralLogs, WhatOneMissedIsPartOfItsNextRecord) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(take_after(1s));
  std::filesystem::rename(logs_.path() / "b", logs_.path() / "away");
  logs_.write("b", "no directory");
  for (int i = 0; i < 6; ++i) {
    const auto taken = take_after(1s);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().kind, Error::Kind::kIo) << "the other one goes on";
  }
  std::filesystem::remove(logs_.path() / "b");
  std::filesystem::rename(logs_.path() / "away", logs_.path() / "b");
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(take_after(1s));

  EXPECT_EQ(in("a").size(), 11U);
  const auto samples = in("b");
  ASSERT_EQ(samples.size(), 5U);
  EXPECT_EQ(samples[3].interval, Seconds{7});
  EXPECT_EQ(samples[3].system.cpus.context_switches, 7 * kSwitchesPerSecond);
  EXPECT_EQ(samples[4].interval, Seconds{1});
}

// ---- Times

TEST_F(SeveralLogs, ASecondHasOneRecordHoweverOftenASampleIsAskedFor) {
  for (int i = 0; i < 100; ++i) {
    const auto taken = take_after(40ms);
    ASSERT_TRUE(taken);
    EXPECT_EQ(*taken == Sampler::Taken::kRecord,
              i == 0 || clock_.wall().time_since_epoch() % 1s == 0s)
        << i;
  }
  const auto samples = in("a");
  ASSERT_EQ(samples.size(), 5U);
  EXPECT_EQ(WallTime(std::chrono::seconds(samples.back().time.value)), clock_.wall());
}

TEST_F(SeveralLogs, ARecordOfLessThanHalfASecondIsJoinedToTheNext) {
  ASSERT_TRUE(take_after(900ms));
  EXPECT_EQ(*take_after(200ms), Sampler::Taken::kTooSoon) << "the next second, 0.2 s later";
  EXPECT_EQ(*take_after(1900ms), Sampler::Taken::kRecord);
  const auto samples = in("a");
  ASSERT_EQ(samples.size(), 2U);
  EXPECT_EQ(samples[1].interval, Seconds{2});
  EXPECT_EQ(samples[1].beyond, Milliseconds{100});
}

// An upgrade within the second of the old one's last record: the service manager showed a last
// sample at 00:00:00 until the next second.
TEST_F(SeveralLogs, WhoHasTakenNoSampleYetSaysSo) {
  EXPECT_TRUE(sampler_.status().starts_with("no sample yet")) << sampler_.status();
  ASSERT_TRUE(take_after(1s));
  EXPECT_TRUE(sampler_.status().starts_with("last sample 09:00:01")) << sampler_.status();
}

// What the sampler knows of a log is what all kinds have.
class Listing : public Log {
 public:
  Listing(std::vector<Seconds>& times, int& finished) : times_(&times), finished_(&finished) {}

  Needs needs() const override { return {}; }
  Result<> take(const SampleView& view) override {
    view.tasks([&](const Task& task) { EXPECT_EQ(task.identity.pid, 1); });
    EXPECT_EQ(view.host.page_size, 4096);
    times_->push_back(view.sample.time);
    return {};
  }
  Result<> finish() override {
    ++*finished_;
    return {};
  }

  const std::string& directory() const override { return directory_; }
  Result<> enter() override { return {}; }
  bool begins_file(Seconds) const override { return false; }
  bool has_room_at(const Moment& moment, const Host&) override {
    return moment.is_first || moment.since_last >= 5s;
  }
  bool go_on_from(Log& old) override { return dynamic_cast<Listing*>(&old) != nullptr; }
  const Cost& cost() const override { return cost_; }
  std::span<const LeftOut> left_out() const override { return {}; }
  std::vector<std::string> take_notices() override { return {}; }
  bool short_of_space() const override { return false; }
  LogState state() const override { return {.directory = directory_}; }

 private:
  std::string directory_ = "list";
  std::vector<Seconds>* times_;
  int* finished_;
  Cost cost_;
};

TEST_F(SimulatedDay, ALogOfAnotherKindIsFilledBesideAtopsAndOverAReload) {
  const WallTime begin = local(2026, 11, 20, 9, 0);
  FakeClock clock(begin, 1000s);
  Sampler sampler = sampler_with(clock);
  std::vector<Seconds> times;
  int finished = 0;
  const auto logs = [&] {
    Logs both;
    both.push_back(std::make_unique<AtopLog>((logs_.path() / ".").string(),
                                             AtopLogOptions{.version = v2_12}, sampler.host()));
    both.push_back(std::make_unique<Listing>(times, finished));
    return both;
  };
  for (int i = 0; i < 20; ++i) {
    if (i == 4 || i == 12) sampler.reconfigure(logs(), {}, {}, {});
    host_.write("proc/stat", "cpu 1 2 3 4\ncpu0 1 2 3 4\nctxt 7\n");
    ASSERT_TRUE(sampler.take());
    clock.advance(1s);
  }
  EXPECT_EQ(finished, 0) << "reloads go on with it";
  sampler.finish();
  EXPECT_EQ(finished, 1);
  EXPECT_EQ(samples_of(logs_.path() / "atop_20261120").size(), 20U);
  std::vector<Count> after;
  for (const Seconds time : times) {
    after.push_back(time.value -
                    std::chrono::floor<std::chrono::seconds>(begin).time_since_epoch().count());
  }
  EXPECT_EQ(after, (std::vector<Count>{9, 14, 19}));
}

TEST_F(SimulatedDay, QuickRestartsDoNotMakeTimesRunAhead) {
  WallTime now = local(2026, 11, 20, 9, 0);
  for (int i = 0; i < 8; ++i, now += 120ms) record(now, now + 100ms, 1s);
  for (int i = 0; i < 8; ++i, now += 1100ms) record(now, now + 1s, 1s);
  const auto samples = samples_of(logs_.path() / "atop_20261120");
  EXPECT_GE(samples.size(), 8U);
  EXPECT_LE(WallTime(std::chrono::seconds(samples.back().time.value)), now);
  for (std::size_t i = 1; i < samples.size(); ++i) EXPECT_GT(samples[i].time, samples[i - 1].time);
}

TEST_F(SimulatedDay, TimesAheadOfAClockThatWasSetBackComeBackToIt) {
  const WallTime begin = local(2026, 11, 20, 9, 0);
  record(begin, begin + 100s, 1s);
  record(begin + 10s, begin + 300s, 1s);
  const auto samples = samples_of(logs_.path() / "atop_20261120");
  EXPECT_EQ(WallTime(std::chrono::seconds(samples.back().time.value)), begin + 299s);
  for (std::size_t i = 1; i < samples.size(); ++i) EXPECT_GT(samples[i].time, samples[i - 1].time);
}

TEST_F(SimulatedDay, TheFileOfTheNextDayHasTheNameThatTheHostHasThen) {
  host_.write("proc/sys/kernel/hostname", "localhost\n");
  FakeClock clock(local(2026, 11, 20, 23, 59), 1000s);
  Sampler sampler = sampler_with(clock);
  const auto take = [&] {
    host_.write("proc/stat", "cpu 1 2 3 4\ncpu0 1 2 3 4\nctxt 7\n");
    ASSERT_TRUE(sampler.take());
    clock.advance(30s);
  };
  take();
  host_.write("proc/sys/kernel/hostname", "web17.example.org\n");
  for (int i = 0; i < 3; ++i) take();
  const auto name_in = [&](const char* file) {
    const auto reader = Reader::open((logs_.path() / file).string(), {});
    return reader ? reader->host().node_name : reader.error().message;
  };
  EXPECT_EQ(name_in("atop_20261120"), "localhost");
  EXPECT_EQ(name_in("atop_20261121"), "web17");
}

}  // namespace
}  // namespace proctape
