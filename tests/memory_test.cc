// SPDX-License-Identifier: Apache-2.0
//
// How much memory the real proctaped takes, its shared libraries included, and that it grows with
// the number of processes and not otherwise.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "tests/support/log_files.h"
#include "tests/support/run.h"
#include "tests/support/settings.h"

namespace proctape {
namespace {

using Kibibytes = std::int64_t;

// The goals: 6 MB with 200 processes, 16 MB with 5000.
constexpr Kibibytes kWith200 = 6 * 1024;
constexpr std::int64_t kBytesPerProcess = (16 - 6) * 1024 * 1024 / 4800;

std::int64_t processes() {
  return std::ranges::count_if(std::filesystem::directory_iterator("/proc"), [](const auto& entry) {
    const std::string name = entry.path().filename();
    return std::ranges::all_of(name, [](unsigned char c) { return std::isdigit(c) != 0; });
  });
}

Kibibytes resident(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string word; status >> word;) {
    Kibibytes value = 0;
    if (word == "VmRSS:" && status >> value) return value;
  }
  ADD_FAILURE() << "no VmRSS";
  return 0;
}

class Memory : public testing::Test {
 protected:
  void SetUp() override {
#ifdef PROCTAPE_SANITIZED
    GTEST_SKIP() << "built with sanitizers, which take memory of their own";
#endif
    const std::int64_t before = processes();
    constexpr std::int64_t kFirst = 200;
    add_processes(std::max<std::int64_t>(kFirst - before, 1));
  }

  void add_processes(std::int64_t count) {
    const std::string told = (told_.path() / std::to_string(idle_.size())).string();
    // A shell to send its output there, which then becomes it.
    idle_.push_back(std::make_unique<Program>(std::vector<std::string>{
        "/bin/sh", "-c", "exec \"$0\" \"$1\" > \"$2\"", POPULATION, std::to_string(count), told}));
    // Others come and go meanwhile: their number does not tell when these are in place.
    const auto in_place = [&] {
      std::string word;
      std::ifstream(told) >> word;
      return word == "ready";
    };
    ASSERT_TRUE(eventually(in_place, std::chrono::seconds(120))) << idle_.back()->err();
  }

  void start(const std::string& format) {
    daemon_.reset();
    logs_.emplace();
    daemon_.emplace(std::vector<std::string>{PROCTAPED, "--config", config_.path().string(),
                                             "--interval", "200ms", "--log-dir",
                                             logs_->path().string(), "--format", format});
  }

  // Until all tasks were read anew at least once, and what is refreshed in turns was.
  void await_samples(int count = 20) {
    fewest_ = most_ = processes();
    for (; count > 0; --count) {
      const auto size = log_size();
      ASSERT_TRUE(eventually([&] { return log_size() != size; })) << daemon_->err();
      fewest_ = std::min(fewest_, processes());
      most_ = std::max(most_, processes());
    }
  }

  // A recording while others leave the machine alone: what ends is remembered for a while, and
  // memory that many processes needed is used again by as many. False if they never do.
  bool start_in_peace(const std::string& format) {
    for (int attempt = 0; attempt < 5; ++attempt) {
      start(format);
      await_samples();
      if (most_ - fewest_ < 20) return true;
    }
    return false;
  }

  std::uintmax_t log_size() const {
    const auto log = first_log(logs_->path());
    return log.empty() ? 0 : std::filesystem::file_size(log);
  }

  std::optional<TestDirectory> logs_;
  SettingsFile config_;
  TestDirectory told_;  // by the idle ones
  std::vector<std::unique_ptr<Program>> idle_;
  std::optional<Program> daemon_;
  std::int64_t fewest_ = 0;  // processes while samples were taken
  std::int64_t most_ = 0;
};

TEST_F(Memory, IsSmall) {
  for (const char* format : {"2.8", "2.12", "2.13"}) {
    if (!start_in_peace(format)) GTEST_SKIP() << "processes come and go on this machine";
    const Kibibytes allowed =
        kWith200 + std::max<std::int64_t>(most_ - 200, 0) * kBytesPerProcess / 1024;
    EXPECT_LE(resident(daemon_->pid()), allowed) << format << ", " << most_ << " processes";
  }
}

TEST_F(Memory, GrowsWithTheNumberOfProcesses) {
  start("2.12");
  await_samples();
  const Kibibytes few = resident(daemon_->pid());
  const std::int64_t before = most_;
  add_processes(1000);
  await_samples();
  const Kibibytes more = resident(daemon_->pid());
  if (most_ < before + 500) GTEST_SKIP() << "other processes ended meanwhile";
  EXPECT_LE((more - few) * 1024 / (most_ - before), kBytesPerProcess);
  // Memory that was once taken for them is used again.
  await_samples();
  EXPECT_LE(resident(daemon_->pid()), more + more / 20);
}

}  // namespace
}  // namespace proctape
