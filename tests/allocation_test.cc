// SPDX-License-Identifier: Apache-2.0
//
// Reading and writing allocate nothing per process in the steady state: counted by
// replacing the program's operator new.
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <limits>
#include <new>
#include <string>
#include <vector>

#include "collector/collector.h"
#include "rawlog/file/encoder.h"
#include "sample/deviation/deviation.h"
#include "tests/support/cgroup_host.h"

namespace {
std::atomic<long> allocations = 0;
}

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void* operator new[](std::size_t size) { return operator new(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace proctape {
namespace {

struct Cost {
  long collecting = 0;
  long deviation_and_encoding = 0;
};

// Each process has a group of its own with a name that needs memory: of a service, or of a
// container that its runtime knows.
void place(const CgroupHost& host, int pid) {
  std::string id(64, 'a');
  std::ranges::copy(std::to_string(pid), id.begin());
  const std::string group =
      pid % 3 ? "/a-service-with-quite-a-long-name-" + id + ".service" : "/docker-" + id + ".scope";
  host.group(group, {.processes = std::to_string(pid) + "\n"});
  host.write("proc/" + std::to_string(pid) + "/cgroup", "0::" + group + "\n");
  host.write("var/lib/docker/containers/" + id + "/config.v2.json", R"({"Name":"/web"})");
}

// Allocations of one sample of a host with this many processes, of which every second has
// two threads and every third is active, once memory has grown and the names of all containers are
// known: so many of them are looked for in a sample.
Cost cost_of_sample(int processes) {
  const CgroupHost host;
  host.group("", {});
  host.write("proc/meminfo", "MemTotal: 1000 kB\n");
  host.write("proc/stat", "cpu 1 2 3 4\ncpu0 1 2 3 4\n");
  const SystemClock clock;
  auto collector =
      Collector::open(host.path().string(),
                      {.oom_score = true,
                       .places = {.names = PlaceOptions::Names::kServices, .cgroups = true},
                       .cgroups = true},
                      clock);
  if (!collector) {
    ADD_FAILURE() << collector.error().message;
    return {};
  }
  Encoder encoder(v2_13, collector->host());
  Snapshot previous;
  Snapshot current;
  Sample sample;
  std::vector<SourceProblem> problems;
  Cost cost;
  int encoded = 0;
  for (int round = 1; round <= 24; ++round) {
    for (int pid = 1; pid <= processes; ++pid) {
      const TestHost::Proc task{.threads = 1 + pid % 2, .timeslices = pid % 3 ? 1 : round};
      host.process(pid, task);
      if (round == 1) place(host, pid);
      if (pid % 2) host.thread(pid, 10000 + pid, task);
    }
    const long before = allocations;
    const auto collected = collector->collect(previous, current, problems);
    EXPECT_TRUE(collected) << collected.error().message;
    const long between = allocations;
    deviation_without_tasks(previous, current, sample);
    encoded = 0;
    encoder.encode(sample, [&](TaskVisitor visit) {
      visit_tasks(previous, current, {}, [&](const Task& task) {
        ++encoded;
        visit(task);
      });
    });
    cost = {between - before, allocations - between};
    std::swap(previous, current);
  }
  EXPECT_EQ(encoded, processes * 2);
  return cost;
}

TEST(Allocation, NoneIsMadePerProcess) {
  const Cost few = cost_of_sample(10);
  const Cost many = cost_of_sample(300);
  EXPECT_EQ(many.collecting, few.collecting) << "reading tasks allocates";
  EXPECT_EQ(many.deviation_and_encoding, 0);
}

// Idle children, until the end of the block.
class IdleProcesses {
 public:
  explicit IdleProcesses(std::size_t count) {
    while (pids_.size() < count) {
      const pid_t pid = ::fork();
      if (pid == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;) ::pause();
      }
      pids_.push_back(pid);
    }
  }
  IdleProcesses(const IdleProcesses&) = delete;
  IdleProcesses& operator=(const IdleProcesses&) = delete;
  ~IdleProcesses() {
    for (const pid_t pid : pids_) ::kill(pid, SIGKILL);
    for (const pid_t pid : pids_) ::waitpid(pid, nullptr, 0);
  }

 private:
  std::vector<pid_t> pids_;
};

TEST(Allocation, TasksByBpfMakeNone) {
  const auto fs = KernelFs::open("/");
  ASSERT_TRUE(fs);
  auto tasks = Tasks::open(*fs, {}, {.oom_score = true});
  ASSERT_TRUE(tasks);
  tasks->choose(TaskChoice::kBpf, *fs);
  if (!tasks->refusal().empty()) GTEST_SKIP() << tasks->refusal();
  const IdleProcesses idle(200);
  const std::function<void()> meanwhile = [] {};
  Snapshot previous;
  Snapshot current;
  long least = std::numeric_limits<long>::max();
  // What others on this machine begin meanwhile costs a little: one quiet round is enough.
  for (int round = 0; round < 50 && least > 0; ++round) {
    const long before = allocations;
    ASSERT_TRUE(tasks->read(previous, current, meanwhile));
    if (round > 5) least = std::min(least, allocations - before);
    std::swap(previous, current);
  }
  EXPECT_GT(previous.tasks.size(), 200U);
  EXPECT_EQ(least, 0);
}

TEST(Allocation, TheCounterCounts) {
  const long before = allocations;
  // Called as a function: a compiler may leave out a new expression with its delete.
  operator delete(operator new(1));
  EXPECT_EQ(allocations, before + 1);
}

}  // namespace
}  // namespace proctape
