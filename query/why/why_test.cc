// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "query/why/evidence.h"
#include "query/why/rules.h"

namespace proctape {
namespace {

constexpr Count kGibibyte = Count{1} << 30;
constexpr Count kMebibyte = Count{1} << 20;

// A host of four CPUs with nothing to do, sampled every ten seconds.
class MadeHost {
 public:
  static constexpr Count kInterval = 10;
  static constexpr Count kTicks = 4 * 100 * kInterval;

  // The next sample, to be changed.
  Sample& next(bool in_period = true) {
    flush();
    in_period_ = in_period;
    sample_ = {};
    pending_ = true;
    time_ += kInterval;
    sample_.time = {time_};
    sample_.interval = {kInterval};
    sample_.accounting = sample_.task_io = true;
    System& system = sample_.system;
    system.cpus.online = 4;
    cpu(5, 0);
    system.memory.total = {8 * kGibibyte};
    system.memory.available = {6 * kGibibyte};
    system.memory.oom_kills = 0;
    system.pressure.present = true;
    add("init", 1, 0);
    return sample_;
  }
  // Without a sample.
  void pass(Count seconds) {
    flush();
    time_ += seconds;
  }
  // In percent of all CPUs.
  void cpu(Count busy, Count steal, Count iowait = 0) {
    CpuTimes& times = sample_.system.cpus.all.times;
    times.user = {kTicks * busy / 100};
    times.steal = {kTicks * steal / 100};
    times.iowait = {kTicks * iowait / 100};
    times.idle = {kTicks * (100 - busy - steal - iowait) / 100};
  }
  Task& add(const char* name, Count pid, Count ppid) {
    Task& task = sample_.tasks.emplace_back();
    task.identity.name = name;
    task.identity.pid = task.identity.tgid = pid;
    task.identity.ppid = ppid;
    task.identity.state = 'S';
    task.identity.started = {wrapping_sum(1000, pid)};
    task.identity.command_line = std::string("/usr/bin/") + name;
    task.identity.cgroup_index = -1;
    task.memory.resident = {kMebibyte};
    return task;
  }
  // One that began and ended within the interval.
  Task& add_exit(const char* name, Count pid, Count ppid, Count status, bool is_new = true) {
    Task& task = add(name, pid, ppid);
    task.identity.state = TaskIdentity::kExited;
    task.identity.started = {time_ - 1};
    task.identity.elapsed = {80};
    task.identity.exit_code = status | (is_new ? TaskIdentity::kNewBit : 0);
    return task;
  }
  Cgroup& add_cgroup(const char* name, Count parent) {
    Cgroup& cgroup = sample_.cgroups.emplace_back();
    cgroup.name = name;
    cgroup.identity.parent = parent;
    return cgroup;
  }

  std::vector<Finding> findings() {
    flush();
    evidence_.finish();
    return findings_of(evidence_);
  }

 private:
  void flush() {
    if (!pending_) return;
    evidence_.begin(host_, sample_, in_period_);
    for (const Task& task : sample_.tasks) evidence_.take(task);
    evidence_.end();
    pending_ = false;
  }

