// SPDX-License-Identifier: Apache-2.0
//
// Tasks by BPF and tasks by /proc are the same tasks: of the host this runs on, with processes of
// many kinds (tests/task_kinds.cc) among them.
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/magic.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <concepts>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "base/text/text.h"
#include "collector/cgroup/hierarchy.h"
#include "collector/collector.h"
#include "tests/support/task_kinds.h"

namespace proctape {
namespace {

using namespace std::literals;

// That of this host, and ahead of it.
class ClockAhead final : public Clock {
 public:
  WallTime wall() const override { return SystemClock().wall() + ahead; }
  SinceBoot since_boot() const override { return SystemClock().since_boot() + ahead; }
  std::chrono::nanoseconds awake() const override { return SystemClock().awake() + ahead; }

  std::chrono::seconds ahead{};
};

// A source, and its last two snapshots.
class Reader {
 public:
  // False: it does not work here, and why.
  bool open(TaskChoice choice, const TaskOptions& options = {.oom_score = true}) {
    auto collector = Collector::open("/", options, clock_);
    if (!collector) return false;
    collector_.emplace(std::move(*collector));
    collector_->choose_tasks(choice);
    return collector_->tasks().refusal().empty();
  }
  const Collector& collector() const { return *collector_; }

  // `later` than now, seconds more with each call.
  const Snapshot& read(std::chrono::seconds later = {}) {
    clock_.ahead += later;
    std::swap(previous_, current_);
    const auto read = collector_->collect(previous_, current_, problems_);
    EXPECT_TRUE(read) << read.error().message;
    return current_;
  }
  const Snapshot& current() const { return current_; }

  const TaskReading& process(pid_t pid) const {
    static const TaskReading kNone;
    const TaskReading* task = current_.task_index.find(current_.tasks, pid, true);
    EXPECT_NE(task, nullptr) << pid;
    return task ? *task : kNone;
  }
  std::string line(pid_t pid) const {
    return std::string(trimmed(process(pid).identity.command_line.view()));
  }
  const std::vector<SourceProblem>& problems() const { return problems_; }

