// SPDX-License-Identifier: Apache-2.0
#include "query/events/event_finder.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace proctape {
namespace {

constexpr Count kStart = 1'000'000;

Task alive(Count pid, std::string_view name, Count started, Count ppid = 1) {
  Task task;
  task.identity.pid = task.identity.tgid = pid;
  task.identity.ppid = ppid;
  task.identity.name = name;
  task.identity.command_line.assign("/usr/bin/" + std::string(name));
  task.identity.state = 'S';
  task.identity.started = {started};
  task.identity.cgroup_index = -1;
  return task;
}
Task fresh(Task task) {
  task.identity.exit_code |= TaskIdentity::kNewBit;
  return task;
}
// Ended so long after its start.
Task dead(Task task, Count status, double life) {
  task.identity.state = TaskIdentity::kExited;
  task.identity.exit_code |= status;
  task.identity.elapsed = {static_cast<Count>(life * 100)};
  return task;
}

class EventFinderTest : public testing::Test {
 protected:
  EventFinderTest() {
    sample_.time = {kStart};
    sample_.interval = {10};
    sample_.accounting = true;
    Cpus& cpus = sample_.system.cpus;
    cpus.online = 2;
    cpus.each.resize(2);
    for (std::size_t i = 0; i < 2; ++i) cpus.each[i].number = static_cast<Count>(i);
    for (Cpu& cpu : cpus.each) cpu.online = true;
    cpus.all.times.idle = {2000};
    sample_.system.memory.total = {Count{4096} << 20};
    sample_.system.memory.swap_total = {};
    add_disk("sda");
    add_interface("eth0");
  }

  void add_disk(std::string_view name) { sample_.system.disks.physical.emplace_back().name = name; }
  void add_interface(std::string_view name) {
    sample_.system.interfaces.each.emplace_back().name = name;
  }
  // Takes the sample, with these tasks; the next one is ten seconds later.
  void next(const std::vector<Task>& tasks = {}, bool is_meant = true) {
    finder_.begin(Host{}, sample_);
    for (const Task& task : tasks) finder_.take(task, is_meant);
    finder_.end();
    sample_.since_boot = false;
    sample_.interval = {10};
    sample_.time += Seconds{10};
    sample_.system.memory.oom_kills = 0;
    sample_.exits_lost = 0;
  }
  // "10 signal web: web died by SIGKILL x3", with the seconds since the first sample.
  std::vector<std::string> told() const {
    std::vector<std::string> texts;
    for (const Event& event : finder_.all()) {
      std::string text = std::to_string(event.time.value - kStart) + ' ';
      text += std::string(to_string(event.kind)) + ' ' + event.object + ": " + event.what;
      if (event.number != 1) text += " x" + std::to_string(event.number);
      texts.push_back(text);
    }
    return texts;
  }
  using Texts = std::vector<std::string>;

