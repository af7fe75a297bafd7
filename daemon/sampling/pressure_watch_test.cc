// SPDX-License-Identifier: Apache-2.0
#include "daemon/sampling/pressure_watch.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

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
  std::string text_of(const char* name) const {
    std::ifstream file(host_.path() / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static std::string pressure(const std::string& total) {
    const std::string numbers = "avg10=0.00 avg60=0.00 avg300=0.00 total=";
    return "some " + numbers + total + "\nfull " + numbers + "0\n";
  }
  TestDirectory host_;
  std::vector<Error> problems_;
};

TEST(PressureTrigger, IsTheTimeThatTheLimitIsOfTheWindow) {
  EXPECT_EQ(pressure_trigger(50), "some 1000000 2000000");
  EXPECT_EQ(pressure_trigger(1), "some 20000 2000000");
}

// A copied tree, which somebody keeps, was overwritten by what the kernel would have been asked.
TEST_F(PressureWatchTest, OrdinaryFilesOfAnotherRootAreReadAndNotWritten) {
  const std::string before = pressure("1000000");
  host_.write("proc/pressure/cpu", before);
  host_.write("elsewhere", before);
  std::filesystem::create_symlink("../../elsewhere", host_.path() / "proc/pressure/io");
  auto watch = open({.cpu = 50, .io = 50});
  EXPECT_TRUE(problems_.empty());
  EXPECT_TRUE(watch.triggers().empty());
  EXPECT_EQ(text_of("proc/pressure/cpu"), before);
  EXPECT_EQ(text_of("elsewhere"), before);
  EXPECT_TRUE(watch.look(102s).empty());
  host_.write("proc/pressure/cpu", pressure("3100000"));
  EXPECT_EQ(watch.look(104s).size(), 1U) << "52.5 %, since 100 s";
}

TEST_F(PressureWatchTest, WhatIsNotThereIsToldAndTheRestIsWatched) {
  host_.write("proc/pressure/memory", pressure("0"));
  host_.write("proc/vmstat", "nr_free_pages 1\noom_kill 3\nlast 1\n");
  auto watch = open({.cpu = 50, .memory = 10, .oom_kills = true});
  ASSERT_EQ(problems_.size(), 1U);
  EXPECT_EQ(problems_[0].kind, Error::Kind::kMissing);
  EXPECT_NE(problems_[0].message.find("/proc/pressure/cpu"), std::string::npos);
  EXPECT_TRUE(watch.has_to_look());
  host_.write("proc/pressure/memory", pressure("1000000"));
  EXPECT_EQ(watch.look(101s).size(), 1U);
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
  const auto waited = [&](const char* total) { host_.write("proc/pressure/io", pressure(total)); };
  waited("1000000");
  auto watch = open({.io = 30});
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