 private:
  ClockAhead clock_;
  std::optional<Collector> collector_;
  Snapshot previous_;
  Snapshot current_;
  std::vector<SourceProblem> problems_;
};

#define SKIP_WITHOUT_BPF(reader, ...)                                                   \
  if (!(reader).open(TaskChoice::kBpf __VA_OPT__(, ) __VA_ARGS__)) {                    \
    GTEST_SKIP() << "no tasks by BPF here: " << (reader).collector().tasks().refusal(); \
  }

const TaskReading* find(const Snapshot& snapshot, const TaskReading& like) {
  const TaskIdentity& who = like.identity;
  const TaskReading* task = snapshot.task_index.find(snapshot.tasks, who.pid, who.is_process);
  return task && task->start == like.start ? task : nullptr;
}

// Threads do not count: each is a task of its own.
bool stood_still(const TaskReading& a, const TaskReading& b) {
  return a.run_time == b.run_time && a.timeslices == b.timeslices &&
         a.cpu.run_delay == b.cpu.run_delay && a.identity == b.identity && a.cpu == b.cpu &&
         a.disk == b.disk && a.memory == b.memory;
}

bool io_is_readable(const TaskIdentity& who) {
  std::string path = "/proc/" + std::to_string(who.tgid);
  if (!who.is_process) path += "/task/" + std::to_string(who.pid);
  std::string line;
  return static_cast<bool>(std::getline(std::ifstream(path + "/io"), line));
}

std::string shown(std::integral auto value) { return std::to_string(value); }
template <typename Unit>
std::string shown(Quantity<Unit> value) {
  return std::to_string(value.value);
}
std::string shown(std::string_view text) { return '"' + std::string(text) + '"'; }
std::string shown(char letter) { return std::string(1, letter); }

// What differs, by name. The structs' own comparisons find what is not in these lists.
std::string differences(const TaskReading& bpf, const TaskReading& proc) {
  std::string all;
  const auto compare = [&](const char* name, const auto& a, const auto& b) {
    if (!(a == b)) all += std::string(" ") + name + " " + shown(a) + "/" + shown(b);
  };
#define COMPARE(member) compare(#member, bpf.member, proc.member)
  COMPARE(start);
  COMPARE(run_time);
  COMPARE(timeslices);
  if (bpf.identity.is_process) COMPARE(arguments);
  // Where there can be no command line BPF reads none, not even an empty one.
  if (bpf.identity.is_process && bpf.arguments > Bytes{}) COMPARE(command_line_digest);
  COMPARE(identity.tgid);
  COMPARE(identity.pid);
  COMPARE(identity.ppid);
  COMPARE(identity.ruid);
  COMPARE(identity.euid);
  COMPARE(identity.suid);
  COMPARE(identity.fsuid);
  COMPARE(identity.rgid);
  COMPARE(identity.egid);
  COMPARE(identity.sgid);
  COMPARE(identity.fsgid);
  COMPARE(identity.threads);
  COMPARE(identity.name);
  COMPARE(identity.state);
  COMPARE(identity.started);
  COMPARE(identity.command_line);
  COMPARE(identity.threads_sleeping);
  COMPARE(identity.threads_uninterruptible);
  COMPARE(identity.threads_running);
  COMPARE(identity.threads_idle);
  COMPARE(identity.container);
  COMPARE(identity.host_name);
  COMPARE(identity.cgroup_path);
  COMPARE(cpu.user);
  COMPARE(cpu.system);
  COMPARE(cpu.nice);
  COMPARE(cpu.priority);
  COMPARE(cpu.realtime_priority);
  COMPARE(cpu.policy);
  COMPARE(cpu.current_cpu);
  COMPARE(cpu.wait_channel);
  COMPARE(cpu.run_delay);
  COMPARE(cpu.block_io_delay);
  COMPARE(cpu.voluntary_switches);
  COMPARE(cpu.involuntary_switches);
  COMPARE(cpu.cgroup_weight);
  COMPARE(cpu.cgroup_max);
  COMPARE(cpu.cgroup_max_effective);
  COMPARE(disk.read);
  COMPARE(disk.written);
  COMPARE(disk.cancelled);
  COMPARE(memory.minor_faults);
  COMPARE(memory.major_faults);
  COMPARE(memory.executable);
  COMPARE(memory.virtual_size);
  COMPARE(memory.resident);
  COMPARE(memory.data);
  COMPARE(memory.stack);
  COMPARE(memory.libraries);
  COMPARE(memory.swap);
  COMPARE(memory.locked);
  COMPARE(memory.cgroup_max);
  COMPARE(memory.cgroup_max_effective);
  COMPARE(memory.cgroup_swap_max);
  COMPARE(memory.cgroup_swap_max_effective);
  COMPARE(memory.oom_score);
  COMPARE(memory.oom_score_adj);
#undef COMPARE
  const bool same = bpf.identity == proc.identity && bpf.cpu == proc.cpu && bpf.disk == proc.disk &&
                    bpf.memory == proc.memory;
  if (all.empty() && !same) all = " something that has no name here";
  return all;
}

std::set<Count> pids_of(const std::vector<TaskReading>& tasks) {
  std::set<Count> pids;
  for (const TaskReading& task : tasks) pids.insert(task.identity.pid);
  return pids;
}

// Takes snapshots by BPF, /proc and BPF, and compares what did not run meanwhile. Returns the
// tasks that were compared, by pid. `told_before`: those of /proc in the last call.
std::set<Count> compare_once(Reader& bpf, Reader& proc, std::set<Count>& told_before) {
  std::set<Count> compared;
  const std::vector<TaskReading> before = bpf.read().tasks;
  proc.read();
  bpf.read();
  for (const TaskReading& early : before) {
    const TaskReading* now = find(bpf.current(), early);
    const TaskReading* told = find(proc.current(), early);
    if (!now || !stood_still(early, *now)) continue;
    if (!told) {
      ADD_FAILURE() << early.identity.pid << " is not in /proc";
      continue;
    }
    TaskReading ours = *now;
    TaskReading theirs = *told;
    if (!io_is_readable(ours.identity)) ours.disk = theirs.disk = {};
    if (ours.cpu.wait_channel == "0"sv || theirs.cpu.wait_channel == "0"sv) {
      // It fell asleep just now, and is still among the runnable (TaskDetails::lacks_wait_channel).
      ours.cpu.wait_channel = theirs.cpu.wait_channel;
    }
    if (ours.identity.is_process && ours.identity.threads > 1) {
      ours.run_time = theirs.run_time = {};  // they are of no use in /proc
      ours.timeslices = theirs.timeslices = 0;
    }
    EXPECT_EQ(differences(ours, theirs), "")
        << ours.identity.pid << " " << ours.identity.name.view()
        << (ours.identity.is_process ? "" : " (thread)") << ": by BPF/by proc";
    compared.insert(ours.identity.pid);
  }
  // None is there for one of them only.
  const auto early = pids_of(before);
  const auto now = pids_of(bpf.current().tasks);
  const auto told = pids_of(proc.current().tasks);
  for (const Count pid : early) {
    if (now.contains(pid)) {
      EXPECT_TRUE(told.contains(pid)) << pid << " is by BPF only";
    }
  }
  for (const Count pid : std::exchange(told_before, told)) {
    if (told.contains(pid)) {
      EXPECT_TRUE(early.contains(pid)) << pid << " is by proc only";
    }
  }
  return compared;
}

TEST(TaskSources, AgreeInEveryMemberOfEveryTaskThatStandsStill) {
  Reader bpf;
  const TaskOptions options{.wait_channel = true,
                            .oom_score = true,
                            .places = {.names = PlaceOptions::Names::kServices, .cgroups = true}};
  SKIP_WITHOUT_BPF(bpf, options);
  Reader proc;
  proc.open(TaskChoice::kProc, options);
  std::map<std::string, TaskOfAKind> kinds;
  for (const char* kind :
       {"sleep", "threads", "lower-numbers", "main-thread-ended", "vfork", "io", "memory", "users",
        "oom", "nice", "fifo", "batch", "name", "zombie", "stopped"}) {
    TaskOfAKind task(kind);
    if (task.await()) {
      kinds.emplace(kind, std::move(task));
    } else {
      std::printf("no process of the kind %s here\n", kind);
    }
  }
  EXPECT_GE(kinds.size(), 12U);
  std::set<Count> compared;
  std::set<Count> told_before;
  const auto all_seen = [&] {
    return std::ranges::all_of(kinds,
                               [&](const auto& k) { return compared.contains(k.second.pid()); });
  };
  for (int round = 0; round < 20 && (round < 3 || !all_seen()); ++round) {
    compared.merge(compare_once(bpf, proc, told_before));
    if (HasFailure()) break;
  }
  for (const auto& [kind, task] : kinds) {
    EXPECT_TRUE(compared.contains(task.pid())) << kind << " never stood still";
  }
  EXPECT_TRUE(find(bpf.current(), bpf.process(1))) << "also where BPF does not tell of it";
  EXPECT_TRUE(compared.contains(2) || !std::filesystem::exists("/proc/2/stat")) << "kthreadd";
  std::printf("%zu tasks were compared\n", compared.size());

  // That they are the kinds they are to be.
  struct statfs var_tmp {};
  const auto process = [&](const char* kind) { return bpf.process(kinds.at(kind).pid()); };
  EXPECT_EQ(process("threads").identity.threads, 5);
  EXPECT_EQ(process("main-thread-ended").identity.state, 'Z');
  EXPECT_EQ(process("main-thread-ended").identity.threads, 2);
  EXPECT_GT(process("main-thread-ended").memory.resident, Bytes{1 << 20});
  EXPECT_GT(process("main-thread-ended").memory.virtual_size, Bytes{1 << 20});
  EXPECT_TRUE(bpf.line(kinds.at("main-thread-ended").pid()).ends_with(" main-thread-ended"));
  EXPECT_EQ(process("vfork").identity.state, 'D');
  if (::statfs("/var/tmp", &var_tmp) == 0 && var_tmp.f_type != TMPFS_MAGIC &&
      var_tmp.f_type != RAMFS_MAGIC) {
    EXPECT_GE(process("io").disk.written.value, 3 << 11);
    EXPECT_GE(process("io").disk.cancelled.value, 1);
  }
  EXPECT_GE(process("memory").memory.resident, Bytes{48 << 20});
  EXPECT_EQ(process("nice").cpu.nice, 7);
  EXPECT_EQ(process("batch").cpu.policy, SCHED_BATCH);
  EXPECT_EQ(process("oom").memory.oom_score_adj, 321);
  EXPECT_EQ(process("name").identity.name, "x) Z (?\xc3\xa4?"sv);
  EXPECT_EQ(process("stopped").identity.state, 'T');
  if (kinds.contains("lower-numbers")) {
    EXPECT_EQ(process("lower-numbers").identity.threads, 3);
  }
  if (kinds.contains("users")) {
    EXPECT_EQ(process("users").identity.suid, 1003);
    EXPECT_EQ(process("users").identity.fsgid, 2002);
  }
  const auto zombie = std::ranges::find_if(bpf.current().tasks, [&](const TaskReading& task) {
    return task.identity.ppid == kinds.at("zombie").pid();
  });
  ASSERT_NE(zombie, bpf.current().tasks.end());
  EXPECT_EQ(zombie->identity.state, 'Z');
  EXPECT_TRUE(compared.contains(zombie->identity.pid));
}

TEST(TaskSources, AreInTheSameOrder) {
  Reader bpf;
  SKIP_WITHOUT_BPF(bpf);
  Reader proc;
  proc.open(TaskChoice::kProc);
  const TaskOfAKind threads("threads");
  const TaskOfAKind another("threads");
  const TaskOfAKind third("lower-numbers");
  ASSERT_TRUE(threads.await() && another.await());
  if (!third.await()) std::printf("no threads with lower numbers than their process here\n");
  const auto order = [](const Snapshot& snapshot, const Snapshot& other) {
    std::vector<std::pair<Count, bool>> pids;
    for (const TaskReading& task : snapshot.tasks) {
      if (find(other, task)) pids.emplace_back(task.identity.pid, task.identity.is_process);
    }
    return pids;
  };
  bpf.read();
  proc.read();
  EXPECT_EQ(order(bpf.current(), proc.current()), order(proc.current(), bpf.current()));
}

// One tick more or less: both begin to divide run time where they saw it first.
void expect_between(const char* what, Count low, Count value, Count high, Count slack) {
  EXPECT_GE(value, low - slack) << what;
  EXPECT_LE(value, high + slack) << what;
}

// The thread, not only its process: that may go on when it has ended.
bool is_there(const TaskIdentity& who) {
  const auto tgid = static_cast<pid_t>(who.tgid);
  const auto tid = static_cast<pid_t>(who.pid);
  return ::syscall(SYS_tgkill, tgid, tid, 0) == 0 || errno != ESRCH;
}

// Kernels of some sandboxes keep their first process from BPF: it was missing in the log.
TEST(TaskSources, BpfMissesNoProcess) {
  Reader bpf;
  SKIP_WITHOUT_BPF(bpf);
  Reader proc;
  proc.open(TaskChoice::kProc);
  const auto told = pids_of(bpf.read().tasks);
  proc.read();
  const auto told_then = pids_of(bpf.read().tasks);
  for (const TaskReading& task : proc.current().tasks) {
    const Count pid = task.identity.pid;
    if (told.contains(pid) || told_then.contains(pid)) continue;
    EXPECT_FALSE(is_there(task.identity)) << pid << " is missing";
  }
  EXPECT_TRUE(told.contains(1));
}

TEST(TaskSources, AgreeOnTasksThatRun) {
  Reader bpf;
  SKIP_WITHOUT_BPF(bpf);
  Reader proc;
  proc.open(TaskChoice::kProc);
  const TaskOfAKind burning("burn");
  ASSERT_TRUE(burning.await());
  const auto look = [&](Reader& reader) {
    reader.read();
    return reader.process(burning.pid());
  };
  TaskReading last = look(bpf);
  for (int round = 0; round < 30; ++round) {
    const TaskReading before = look(bpf);
    const TaskReading told = look(proc);
    const TaskReading after = look(bpf);
    const auto between = [&](const char* what, const auto& get, Count slack) {
      expect_between(what, get(before), get(told), get(after), slack);
      EXPECT_GE(get(before), get(last)) << what << " fell";
      EXPECT_GE(get(after), get(before)) << what << " fell";
    };
    between(
        "user", [](const TaskReading& t) { return t.cpu.user.value; }, 1);
    between(
        "system", [](const TaskReading& t) { return t.cpu.system.value; }, 1);
    between(
        "faults", [](const TaskReading& t) { return t.memory.minor_faults; }, 0);
    last = after;
    if (HasFailure()) break;
    std::this_thread::sleep_for(50ms);
  }
  EXPECT_GT(last.cpu.user + last.cpu.system, Ticks{20});
}

TEST(TaskSources, BpfSeesANewProgramUnderTheSamePid) {
  Reader bpf;
  SKIP_WITHOUT_BPF(bpf);
  const TaskOfAKind task("exec");
  ASSERT_TRUE(task.await());
  bpf.read();
  EXPECT_EQ(bpf.line(task.pid()), "task_kinds exec");
  ASSERT_TRUE(task.send(SIGUSR1));
  bpf.read();
  EXPECT_EQ(bpf.line(task.pid()), "another-line sleep");
}

TEST(TaskSources, BpfSeesArgumentsThatAreOverwritten) {
  Reader bpf;
  SKIP_WITHOUT_BPF(bpf);
  const TaskOfAKind task("rewrite");
  ASSERT_TRUE(task.await());
  bpf.read();
  ASSERT_TRUE(task.send(SIGUSR1));
  bpf.read();
  EXPECT_EQ(bpf.line(task.pid()), "rewritten 1") << "soon after it began, at once";

  // Has it run in more snapshots than it is looked at after its start, and then rewrite its line.
  const auto rewrite_late = [&](const TaskOfAKind& one) {
    ASSERT_TRUE(one.await());
    for (int i = 0; i < 2 * BpfTasks::kLooks; ++i) {
      ASSERT_TRUE(one.send(SIGUSR2));
      bpf.read();
    }
    ASSERT_TRUE(one.send(SIGUSR1));
  };
  const TaskOfAKind late("rewrite");
  rewrite_late(late);
  for (Count i = 0; i < TaskDetails::kRefreshEvery && bpf.line(late.pid()) != "rewritten 1"; ++i) {
    bpf.read();
  }
  EXPECT_EQ(bpf.line(late.pid()), "rewritten 1") << "later, when it is its turn";
  for (const char* line : {"rewritten 2", "rewritten 3"}) {
    ASSERT_TRUE(late.send(SIGUSR1));
    bpf.read();
    EXPECT_EQ(bpf.line(late.pid()), line) << "and at once from then on";
  }

  const TaskOfAKind seldom_read("rewrite");
  rewrite_late(seldom_read);
  bpf.read(2 * ProcfsTasks::kOften);
  EXPECT_EQ(bpf.line(seldom_read.pid()), "rewritten 1") << "at once where intervals are long";
}

// Its name is the container of whom it has.
class ContainerGroup {
 public:
  bool make() {
    const auto fs = KernelFs::open("/");
    const auto hierarchy = fs ? find_cgroup2(*fs) : std::nullopt;
    if (!hierarchy) return false;
    top_ = std::filesystem::path("/" + *hierarchy);
    std::error_code error;
    std::filesystem::create_directory(path(), error);
    return !error;
  }
  ~ContainerGroup() {
    if (!top_.empty()) ::rmdir(path().c_str());
  }
  std::string name() const { return "test-" + std::to_string(::getpid()); }
  bool take(pid_t pid) const { return put(path(), pid); }
  bool give_back(pid_t pid) const { return put(top_, pid); }

