// SPDX-License-Identifier: Apache-2.0
#include "daemon/sampling/pressure_watch.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "tests/support/full_disk.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

using namespace std::chrono_literals;

class PressureWatchTest : public testing::Test {
 protected:
  PressureWatch open(const PressureLimits& limits) {
    problems_.clear();
    return PressureWatch::open(host_.path().string(), limits, 100s, problems_);
  }
  TestDirectory host_;
  std::vector<Error> problems_;
};

TEST_F(PressureWatchTest, AsksTheKernelForTheTimeThatTheLimitIsOfTheWindow) {
  host_.write("proc/pressure/cpu", "");
  host_.write("proc/pressure/memory", "");
  host_.write("proc/pressure/io", "");
  const auto watch = open({.cpu = 50, .io = 1});
  EXPECT_TRUE(problems_.empty());
  ASSERT_EQ(watch.triggers().size(), 2U);
  EXPECT_EQ(watch.triggers()[0].resource, "cpu");
  EXPECT_EQ(watch.triggers()[0].limit, 50);
  const auto wish = [&](const char* name) {
    std::ifstream file(host_.path() / "proc/pressure" / name);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  EXPECT_EQ(wish("cpu"), std::string("some 1000000 2000000") + '\0');
  EXPECT_EQ(wish("io"), std::string("some 20000 2000000") + '\0');
  EXPECT_EQ(wish("memory"), "");
  EXPECT_FALSE(watch.has_to_look());
}

TEST_F(PressureWatchTest, WhatIsNotThereIsToldAndTheRestIsWatched) {
  host_.write("proc/pressure/memory", "");
  host_.write("proc/vmstat", "nr_free_pages 1\noom_kill 3\nlast 1\n");
  const auto watch = open({.cpu = 50, .memory = 10, .oom_kills = true});
  ASSERT_EQ(problems_.size(), 1U);
  EXPECT_EQ(problems_[0].kind, Error::Kind::kMissing);
  EXPECT_NE(problems_[0].message.find("/proc/pressure/cpu"), std::string::npos);
  EXPECT_EQ(watch.triggers().size(), 1U);
  EXPECT_TRUE(watch.has_to_look());
}

TEST_F(PressureWatchTest, ProcessesThatAreKilledForMemoryAreCountedFromNowOn) {
  host_.write("proc/vmstat", "nr_free_pages 1\noom_kill 3\nlast 1\n");
  auto watch = open({.oom_kills = true});
  EXPECT_EQ(watch.take_oom_kills(), 0);
  host_.write("proc/vmstat", "nr_free_pages 1\noom_kill 5\nlast 1\n");
  EXPECT_EQ(watch.take_oom_kills(), 2);
  EXPECT_EQ(watch.take_oom_kills(), 0);
  host_.write("proc/vmstat", "nr_free_pages 1\n");
  EXPECT_EQ(watch.take_oom_kills(), 0);
}

// Such as Linux 6.1 for all that lack CAP_SYS_RESOURCE: nothing but kills was seen there.
TEST_F(PressureWatchTest, WhereItMayNotAskTheKernelItLooksItself) {
  const auto waited = [&](const char* total) {
    const std::string numbers = "avg10=0.00 avg60=0.00 avg300=0.00 total=";
    host_.write("proc/pressure/io", "some " + numbers + total + "\nfull " + numbers + "0\n");
  };
  waited("1000000");
  auto watch = [&] {
    const FileSizeLimit refused(0);
    return open({.io = 30});
  }();
  EXPECT_TRUE(problems_.empty());
  EXPECT_TRUE(watch.triggers().empty());
  EXPECT_TRUE(watch.has_to_look());
  EXPECT_TRUE(watch.look(101s).empty());
  waited("1590000");
  EXPECT_TRUE(watch.look(102s).empty()) << "29.5 % of two seconds";
  waited("1610000");
  ASSERT_EQ(watch.look(103s).size(), 1U) << "30.5 %, since 101 s";
  EXPECT_TRUE(watch.look(104s).empty());
  host_.write("proc/pressure/io", "nonsense\n");
  EXPECT_TRUE(watch.look(105s).empty());
}

TEST_F(PressureWatchTest, AKernelThatDoesNotCountThemIsToldAbout) {
  host_.write("proc/vmstat", "nr_free_pages 1\n");
  auto watch = open({.oom_kills = true});
  EXPECT_FALSE(watch.has_to_look());
  EXPECT_EQ(problems_.size(), 1U);
  EXPECT_EQ(watch.take_oom_kills(), 0);
}

TEST(LivePressure, TheKernelTellsOfTasksThatWaitForACpu) {
  if (::access("/proc/pressure/cpu", R_OK) != 0) GTEST_SKIP() << "this kernel has no PSI";
  std::vector<Error> problems;
  const auto watch = PressureWatch::open("/", {.cpu = 5}, {}, problems);
  if (!problems.empty()) GTEST_SKIP() << problems[0].message;
  if (watch.triggers().empty()) GTEST_SKIP() << "the kernel takes no triggers here";
  // More of them than CPUs: some wait.
  std::atomic<bool> end = false;
  std::vector<std::thread> busy;
  for (unsigned i = 0; i < 2 * std::thread::hardware_concurrency(); ++i) {
    busy.emplace_back([&] {
      while (!end) {
      }
    });
  }
  pollfd poll_for{watch.triggers().at(0).file.get(), POLLPRI, 0};
  constexpr int kPatienceMs = 60'000;
  EXPECT_EQ(::poll(&poll_for, 1, kPatienceMs), 1);
  EXPECT_NE(poll_for.revents & POLLPRI, 0);
  end = true;
  for (auto& thread : busy) thread.join();
}

}  // namespace
}  // namespace proctape