  Sample sample_;
  EventFinder finder_;
};

TEST_F(EventFinderTest, AQuietLogHasNone) {
  for (int i = 0; i < 5; ++i) next({alive(1, "init", 100, 0), alive(50, "web", 200)});
  EXPECT_EQ(told(), Texts{});
}

TEST_F(EventFinderTest, ARecordingBeginsAndTheHostIsBootedAgain) {
  sample_.since_boot = true;
  sample_.interval = {3600};
  next();
  next();
  // A restart of the recorder: the host has been up all the time.
  sample_.since_boot = true;
  sample_.interval = {3620};
  next();
  // A boot 100 s later.
  sample_.time += Seconds{90};
  sample_.since_boot = true;
  sample_.interval = {30};
  next();
  EXPECT_EQ(told(), (Texts{"0 began : the recording began; the host had been up for 1h",
                           "10 gap : nothing was recorded for 10s",
                           "20 began : the recording began again; the host had been up for 1h",
                           "20 gap : nothing was recorded for 1m 40s",
                           "90 reboot : the host booted; the recording goes on 30s later"}));
}

TEST_F(EventFinderTest, ARebootIsSeenByTheFirstProcessToo) {
  next({alive(1, "init", 100, 0), alive(50, "web", 200)});
  sample_.time += Seconds{50};
  next({alive(1, "init", kStart + 40, 0), alive(50, "udevd", kStart + 41)});
  EXPECT_EQ(told(), (Texts{"0 gap : nothing was recorded for 50s",
                           "40 reboot : the host booted; the recording goes on 20s later"}));
}

TEST_F(EventFinderTest, Gaps) {
  next();
  sample_.time += Seconds{1};  // rounding
  next();
  sample_.time += Seconds{300};
  next();
  EXPECT_EQ(told(), Texts{"11 gap : nothing was recorded for 5m"});
}

TEST_F(EventFinderTest, AClockThatIsSetMovesAllStarts) {
  const auto hosts = [](Count moved) {
    return std::vector<Task>{alive(1, "init", 100 + moved, 0), alive(2, "kthreadd", 100 + moved, 0),
                             alive(50, "web", 200 + moved)};
  };
  next(hosts(0));
  sample_.time += Seconds{3600};
  next(hosts(3600));
  next(hosts(3600));
  sample_.time = {sample_.time.value - 120};
  next(hosts(3480));
  next(hosts(3480));
  EXPECT_EQ(told(), (Texts{"3510 clock : the clock was set back by 2m",
                           "3610 clock : the clock was set forward by 1h"}));
}

TEST_F(EventFinderTest, TimesThatGoBackAreTold) {
  next();
  sample_.time = {kStart - 60};
  next();
  next();
  EXPECT_EQ(told(), Texts{"-60 clock : time went back by 1m 10s or more: the clock was set"});
}

TEST_F(EventFinderTest, ASuspendIsTimeThatNoCpuCounts) {
  next();
  sample_.interval = {610};
  sample_.time += Seconds{600};
  next();
  EXPECT_EQ(told(), Texts{"610 suspend : no CPU counted any time for about 10m: a suspend, a "
                          "paused virtual machine, or a clock that was set forward"});
}

TEST_F(EventFinderTest, ButNotWhereCpusNeverCountAll) {
  sample_.system.cpus.all.times.idle = {20};
  for (int i = 0; i < 3; ++i) next();
  EXPECT_EQ(told(), Texts{});
}

TEST_F(EventFinderTest, TheVictimOfAnOomKillIsTheLargestThatWasKilled) {
  next();
  sample_.system.memory.oom_kills = 1;
  Task hog = dead(alive(7, "hog", 500, 5), 9, 3);
  hog.memory.resident = {5'000'000};
  hog.identity.host_name = "pod-1";
  next({dead(alive(8, "small", 500, 5), 9, 3), hog, dead(alive(9, "done", 500, 5), 0, 3)});
  EXPECT_EQ(told(), (Texts{"10 oom hog: the kernel killed hog in pod-1 as memory was short",
                           "10 signal small: small died by SIGKILL"}));
}

TEST_F(EventFinderTest, ItMayBeRecordedInTheNextSample) {
  sample_.system.memory.oom_kills = 1;
  next();
  EXPECT_EQ(told(), Texts{"0 oom : the kernel killed a process as memory was short; which one is "
                          "not recorded"});
  next({dead(alive(7, "hog", 500, 5), 9, 3)});
  EXPECT_EQ(told(), Texts{"0 oom hog: the kernel killed hog as memory was short"});
}

TEST_F(EventFinderTest, KillsOfAnUnknownNumberAreNone) {
  sample_.system.memory.oom_kills = kUnknown;
  next();
  next();
  EXPECT_EQ(told(), Texts{});
}

TEST_F(EventFinderTest, DeathsBySignalsAreFoldedByNameForTenMinutes) {
  for (Count i = 0; i < 3; ++i) next({dead(alive(10 + i, "web", 500, 5), 0x8B, 3)});
  next({dead(alive(20, "web", 500, 5), 9, 3), dead(alive(21, "asked", 500, 5), 15, 3)});
  sample_.time += Seconds{700};
  sample_.interval = {710};
  sample_.system.cpus.all.times.idle = {142'000};
  next({dead(alive(30, "web", 500, 5), 0x8B, 3)});
  EXPECT_EQ(told(), (Texts{"0 signal web: web died by SIGSEGV, core dumped x3",
                           "30 signal web: web died by SIGKILL",
                           "740 signal web: web died by SIGSEGV, core dumped"}));
  EXPECT_EQ(finder_.all()[0].last, Seconds{kStart + 20});
}

TEST_F(EventFinderTest, AServiceThatEndsAndBeginsAgain) {
  next({alive(50, "web", 200), alive(60, "db", 200)});
  next({dead(alive(50, "web", 200), 9, kStart + 5 - 200), fresh(alive(70, "web", kStart + 6)),
        alive(60, "db", 200)});
  // By itself, as `systemctl restart` does it.
  next({alive(70, "web", kStart + 6), dead(alive(60, "db", 200), 0, kStart + 15 - 200),
        fresh(alive(71, "db", kStart + 16))});
  EXPECT_EQ(told(), (Texts{"6 restart web: web ended (SIGKILL) and was started again",
                           "10 signal web: web died by SIGKILL",
                           "16 restart db: db ended (exit 0) and was started again"}));
}

TEST_F(EventFinderTest, WhoseEndMayBeRecordedAfterItsNewBeginning) {
  next({alive(50, "web", 200)});
  Task zombie = alive(50, "web", 200);
  zombie.identity.state = 'Z';
  zombie.identity.command_line = {};
  next({zombie, fresh(alive(70, "web", kStart + 6))});
  next({alive(70, "web", kStart + 6), dead(alive(50, "web", 200), 15, kStart + 5 - 200)});
  EXPECT_EQ(told(), Texts{"6 restart web: web ended (SIGTERM) and was started again"});
}

TEST_F(EventFinderTest, AServiceThatCrashesAgainAndAgainWithinSamples) {
  next();
  for (int sample = 0; sample < 3; ++sample) {
    std::vector<Task> tasks;
    for (Count i = 0; i < 5; ++i) {
      const Count number = 5 * sample + i;
      tasks.push_back(dead(fresh(alive(100 + number, "web", kStart + 2 * number)), 0x0100, 0.5));
    }
    next(tasks);
  }
  EXPECT_EQ(told(), Texts{"2 restart web: web ended (exit 1) and was started again x14"});
}

TEST_F(EventFinderTest, AlsoAsZombiesOfWhichNoCommandLineIsLeft) {
  next();
  for (Count i = 0; i < 3; ++i) {
    Task zombie = fresh(alive(100 + i, "web", kStart + 1 + 10 * i));
    zombie.identity.state = 'Z';
    zombie.identity.command_line = {};
    std::vector<Task> tasks{zombie};
    if (i > 0) tasks.push_back(dead(alive(99 + i, "web", kStart - 9 + 10 * i), 0x0100, 0));
    next(tasks);
  }
  EXPECT_EQ(told(), Texts{"11 restart web: web ended (exit 1) and was started again x2"});
}

TEST_F(EventFinderTest, WhatIsNoRestart) {
  // One that crashes once; jobs that are run again and again, and end well; others of the name.
  next({alive(50, "sh", 200)});
  next({dead(fresh(alive(51, "once", kStart + 1)), 0x0100, 0.1),
        dead(fresh(alive(52, "job", kStart + 1)), 0, 0.1),
        dead(fresh(alive(53, "job", kStart + 5)), 0, 0.1)});
  Task other = fresh(alive(70, "sh", kStart + 16));
  other.identity.command_line.assign("sh -c something else");
  next({dead(alive(50, "sh", 200), 15, kStart + 15 - 200), other});
  // Not a child of pid 1, nor of a service.
  next({dead(fresh(alive(80, "make", kStart + 21, 70)), 0x0200, 1),
        dead(fresh(alive(81, "make", kStart + 23, 70)), 0x0200, 1)});
  EXPECT_EQ(told(), Texts{});
}

TEST_F(EventFinderTest, AServiceIsNamedByItsCgroup) {
  const auto cgroup = [&](std::string_view name, Count parent) {
    Cgroup& made = sample_.cgroups.emplace_back();
    made.name = name;
    made.identity.parent = parent;
  };
  cgroup("", -1);
  cgroup("app.slice", 0);
  cgroup("web.service", 1);
  cgroup("inner", 2);
  const auto in = [](Task task, Count index) {
    task.identity.cgroup_index = index;
    return task;
  };
  // Its workers are no services of their own.
  next({in(alive(40, "systemd", 100), 1), in(alive(50, "web", 200, 40), 2),
        in(alive(51, "worker", 200, 50), 3)});
  next({in(alive(40, "systemd", 100), 1), in(alive(50, "web", 200, 40), 2),
        in(fresh(alive(52, "worker", kStart + 5, 50)), 3),
        dead(alive(51, "worker", 200, 50), 9, kStart + 4 - 200)});
  next({in(alive(40, "systemd", 100), 1), in(fresh(alive(60, "web", kStart + 16, 40)), 2),
        dead(alive(50, "web", 200, 40), 0x0100, kStart + 15 - 200)});
  EXPECT_EQ(told(), (Texts{"10 signal worker: worker died by SIGKILL",
                           "16 restart web.service: web ended (exit 1) and was started again"}));
}

TEST_F(EventFinderTest, WithoutAccountingARestartIsStillSeen) {
  sample_.accounting = false;
  next({alive(50, "web", 200)});
  next({fresh(alive(70, "web", kStart + 6))});
  EXPECT_EQ(told(), Texts{"6 restart web: web ended and was started again"});
}

TEST_F(EventFinderTest, HardwareThatComesAndGoes) {
  next();
  sample_.system.cpus.each[1].online = false;
  sample_.system.cpus.online = 1;
  sample_.system.cpus.all.times.idle = {1000};
  add_disk("nvme0n1");
  for (const char* name : {"veth12ab", "veth34cd", "eth1"}) add_interface(name);
  sample_.system.memory.total = {Count{6144} << 20};
  sample_.system.memory.swap_total = {Count{1024} << 20};
  sample_.system.numa.memory.resize(1);
  next();
  sample_.system.disks.physical.pop_back();
  next();
  next();
  EXPECT_EQ(told(),
            (Texts{"10 disk nvme0n1: disk nvme0n1 came", "10 interface eth1: interface eth1 came",
                   "10 interface veth*: interface veth* came x2", "10 numa 0: NUMA node 0 came",
                   "10 memory memory: memory grew from 4096 to 6144 MiB",
                   "10 memory swap: swap grew from 0 to 1024 MiB", "10 cpu 1: CPU 1 went",
                   "20 disk nvme0n1: disk nvme0n1 went"}));
}

TEST_F(EventFinderTest, WhatOneRecordMissesHasNotGone) {
  next();
  sample_.system.disks.physical.clear();
  next();
  add_disk("sda");
  next();
  EXPECT_EQ(told(), Texts{});
}

TEST_F(EventFinderTest, EndsThatTheLogLost) {
  sample_.exits_lost = 5;
  next();
  sample_.exits_lost = 7;
  next();
  EXPECT_EQ(told(), Texts{"0 exits_lost : processes ended that the log could not record x12"});
}

TEST_F(EventFinderTest, OfTasksThatAreNotMeantNothingIsTold) {
  sample_.system.memory.oom_kills = 1;
  next({dead(alive(7, "hog", 500, 5), 9, 3), dead(alive(8, "web", 500), 0x8B, 3)}, false);
  EXPECT_EQ(told(), Texts{});
}

TEST_F(EventFinderTest, HasALimit) {
  for (std::size_t i = 0; i < EventLog::kMost + 10; ++i) {
    next({dead(alive(7, "p" + std::to_string(i), 500, 5), 9, 3)});
  }
  EXPECT_EQ(finder_.all().size(), EventLog::kMost);
  EXPECT_EQ(finder_.left_out(), 10);
}

// A log may hold any numbers.
TEST_F(EventFinderTest, StandsAnything) {
  for (const std::int64_t value : {INT64_MIN, std::int64_t{-1}, std::int64_t{0}, INT64_MAX}) {
    sample_.time = {value};
    sample_.interval = {value};
    sample_.exits_lost = value;
    sample_.system.memory.total = {value};
    sample_.system.memory.oom_kills = value;
    sample_.system.cpus.online = value;
    sample_.system.cpus.all.times.idle = {value};
    sample_.since_boot = !sample_.since_boot;
    sample_.cgroups.resize(1);
    sample_.cgroups[0].identity.parent = value;
    Task task = alive(value, "x", value, value);
    task.identity.cgroup_index = value;
    Task end = dead(task, 9, 0);
    end.identity.elapsed = {value};
    next({task, fresh(task), end});
  }
  EXPECT_FALSE(finder_.all().empty());
}

}  // namespace
}  // namespace proctape
