// SPDX-License-Identifier: Apache-2.0
//
// The real proctaped and the real `proctape show` on a process that burns half a CPU: what is shown
// is what the process used by its own clock, whether the interval is a whole number of seconds,
// which is all that atop's format stores, or not.
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <sstream>
#include <string>
#include <thread>

#include "tests/support/log_files.h"
#include "tests/support/run.h"
#include "tests/support/settings.h"

namespace proctape {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

double seconds_of(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// A child that uses half of the time that passes, and makes up for it when it had to wait.
class HalfBusy {
 public:
  HalfBusy() {
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      burn();
    }
    ::clock_getcpuclockid(pid_, &cpu_clock_);
  }
  HalfBusy(const HalfBusy&) = delete;
  HalfBusy& operator=(const HalfBusy&) = delete;
  ~HalfBusy() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  pid_t pid() const { return pid_; }
  double cpu_seconds() const { return seconds_of(cpu_clock_); }

 private:
  [[noreturn]] static void burn() {
    const double begin = seconds_of(CLOCK_MONOTONIC);
    for (;;) {
      const double due = (seconds_of(CLOCK_MONOTONIC) - begin) / 2;
      while (seconds_of(CLOCK_PROCESS_CPUTIME_ID) < due) {
      }
      std::this_thread::sleep_for(3ms);
    }
  }

  pid_t pid_ = -1;
  clockid_t cpu_clock_{};
};

struct Shown {
  double cpu_seconds = 0;
  double percent = 0;
};

// Of the process, in the list of those that used most CPU.
Shown shown_of(pid_t pid, const std::string& text) {
  std::istringstream lines(text.substr(text.find("Processes by CPU")));
  for (std::string line; std::getline(lines, line) && line.find("by disk") == line.npos;) {
    std::istringstream words(line);
    pid_t of = 0;
    std::string time;
    Shown shown;
    if (words >> of >> time >> shown.percent && of == pid) {
      shown.cpu_seconds = std::stod(time);  // "3.14s"
      return shown;
    }
  }
  return {};
}

struct Case {
  const char* interval;
  int samples;  // for about six seconds; one tick of 10 ms is a part of 300 of what was used then
};

// What a daemon recorded of a process, and what that used by its own clock meanwhile.
struct Measured {
  double seconds = 0;
  double cpu_seconds = 0;
  Shown shown;
  double truth() const { return 100 * cpu_seconds / seconds; }
};

Measured measure(const Case& how) {
  const TestDirectory logs;
  const SettingsFile settings("state_file = 'off'\n[process]\nlock_memory = false\n");
  const HalfBusy process;
  Program daemon({PROCTAPED, "--config", settings.path().string(), "--log-dir",
                  logs.path().string(), "--interval", how.interval, "--samples",
                  std::to_string(how.samples)});
  const auto recorded = [&] {
    std::error_code none;
    const auto log = first_log(logs.path());
    return log.empty() ? 0 : std::filesystem::file_size(log, none);
  };
  // The first record, from which on what is used counts; it is behind the file's header.
  constexpr std::uintmax_t kHeader = 480;
  if (!eventually([&] { return recorded() > kHeader; })) ADD_FAILURE() << daemon.err();
  const auto begin = Clock::now();
  const double cpu_at_begin = process.cpu_seconds();
  Measured measured;
  siginfo_t ended{};
  for (auto size = recorded(); ended.si_pid == 0;) {
    ::waitid(P_PID, static_cast<id_t>(daemon.pid()), &ended, WEXITED | WNOHANG | WNOWAIT);
    const auto now = recorded();
    if (now != size) {
      size = now;
      measured.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
      measured.cpu_seconds = process.cpu_seconds() - cpu_at_begin;
    }
    std::this_thread::sleep_for(5ms);
  }
  EXPECT_EQ(daemon.wait().exit_code, 0) << daemon.err();
  const auto text = run({PROCTAPE, "show", "--top", "10000", first_log(logs.path()).string()});
  EXPECT_EQ(text.exit_code, 0) << text.err;
  measured.shown = shown_of(process.pid(), text.out);
  std::printf("%.2f s, used %.3f s, %.2f %%; shown %.2f s, %.1f %%\n", measured.seconds,
              measured.cpu_seconds, measured.truth(), measured.shown.cpu_seconds,
              measured.shown.percent);
  return measured;
}

class ShowRates : public testing::TestWithParam<Case> {};

// Where the machine is so busy that the process, or we, wait long just when a record is made, the
// two have not seen the same time. A fault of ours is there each time.
TEST_P(ShowRates, AreThoseOfTheTimeThatPassed) {
  constexpr double kMost = 0.02;
  Measured measured;
  for (int attempt = 0; attempt < 3 && !HasFailure(); ++attempt) {
    measured = measure(GetParam());
    if (std::abs(measured.shown.percent / measured.truth() - 1) < kMost &&
        std::abs(measured.shown.cpu_seconds / measured.cpu_seconds - 1) < kMost) {
      return;
    }
  }
  EXPECT_NEAR(measured.shown.percent / measured.truth(), 1, kMost);
  EXPECT_NEAR(measured.shown.cpu_seconds / measured.cpu_seconds, 1, kMost);
}

INSTANTIATE_TEST_SUITE_P(Intervals, ShowRates,
                         testing::Values(Case{"100ms", 62}, Case{"200ms", 32}, Case{"1s", 8},
                                         Case{"1500ms", 6}),
                         [](const auto& each) { return std::string("Of") + each.param.interval; });

}  // namespace
}  // namespace proctape