  Host host_;
  Evidence evidence_;
  Sample sample_;
  bool pending_ = false, in_period_ = true;
  Count time_ = 1'700'000'000;
};

std::string text_of(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += std::string(to_string(finding.severity)) + ' ' + std::string(finding.rule) + ": " +
            finding.sentence + '\n';
  }
  return text;
}

// The first finding is of this rule, and blames `culprit` first.
void expect_first(const std::vector<Finding>& findings, std::string_view rule,
                  std::string_view culprit, Severity severity = Severity::kWarning) {
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(findings[0].rule, rule) << text_of(findings);
  EXPECT_EQ(to_string(findings[0].severity), to_string(severity)) << text_of(findings);
  ASSERT_FALSE(findings[0].culprits.empty());
  EXPECT_EQ(findings[0].culprits[0].name, culprit) << text_of(findings);
  EXPECT_FALSE(findings[0].see.empty());
  EXPECT_FALSE(findings[0].evidence.empty());
}

TEST(Why, AQuietHostHasNothingUnusual) {
  MadeHost host;
  for (int i = 0; i < 60; ++i) host.next(i >= 30);
  EXPECT_EQ(text_of(host.findings()), "");
}

TEST(Why, AShortBurstIsNoFinding) {
  MadeHost host;
  for (int i = 0; i < 360; ++i) {
    host.next();
    if (i == 100 || i == 200) host.cpu(100, 0);
  }
  EXPECT_EQ(text_of(host.findings()), "");
}

TEST(Why, ShortLivesOfOneProgramAreOneCulpritWithTheirNumber) {
  MadeHost host;
  Count pid = 1000;
  for (int i = 0; i < 30; ++i) {
    host.next();
    if (i < 10 || i >= 20) continue;
    host.cpu(99, 0);
    Task& shell = host.add("make", 50, 1);
    shell.cpu.user = {20};
    for (int child = 0; child < 60; ++child) {
      host.add_exit("cc1", ++pid, 50, 0).cpu.user = {60};
    }
    host.add("mysqld", 60, 1).cpu.run_delay = {4'000'000'000};
  }
  const auto findings = host.findings();
  expect_first(findings, "cpu-saturated", "cc1");
  EXPECT_EQ(findings[0].culprits[0].processes, 600);
  EXPECT_EQ(findings[0].culprits[0].pid, 0);
  ASSERT_EQ(findings[0].victims.size(), 1U);
  EXPECT_EQ(findings[0].victims[0].name, "mysqld");
  EXPECT_EQ(findings[0].victims[0].pid, 60);
  // The ten samples in which it was so, not the whole period.
  EXPECT_EQ((findings[0].to - findings[0].from).value, 100);
}

TEST(Why, ManyProgramsOfOneContainerAreTheContainer) {
  MadeHost host;
  for (int i = 0; i < 30; ++i) {
    host.next();
    host.cpu(100, 0);
    for (int number = 0; number < 20; ++number) {
      Task& task = host.add(("job" + std::to_string(number)).c_str(), 100 + number, 1);
      task.cpu.user = {150};
      task.identity.host_name = "web1";
    }
  }
  const auto findings = host.findings();
  expect_first(findings, "cpu-saturated", "web1");
  EXPECT_EQ(findings[0].culprits[0].processes, 20);
}

TEST(Why, StolenCpuBlamesTheHypervisor) {
  MadeHost host;
  for (int i = 0; i < 30; ++i) {
    host.next();
    host.cpu(50, 40);
    host.add("nginx", 60, 1).cpu.user = {1500};
  }
  const auto findings = host.findings();
  expect_first(findings, "cpu-stolen", "the hypervisor", Severity::kCritical);
  ASSERT_FALSE(findings[0].victims.empty());
  EXPECT_EQ(findings[0].victims[0].name, "nginx");
}

TEST(Why, ACgroupAtItsQuotaIsThrottledThoughTheHostIsIdle) {
  MadeHost host;
  for (int i = 0; i < 30; ++i) {
    host.next();
    host.cpu(15, 0);
    host.add_cgroup("", -1);
    host.add_cgroup("system.slice", 0);
    Cgroup& group = host.add_cgroup("api.service", 1);
    group.limits.cpu_max = 50;
    group.cpu.user = {4'900'000};
    group.cpu.system = {50'000};
    group.cpu.pressure_some = {5'000'000};
    Task& task = host.add("api", 70, 1);
    task.cpu.user = {495};
    task.cpu.run_delay = {5'000'000'000};
    task.identity.cgroup_index = 2;
  }
  const auto findings = host.findings();
  expect_first(findings, "cpu-quota", "api");
  EXPECT_EQ(findings[0].culprits[0].cgroup, "/system.slice/api.service");
  for (const Finding& finding : findings) EXPECT_NE(finding.rule, "cpu-wait-while-idle");
}

TEST(Why, AQuotaThatTheLogDoesNotHaveShowsInWaitsWhileCpusAreIdle) {
  MadeHost host;
  for (int i = 0; i < 30; ++i) {
    host.next();
    host.cpu(10, 0);
    Task& task = host.add("api", 70, 1);
    task.cpu.user = {200};
    task.cpu.run_delay = {8'000'000'000};
  }
  expect_first(host.findings(), "cpu-wait-while-idle", "api");
}

TEST(Why, AnOomKillIsCriticalAndNamesTheKilledAndItsCgroup) {
  MadeHost host;
  for (int i = 0; i < 30; ++i) {
    host.next();
    host.add_cgroup("", -1);
    Cgroup& group = host.add_cgroup("app", 0);
    group.limits.memory_max = {512 * kMebibyte};
    group.memory.current = {500 * kMebibyte};
    Task& large = host.add("postgres", 80, 1);
    large.memory.resident = {3 * kGibibyte};
    if (i < 15) {
      Task& task = host.add("leaker", 90, 1);
      task.memory.resident = {i * 30 * kMebibyte};
      task.identity.cgroup_index = 1;
    }
    if (i == 15) {
      host.next().system.memory.oom_kills = 1;
      host.add_exit("leaker", 90, 1, 9, false).memory.resident = {500 * kMebibyte};
    }
  }
  const auto findings = host.findings();
  expect_first(findings, "oom-kill", "leaker", Severity::kCritical);
  EXPECT_EQ(findings[0].victims[0].name, "leaker");
}

TEST(Why, ASteadyLeakIsFoundAndAStartIsNot) {
  MadeHost host;
  for (int i = 0; i < 360; ++i) {
    host.next(i >= 60);
    host.add("leaker", 90, 1).memory.resident = {(100 + i * 2) * kMebibyte};
    const double started = 3000 * (1 - std::exp(-i / 10.0));
    host.add("java", 91, 1).memory.resident = {static_cast<Count>(started) * kMebibyte};
    // One that is emptied again and again.
    host.add("cache", 92, 1).memory.resident = {(100 + i % 50 * 20) * kMebibyte};
  }
  const auto findings = host.findings();
  expect_first(findings, "leak", "leaker");
  EXPECT_EQ(findings.size(), 1U) << text_of(findings);
}

TEST(Why, OneWriterSaturatesADiskAndOthersWait) {
  MadeHost host;
  for (int i = 0; i < 30; ++i) {
    Sample& sample = host.next();
    if (i < 15) continue;
    host.cpu(10, 0, 40);
    Disk disk{.name = "sda"};
    disk.writes = 500;
    disk.sectors_written = {2'000'000};
    disk.busy = {9'900};
    disk.queue_time = {90'000};
    sample.system.disks.physical = {disk};
    sample.system.pressure.io_some.total = {8'000'000};
    host.add("backup", 90, 1).disk.written = {2'000'000};
    host.add("mysqld", 91, 1).cpu.block_io_delay = {700};
    host.add("mysqld", 91, 1).disk.read = {20'000};
  }
  const auto findings = host.findings();
  expect_first(findings, "disk-saturated", "backup");
  ASSERT_FALSE(findings[0].victims.empty());
  EXPECT_EQ(findings[0].victims[0].name, "mysqld");
  EXPECT_NE(findings[0].sentence.find("sda"), std::string::npos);
}

TEST(Why, RetransmitsAreACountAndAShare) {
  for (const Count sent : {10'000, 1'000'000}) {
    MadeHost host;
    for (int i = 0; i < 30; ++i) {
      Tcp& tcp = host.next().system.protocols.tcp;
      tcp.out_segs = sent;
      tcp.retrans_segs = 1'000;
      host.add("sender", 90, 1).cpu.system = {300};
    }
    if (sent == 10'000) {
      expect_first(host.findings(), "retransmits", "sender");
    } else {
      EXPECT_EQ(text_of(host.findings()), "");
    }
  }
}

TEST(Why, AServiceThatIsKilledAndStartedAgainIsALoop) {
  MadeHost host;
  for (int i = 0; i < 30; ++i) {
    host.next();
    host.add("supervisor", 50, 1);
    if (i % 3 == 0) host.add_exit("service", 100 + i, 50, 9);
    // A command of a script says no.
    Task& grep = host.add_exit("grep", 200 + i, 50, 1 << 8);
    grep.identity.elapsed = {1};
  }
  const auto findings = host.findings();
  expect_first(findings, "restart-loop", "service");
  EXPECT_EQ(findings[0].culprits[1].name, "supervisor");
  EXPECT_EQ(findings.size(), 1U) << text_of(findings);
}

TEST(Why, ZombiesBlameTheirParentUnlessTheyWereThereBefore) {
  for (const bool before : {false, true}) {
    MadeHost host;
    for (int i = 0; i < 60; ++i) {
      host.next(i >= 30);
      host.add("careless", 50, 1);
      if (i < 30 && !before) continue;
      for (int child = 0; child < 25; ++child) {
        host.add("child", 100 + child, 50).identity.state = 'Z';
      }
    }
    expect_first(host.findings(), "zombies", "careless",
                 before ? Severity::kNote : Severity::kWarning);
  }
}

TEST(Why, TwoIncidentsAtOnceAreTwoFindings) {
  MadeHost host;
  for (int i = 0; i < 30; ++i) {
    host.next();
    host.cpu(100, 0);
    host.add("hog", 50, 1).cpu.user = {3900};
    host.add("bomb", 51, 1).identity.threads = 5000;
  }
  const auto findings = host.findings();
  ASSERT_EQ(findings.size(), 2U) << text_of(findings);
  expect_first(findings, "threads", "bomb");
  EXPECT_EQ(findings[1].rule, "cpu-saturated");
  EXPECT_EQ(findings[1].culprits[0].name, "hog");
}

TEST(Why, AProcessStuckWithoutIoIsFound) {
  MadeHost host;
  for (int i = 0; i < 30; ++i) {
    host.next();
    Task& task = host.add("ls", 50, 1);
    task.identity.state = 'D';
    task.identity.threads_uninterruptible = 1;
  }
  expect_first(host.findings(), "stuck", "ls");
}

TEST(Why, WhatIsNewAndGoneAgainstTheBaselineIsANote) {
  MadeHost host;
  for (int i = 0; i < 60; ++i) {
    host.next(i >= 30);
    if (i < 30) {
      host.add("crond", 50, 1);
    } else {
      host.cpu(40, 0);
      host.add("mine", 51, 1).cpu.user = {1500};
    }
  }
  const auto findings = host.findings();
  std::string rules_found;
  for (const Finding& finding : findings) {
    EXPECT_EQ(finding.severity, Severity::kNote) << finding.sentence;
    rules_found += std::string(finding.rule) + ' ';
    if (finding.rule == "changed") {
      EXPECT_EQ(finding.culprits[0].name, "mine");
    }
    if (finding.rule == "new-program") {
      EXPECT_EQ(finding.culprits[0].name, "mine");
    }
    if (finding.rule == "gone-program") {
      EXPECT_EQ(finding.culprits[0].name, "crond");
    }
  }
  EXPECT_EQ(rules_found, "cpu-hog changed new-program gone-program ");
}

TEST(Why, ARebootWithinThePeriodIsFound) {
  MadeHost host;
  for (int i = 0; i < 20; ++i) {
    Sample& sample = host.next();
    if (i != 10) continue;
    sample.since_boot = true;
    sample.interval = {5};
  }
  expect_first(host.findings(), "booted", "the machine");
}

TEST(Why, SwappingBothWaysIsCriticalAndBlamesWhatGrew) {
  MadeHost host;
  for (int i = 0; i < 30; ++i) {
    Sample& sample = host.next();
    sample.system.memory.swap_total = {8 * kGibibyte};
    sample.system.memory.swap_free = {4 * kGibibyte};
    sample.system.memory.swap_ins = sample.system.memory.swap_outs = i < 10 ? 0 : 50'000;
    host.add("database", 90, 1).memory.resident = {3 * kGibibyte};
    host.add("import", 91, 1).memory.resident = {(100 + i * 150) * kMebibyte};
  }
  expect_first(host.findings(), "swapping", "import", Severity::kCritical);
}

TEST(Why, LittleMemoryIsAFindingIfItIsWaitedFor) {
  for (const bool waits : {false, true}) {
    MadeHost host;
    for (int i = 0; i < 30; ++i) {
      Sample& sample = host.next();
      sample.system.memory.available = {500 * kMebibyte};
      if (waits) sample.system.pressure.memory_some.total = {2'000'000};
      host.add("java", 90, 1).memory.resident = {6 * kGibibyte};
    }
    if (waits) {
      expect_first(host.findings(), "memory-short", "java");
    } else {
      EXPECT_EQ(text_of(host.findings()), "");
    }
  }
}

TEST(Why, ACgroupThatReclaimsItsOwnMemoryIsFound) {
  MadeHost host;
  for (int i = 0; i < 30; ++i) {
    host.next();
    host.add_cgroup("", -1);
    Cgroup& group = host.add_cgroup("app", 0);
    group.limits.memory_max = {512 * kMebibyte};
    group.memory.current = {510 * kMebibyte};
    group.memory.pressure_some = {3'000'000};
    host.add("postgres", 80, 1).memory.resident = {3 * kGibibyte};
    Task& task = host.add("worker", 90, 1);
    task.memory.resident = {450 * kMebibyte};
    task.identity.cgroup_index = 1;
  }
  expect_first(host.findings(), "cgroup-memory", "worker");
}

TEST(Why, AForkStormNamesTheChildrenAndTheirParent) {
  MadeHost host;
  Count pid = 1000;
  for (int i = 0; i < 30; ++i) {
    host.next().system.cpus.forks = 3000;
    host.add("script", 50, 1);
    for (int child = 0; child < 300; ++child) host.add_exit("true", ++pid, 50, 0);
  }
  const auto findings = host.findings();
  expect_first(findings, "fork-storm", "true");
  ASSERT_GE(findings[0].culprits.size(), 2U);
  EXPECT_EQ(findings[0].culprits[1].name, "script");
}

TEST(Why, LostPacketsAndDatagramsAreFound) {
  MadeHost host;
  for (int i = 0; i < 30; ++i) {
    System& system = host.next().system;
    Interface interface { .name = "eth0" };
    interface.type = Interface::kEthernet;
    interface.packets_received = 5'000;
    interface.receive_drops = 500;
    system.interfaces.each = {interface};
    system.protocols.udpv4.in_errors = 500;
    host.add("syslogd", 90, 1).cpu.system = {300};
  }
  const auto findings = host.findings();
  expect_first(findings, "packets-dropped", "syslogd");
  EXPECT_EQ(findings[0].culprits[1].name, "eth0");
  EXPECT_EQ(findings[1].rule, "udp-errors");
}

TEST(Why, CallsToAnNfsServerThatAreMadeAgainAreFound) {
  MadeHost host;
  for (int i = 0; i < 30; ++i) {
    NfsClient& client = host.next().system.nfs.client;
    client.rpc_calls = 100;
    client.rpc_retransmits = 5;
  }
  expect_first(host.findings(), "nfs-retransmits", "an NFS server");
}

TEST(Why, ACrashIsAWarningAndAKilledProcessANote) {
  for (const Count signal : {11, 9}) {
    MadeHost host;
    for (int i = 0; i < 30; ++i) {
      host.next();
      if (i < 15) host.add("server", 90, 1);
      if (i == 15) host.add_exit("server", 90, 1, signal, false).identity.elapsed = {15'000};
    }
    expect_first(host.findings(), "crashed", "server",
                 signal == 11 ? Severity::kWarning : Severity::kNote);
  }
}

TEST(Why, ManyProcessesOfOneProgramAreFoundWithTheirParent) {
  MadeHost host;
  for (int i = 0; i < 30; ++i) {
    host.next();
    host.add("inetd", 50, 1);
    for (int child = 0; child < i * 20; ++child) host.add("handler", 100 + child, 50);
  }
  const auto findings = host.findings();
  expect_first(findings, "many-processes", "handler");
  EXPECT_EQ(findings[0].culprits[1].name, "inetd");
}

TEST(Why, AGapIsANote) {
  MadeHost host;
  for (int i = 0; i < 30; ++i) {
    if (i == 15) host.pass(600);
    host.next();
  }
  const auto findings = host.findings();
  ASSERT_EQ(findings.size(), 1U) << text_of(findings);
  EXPECT_EQ(findings[0].rule, "not-recorded");
  EXPECT_EQ(findings[0].severity, Severity::kNote);
}

TEST(Why, DamagedNumbersAreNoHarm) {
  MadeHost host;
  constexpr Count kLargest = std::numeric_limits<Count>::max();
  for (const Count value : {kLargest, -kLargest, Count{-1}, Count{0}}) {
    for (int i = 0; i < 5; ++i) {
      Sample& sample = host.next();
      sample.interval = {value};
      sample.beyond = {value};
      sample.system.memory.total = sample.system.memory.available = {value};
      sample.system.memory.oom_kills = value;
      sample.system.cpus.online = value;
      sample.system.cpus.all.times.user = {value};
      sample.system.protocols.tcp.retrans_segs = value;
      Cgroup& group = host.add_cgroup("x", value);
      group.limits.cpu_max = value;
      group.limits.memory_max = group.memory.current = {value};
      Task& task = host.add("x", value, value);
      task.identity.state = i % 2 == 0 ? 'Z' : TaskIdentity::kExited;
      task.identity.exit_code = value;
      task.identity.threads = value;
      task.identity.started = {value};
      task.memory.resident = {value};
      task.cpu.user = {value};
      task.cpu.run_delay = {value};
    }
  }
  for (const Finding& finding : host.findings()) EXPECT_FALSE(finding.sentence.empty());
}

std::string whole(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// docs/WHY.md has all rules as they are in the code. After a change:
// PROCTAPE_RENEW_WHY=1 ctest --preset release -R WhyDoc      and read the diff
TEST(WhyDoc, ListsTheRulesThatThereAre) {
  const std::string path = std::string(SOURCE_DIR) + "/docs/WHY.md";
  constexpr std::string_view kBegin = "## The rules\n\n";
  const std::string text = whole(path);
  const auto begin = text.find(kBegin);
  ASSERT_NE(begin, text.npos);
  const std::string head = text.substr(0, begin + kBegin.size());
  if (std::getenv("PROCTAPE_RENEW_WHY")) std::ofstream(path) << head << rules_as_markdown();
  EXPECT_TRUE(whole(path) == head + rules_as_markdown())
      << "docs/WHY.md is behind the rules; PROCTAPE_RENEW_WHY=1 renews it";
  for (const Rule& rule : rules()) {
    EXPECT_FALSE(rule.reason.empty()) << rule.id;
    EXPECT_FALSE(rule.source.empty()) << rule.id;
    EXPECT_NE(rule.find, nullptr) << rule.id;
  }
}

}  // namespace
}  // namespace proctape