 private:
  std::filesystem::path path() const { return top_ / ("lxc.payload." + name()); }
  static bool put(const std::filesystem::path& group, pid_t pid) {
    return static_cast<bool>(std::ofstream(group / "cgroup.procs") << pid << std::flush);
  }
  std::filesystem::path top_;
};

TEST(TaskSources, BpfSeesAnIdleProcessMovedToAContainer) {
  Reader bpf;
  SKIP_WITHOUT_BPF(bpf, {.places = {.names = PlaceOptions::Names::kContainers}});
  ContainerGroup group;
  const TaskOfAKind task("threads");
  ASSERT_TRUE(task.await());
  if (!group.make() || !group.take(task.pid()) || !group.give_back(task.pid())) {
    GTEST_SKIP() << "no cgroups may be made here";
  }
  bpf.read();
  EXPECT_NE(bpf.process(task.pid()).identity.host_name, group.name());
  ASSERT_TRUE(group.take(task.pid()));
  bpf.read();
  EXPECT_EQ(bpf.process(task.pid()).identity.host_name, group.name());
  const TaskReading& thread = *(&bpf.process(task.pid()) + 1);
  EXPECT_FALSE(thread.identity.is_process);
  EXPECT_EQ(thread.identity.host_name, group.name());
  ASSERT_TRUE(group.give_back(task.pid()));
}

TEST(TaskSources, AreTakenInTurnsWithoutACounterThatFalls) {
  Reader both;
  SKIP_WITHOUT_BPF(both);
  const TaskOfAKind burning("burn");
  ASSERT_TRUE(burning.await());
  Ticks user{};
  Ticks system{};
  for (int round = 0; round < 20; ++round) {
    const_cast<Collector&>(both.collector())
        .choose_tasks(round % 2 ? TaskChoice::kProc : TaskChoice::kAuto);
    both.read();
    const TaskReading task = both.process(burning.pid());
    EXPECT_GE(task.cpu.user, user);
    EXPECT_GE(task.cpu.system, system);
    user = task.cpu.user;
    system = task.cpu.system;
    std::this_thread::sleep_for(20ms);
  }
}

// From now on this thread may not ask for anything of BPF.
bool forbid_bpf() {
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_bpf, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter{static_cast<unsigned short>(std::size(program)), program};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

TEST(TaskSources, WhenBpfFailsProcIsReadInstead) {
  Reader reader;
  SKIP_WITHOUT_BPF(reader);
  reader.read();
  const auto has_problem = [&] {
    return std::ranges::find(reader.problems(), "tasks by BPF"sv, &SourceProblem::source) !=
           reader.problems().end();
  };
  EXPECT_FALSE(has_problem());
  std::thread([&] {
    ASSERT_TRUE(forbid_bpf());
    reader.read();
    EXPECT_TRUE(has_problem());
    EXPECT_EQ(reader.collector().tasks().name(), "/proc"sv);
    EXPECT_NE(reader.collector().tasks().refusal(), "");
    EXPECT_EQ(reader.process(::getpid()).identity.ppid, ::getppid());
    reader.read();
    EXPECT_FALSE(has_problem()) << "told once";
    Reader refused;
    EXPECT_FALSE(refused.open(TaskChoice::kBpf));
    EXPECT_NE(refused.collector().tasks().refusal().find("CAP_BPF"), std::string::npos);
    refused.read();
    EXPECT_EQ(refused.process(::getpid()).identity.ppid, ::getppid());
  }).join();
}

}  // namespace
}  // namespace proctape
