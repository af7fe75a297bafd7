// SPDX-License-Identifier: Apache-2.0
#include "daemon/start/process_settings.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <thread>

namespace proctape {
namespace {

using Scheduling = Config::Process::Scheduling;

// In a process of its own: what is set cannot all be taken back. 0: `check` held.
int in_child(const std::function<bool()>& check) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(check() ? 0 : 1);
  int status = -1;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string own_file(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream("/proc/self/" + name).rdbuf();
  return text.str();
}

TEST(ProcessSettings, TheDefaultChangesNothing) {
  EXPECT_TRUE(apply({}, {}).empty());
  EXPECT_EQ(::sched_getscheduler(0), SCHED_OTHER);
}

TEST(ProcessSettings, NiceHoldsForAllThreads) {
  EXPECT_EQ(in_child([] {
              std::atomic<int> nice = -1;
              std::atomic<bool> ask = false;
              std::thread other([&] {
                ask.wait(false);
                nice = ::getpriority(PRIO_PROCESS, 0);
              });
              const auto refused = apply({.nice = 11}, {});
              ask = true;
              ask.notify_all();
              other.join();
              return refused.empty() && nice == 11 && ::getpriority(PRIO_PROCESS, 0) == 11;
            }),
            0);
}

TEST(ProcessSettings, SchedulingIsTheOneThatWasChosen) {
  const std::map<Scheduling, int> policies = {{Scheduling::kBatch, SCHED_BATCH},
                                              {Scheduling::kIdle, SCHED_IDLE}};
  for (const auto& choice : policies) {
    EXPECT_EQ(in_child([&] {
                return apply({.scheduling = choice.first}, {}).empty() &&
                       ::sched_getscheduler(0) == choice.second;
              }),
              0)
        << choice.second;
  }
}

TEST(ProcessSettings, RealTimeHasItsPriorityWhereItIsPermitted) {
  const sched_param parameters{.sched_priority = 7};
  const bool permitted =
      in_child([&] { return ::sched_setscheduler(0, SCHED_FIFO, &parameters) == 0; }) == 0;
  if (!permitted) GTEST_SKIP() << "real-time scheduling is not permitted here";
  EXPECT_EQ(in_child([] {
              if (!apply({.scheduling = Scheduling::kFifo, .priority = 7}, {}).empty())
                return false;
              sched_param now{};
              ::sched_getparam(0, &now);
              return ::sched_getscheduler(0) == SCHED_FIFO && now.sched_priority == 7;
            }),
            0);
}

TEST(ProcessSettings, TheChanceToSurviveIsSet) {
  EXPECT_EQ(in_child([] {
              return apply({.oom_score_adj = 321}, {}).empty() &&
                     own_file("oom_score_adj") == "321\n";
            }),
            0);
}

TEST(ProcessSettings, WhatIsRefusedIsToldAndTheRestIsDone) {
  EXPECT_EQ(in_child([] {
              // Nobody has neither the right nor, with these limits, the leave.
              const rlimit none{0, 0};
              ::setrlimit(RLIMIT_NICE, &none);
              ::setrlimit(RLIMIT_RTPRIO, &none);
              if (::geteuid() == 0 && ::setresuid(65534, 65534, 65534) != 0) return false;
              const auto refused =
                  apply({.nice = -5, .scheduling = Scheduling::kRoundRobin, .oom_score_adj = 5},
                        {.oom_score_adj = 5});
              return refused.size() == 2 &&
                     refused[0].message.starts_with("process.scheduling: ") &&
                     refused[1].message.starts_with("process.nice = -5: ");
            }),
            0);
}

TEST(ProcessSettings, OnlyPagesThatAreTouchedAreLocked) {
#ifdef PROCTAPE_SANITIZED
  GTEST_SKIP() << "AddressSanitizer lets nothing be locked";
#endif
  const bool permitted = in_child([] {
                           const auto locked = lock_touched_memory(true);
                           return locked || locked.error().kind != Error::Kind::kDenied;
                         }) == 0;
  if (!permitted) GTEST_SKIP() << "neither CAP_IPC_LOCK nor unlimited locked memory here";
  EXPECT_EQ(in_child([] {
              if (!lock_touched_memory(true)) return false;
              const auto locked_kib = [] {
                const std::string status = own_file("smaps_rollup");
                const auto place = status.find("\nLocked:");
                return std::stol(status.substr(place + 8));
              };
              constexpr std::size_t kSize = std::size_t{64} << 20U;
              constexpr std::size_t kTouched = std::size_t{8} << 20U;
              const long before = locked_kib();
              auto* memory = static_cast<volatile char*>(std::malloc(kSize));
              for (std::size_t i = 0; i < kTouched; i += 4096) memory[i] = 1;
              const long grown = locked_kib() - before;
              if (grown < 7 * 1024 || grown > 12 * 1024) return false;
              if (!lock_touched_memory(false)) return false;
              return locked_kib() == 0;
            }),
            0);
}

TEST(ProcessSettings, WithALimitOnLockedMemoryNothingIsLocked) {
  EXPECT_EQ(in_child([] {
              const rlimit limit{1 << 20, 1 << 20};
              ::setrlimit(RLIMIT_MEMLOCK, &limit);
              if (::geteuid() == 0 && ::setresuid(65534, 65534, 65534) != 0) return false;
              const auto locked = lock_touched_memory(true);
              return !locked && locked.error().kind == Error::Kind::kDenied;
            }),
            0);
}

}  // namespace
}  // namespace proctape
