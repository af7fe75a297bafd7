// SPDX-License-Identifier: Apache-2.0
#include "collector/containers/task_places.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <optional>

#include "base/capabilities.h"
#include "base/clock.h"
#include "base/file/fd.h"
#include "collector/containers/uts_names.h"
#include "collector/host_info.h"
#include "tests/support/cgroup_host.h"
#include "tests/support/container_id.h"

namespace proctape {
namespace {

using namespace std::chrono_literals;

class TaskPlacesTest : public testing::Test {
 protected:
  TaskPlaces open() {
    const auto fs = KernelFs::open(host_.path().string());
    if (!fs) std::abort();
    auto places = TaskPlaces::open(*fs, read_host(*fs));
    if (!places) std::abort();
    return std::move(*places);
  }

  Task place_of(const std::string& groups, PlaceOptions::Names names = Names::kContainers) {
    host_.write("proc/77/cgroup", groups);
    auto places = std::optional(open());
    places->begin_snapshot(100s);
    Task task;
    task.identity.host_name = "old";  // and must not stay
    task.identity.pid = 77;
    places->read({.names = names, .cgroups = true}, task);
    return task;
  }
  using Names = PlaceOptions::Names;

  CgroupHost host_;
};

TEST_F(TaskPlacesTest, ADockerContainerHasItsNameAndItsShortId) {
  host_.write("var/lib/docker/containers/" + kContainerId + "/config.v2.json",
              R"({"Name":"/web"})");
  const Task task = place_of("0::/system.slice/docker-" + kContainerId + ".scope\n");
  EXPECT_EQ(task.identity.container.view(), "4f5b5a7c9d0e");
  EXPECT_EQ(task.identity.host_name.view(), "web");
  EXPECT_EQ(task.identity.cgroup_path.view(), "/system.slice/docker-" + kContainerId.substr(0, 42));
}

// `docker rename`, as deployments do it right after the start.
TEST_F(TaskPlacesTest, ARenamedContainerHasItsNewNameSoonAndSaysSo) {
  const std::string config = "var/lib/docker/containers/" + kContainerId + "/config.v2.json";
  host_.write(config, R"({"Name":"/old-name"})");
  host_.write("proc/77/cgroup", "0::/docker/" + kContainerId + "\n");
  auto places = open();
  const auto name = [&] {
    Task task;
    task.identity.pid = 77;
    places.read({.names = Names::kContainers}, task);
    return std::string(task.identity.host_name.view());
  };
  places.begin_snapshot(100s);
  EXPECT_EQ(name(), "old-name");
  places.begin_snapshot(110s);
  EXPECT_FALSE(places.renamed());
  host_.write(config, R"({"Name":"/newer-name"})");
  places.begin_snapshot(120s);
  EXPECT_TRUE(places.renamed());
  EXPECT_EQ(name(), "newer-name");
  host_.remove(config);
  places.begin_snapshot(130s);
  EXPECT_FALSE(places.renamed());
  EXPECT_EQ(name(), "newer-name") << "while it ends";
}

// Each is looked at in a few snapshots, and one file is read in each.
TEST_F(TaskPlacesTest, OfManyContainersEachIsLookedAtInAFewSnapshots) {
  const auto id = [](int i) { return kContainerId.substr(2) + std::to_string(10 + i); };
  const auto write = [&](int i, const std::string& name) {
    host_.write("var/lib/docker/containers/" + id(i) + "/config.v2.json",
                R"({"Name":"/)" + name + R"("})");
  };
  auto places = open();
  constexpr int kCount = 30;
  const auto name = [&](int i) {
    host_.write("proc/77/cgroup", "0::/docker/" + id(i) + "\n");
    Task task;
    task.identity.pid = 77;
    places.read({.names = Names::kContainers}, task);
    return std::string(task.identity.host_name.view());
  };
  places.begin_snapshot(100s);
  for (int i = 0; i < kCount; ++i) write(i, "old");
  for (int i = 0; i < kCount; ++i) EXPECT_EQ(name(i), "old");
  for (int i = 0; i < kCount; ++i) write(i, "newer");
  int renamed = 0;
  for (int i = 0; i < kCount + 4; ++i) {
    places.begin_snapshot(100s);
    renamed += places.renamed();
  }
  EXPECT_EQ(renamed, kCount);
  for (int i = 0; i < kCount; ++i) EXPECT_EQ(name(i), "newer");
}

TEST_F(TaskPlacesTest, SecretsInNamesAreHidden) {
  host_.write("var/lib/docker/containers/" + kContainerId + "/config.v2.json",
              R"({"Name":"/web-token=HUNTER2zq"})");
  const auto redaction = Redaction::compile(std::vector<std::string>{"default"});
  ASSERT_TRUE(redaction);
  host_.group("", {});
  host_.write("proc/77/cgroup", "0::/docker/" + kContainerId + "\n");
  host_.write("proc/78/cgroup", "0::/x/db-password=HUNTER2zq\n");
  auto places = open();
  places.set_redaction(std::shared_ptr<const Redaction>(&*redaction, [](const auto*) {}));
  places.begin_snapshot(100s);
  Task task;
  task.identity.pid = 77;
  places.read({.names = Names::kContainers, .cgroups = true}, task);
  EXPECT_EQ(task.identity.host_name.view(), "web-token=***");
  task.identity.pid = 78;
  places.read({.names = Names::kContainers, .cgroups = true}, task);
  EXPECT_EQ(task.identity.cgroup_path.view(), "/x/db-password=***");
}

TEST_F(TaskPlacesTest, AContainerWithoutStateHasItsShortId) {
  const Task task = place_of("0::/docker/" + kContainerId + "\n");
  EXPECT_EQ(task.identity.container.view(), "4f5b5a7c9d0e");
  EXPECT_EQ(task.identity.host_name.view(), "4f5b5a7c9d0e");
}

TEST_F(TaskPlacesTest, APodOnTheHostsNetworkHasThePodsName) {
  host_.write(
      "run/containerd/io.containerd.runtime.v2.task/k8s.io/" + kContainerId + "/config.json",
      R"({"hostname":"node-1","annotations":{"io.kubernetes.cri.sandbox-name":)"
      R"("kube-proxy-x7k2p","io.kubernetes.cri.container-name":"kube-proxy"}})");
  std::filesystem::create_directories(host_.path() / "proc/1/ns");
  std::filesystem::create_directories(host_.path() / "proc/77/ns");
  std::filesystem::create_symlink("uts:[4026531838]", host_.path() / "proc/1/ns/uts");
  std::filesystem::create_symlink("uts:[4026531838]", host_.path() / "proc/77/ns/uts");
  const Task task = place_of("0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-" +
                             kContainerId + ".scope\n");
  EXPECT_EQ(task.identity.host_name.view(), "kube-proxy-x7k2p");
}

TEST_F(TaskPlacesTest, Version1AndHybridHostsTellItInAnyOfTheirLines) {
  const std::string one =
      "12:pids:/docker/" + kContainerId + "\n4:memory:/docker/" + kContainerId + "\n";
  EXPECT_EQ(
      place_of(one + "1:name=systemd:/docker/" + kContainerId + "\n").identity.container.view(),
      "4f5b5a7c9d0e");
  EXPECT_EQ(place_of("1:cpuset:/\n" + one + "0::/system.slice/containerd.service\n")
                .identity.container.view(),
            "4f5b5a7c9d0e");
  EXPECT_EQ(place_of("9:cpuset:/\n0::/lxc.payload.web\n").identity.host_name.view(), "web");
}

TEST_F(TaskPlacesTest, MachinesHaveTheirNameAndNoId) {
  const Task task = place_of("0::/machine.slice/machine-my\\x2dweb.scope/payload\n");
  EXPECT_EQ(task.identity.host_name.view(), "my-web");
  EXPECT_EQ(task.identity.container.view(), "");
}

TEST_F(TaskPlacesTest, ServicesAreNamedIfWanted) {
  const std::string cron = "0::/system.slice/cron.service\n";
  EXPECT_EQ(place_of(cron).identity.host_name.view(), "");
  EXPECT_EQ(place_of(cron, Names::kServices).identity.host_name.view(), "cron");
  EXPECT_EQ(place_of("0::/lxc.payload.web/a.service\n", Names::kServices).identity.host_name.view(),
            "web");
  EXPECT_EQ(place_of("0::/init.scope\n", Names::kServices).identity.host_name.view(), "");
  EXPECT_EQ(place_of("0::/docker/" + kContainerId + "\n", Names::kOff).identity.host_name.view(),
            "");
}

TEST_F(TaskPlacesTest, PathAndLimitsAreThoseOfTheUnifiedHierarchy) {
  host_.group("", {});
  host_.group("/a", {});
  host_.group("/a/b:c", {});
  host_.settings("/a", {"100", "50000 100000", "1048576", "max"});
  host_.settings("/a/b:c", {"300", "max 100000", "2097152", "0"});
  const Task task = place_of("4:memory:/other\n0::/a/b:c\n");
  EXPECT_EQ(task.identity.cgroup_path.view(), "/a/b:c");
  EXPECT_EQ(task.cpu.cgroup_weight, 300);
  EXPECT_EQ(task.cpu.cgroup_max, -1);
  EXPECT_EQ(task.cpu.cgroup_max_effective, 50);
  EXPECT_EQ(task.memory.cgroup_max, Bytes{2097152});
  EXPECT_EQ(task.memory.cgroup_max_effective, Bytes{1048576});
  EXPECT_EQ(task.memory.cgroup_swap_max, Bytes{0});
  EXPECT_EQ(task.memory.cgroup_swap_max_effective, Bytes{0});
}

TEST_F(TaskPlacesTest, WithoutAHierarchyOfVersion2ThePathIsEmptyAndTheLimitsAre0) {
  host_.remove("sys");
  const Task task = place_of("4:memory:/other\n0::/\n");
  EXPECT_EQ(task.identity.cgroup_path.view(), "");
  EXPECT_EQ(task.cpu.cgroup_weight, 0);
  EXPECT_EQ(task.memory.cgroup_max_effective, Bytes{0});
}

TEST_F(TaskPlacesTest, OddFilesNameNothing) {
  for (const char* text : {"", "\n", "nonsense\n", "0:\n", "0::\n", "::::\n", "0::/\xff\x01\n"}) {
    const Task task = place_of(text, Names::kServices);
    EXPECT_EQ(task.identity.host_name.view(), "") << text;
    EXPECT_EQ(task.identity.container.view(), "") << text;
  }
  EXPECT_EQ(place_of("0::/a\tb\xff\n").identity.cgroup_path.view(), "/a?b?") << "fit for a log";
}

class PlacesOfGroups : public TaskPlacesTest {
 protected:
  static constexpr std::uint64_t kGroup = 5;

  std::string path_of(Count pid, bool settled, std::uint64_t group = kGroup, SinceBoot since = {}) {
    Task task;
    task.identity.pid = pid;
    places_.read_of_group({group, settled, since}, {.names = Names::kOff, .cgroups = true}, task);
    return std::string(task.identity.cgroup_path.view());
  }
  void SetUp() override {
    host_.write("proc/77/cgroup", "0::/a\n");
    host_.write("proc/78/cgroup", "0::/b\n");
    places_.begin_snapshot(100s);
  }

  TaskPlaces places_ = open();
};

TEST_F(PlacesOfGroups, OneIsReadForAllForAWhile) {
  EXPECT_EQ(path_of(77, true), "/a");
  EXPECT_EQ(path_of(78, true), "/a") << "not read";
  EXPECT_EQ(path_of(78, true, kGroup + 1), "/b") << "of another group";
  for (Count i = 0; i < TaskPlaces::kKeep; ++i) places_.begin_snapshot(100s);
  EXPECT_EQ(path_of(78, true), "/b") << "read anew";
  EXPECT_EQ(path_of(77, true), "/b");
}

// Such as a service that is begun in the group of its manager and then moved.
TEST_F(PlacesOfGroups, TheYoungTellNothingOfOthers) {
  EXPECT_EQ(path_of(77, false), "/a");
  EXPECT_EQ(path_of(78, false), "/b");
  EXPECT_EQ(path_of(78, true), "/b");
  EXPECT_EQ(path_of(77, false), "/b") << "but take what is known of their group";
}

// A process that ended before it was looked at left all of its group without a place.
TEST_F(PlacesOfGroups, OneThatIsGoneTellsNothingOfOthers) {
  EXPECT_EQ(path_of(79, true), "");
  EXPECT_EQ(path_of(77, false), "/a");
}

// Such as a container that begins where the memory of another's groups was.
TEST_F(PlacesOfGroups, WhatWasReadBeforeANumberMeantTheGroupIsOfAnother) {
  EXPECT_EQ(path_of(77, true), "/a");
  EXPECT_EQ(path_of(78, true, kGroup, 101s), "/b");
  EXPECT_EQ(path_of(77, true, kGroup, 100s), "/b") << "read now";
}

TEST_F(PlacesOfGroups, WhatWasAskedForOtherwiseIsReadAnew) {
  EXPECT_EQ(path_of(77, true), "/a");
  Task task;
  task.identity.pid = 78;
  places_.read_of_group({kGroup, true, {}}, {.names = Names::kServices, .cgroups = true}, task);
  EXPECT_EQ(task.identity.cgroup_path.view(), "/b");
  EXPECT_EQ(path_of(77, true), "/a");
}

// ---- On this machine ----

// A process in a UTS namespace of its own, under this host name.
class NamedHost {
 public:
  explicit NamedHost(const char* name) {
    int ready[2];
    if (::pipe(ready) != 0) std::abort();
    child_ = ::fork();
    if (child_ == 0) {
      const bool done = ::unshare(CLONE_NEWUTS) == 0 && ::sethostname(name, strlen(name)) == 0;
      (void)!::write(ready[1], done ? "y" : "n", 1);
      for (;;) ::pause();
    }
    char answer = 'n';
    (void)!::read(ready[0], &answer, 1);
    ::close(ready[0]);
    ::close(ready[1]);
    made_ = answer == 'y';
  }
  NamedHost(const NamedHost&) = delete;
  NamedHost& operator=(const NamedHost&) = delete;
  ~NamedHost() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  bool made() const { return made_; }
  pid_t pid() const { return child_; }

 private:
  pid_t child_ = 0;
  bool made_ = false;
};

class LiveUtsNames : public testing::Test {
 protected:
  void SetUp() override {
    auto fs = KernelFs::open("/");
    ASSERT_TRUE(fs);
    const Host host = read_host(*fs);
    host_name_ = host.node_name;
    auto places = TaskPlaces::open(*fs, host);
    ASSERT_TRUE(places);
    places_.emplace(std::move(*places));
  }
  std::string name_of(pid_t pid, SinceBoot now = 100s) {
    places_->begin_snapshot(now);
    Task task;
    task.identity.pid = pid;
    places_->read({.names = PlaceOptions::Names::kContainers}, task);
    return std::string(task.identity.host_name.view());
  }

  std::string host_name_;
  std::optional<TaskPlaces> places_;
};

TEST_F(LiveUtsNames, AProcessInItsOwnNamespaceHasThatHostName) {
  const NamedHost pod("web-7d4b9c6f8-abcde");
  if (!pod.made()) GTEST_SKIP() << "no UTS namespace may be made here";
  EXPECT_EQ(name_of(pod.pid()), "web-7d4b9c6f8-abcde");
  EXPECT_EQ(name_of(::getpid()), "");
  char name[65] = {};
  ASSERT_EQ(::gethostname(name, sizeof name - 1), 0);
  EXPECT_EQ(name, host_name_) << "the helper thread took us along";
}

TEST_F(LiveUtsNames, TheHostsOwnNameAndLocalhostAreNone) {
  const NamedHost twin(host_name_.c_str());
  const NamedHost local("localhost");
  if (!twin.made() || !local.made()) GTEST_SKIP() << "no UTS namespace may be made here";
  EXPECT_EQ(name_of(twin.pid()), "");
  EXPECT_EQ(name_of(local.pid()), "");
}

// systemd's own services have such namespaces on every host (ProtectHostname=): each start of a
// recorder without that right had warned of them.
TEST_F(LiveUtsNames, WithoutTheRightToAskItIsSaidOfWhatIsNoService) {
  const NamedHost pod("secluded");
  if (!pod.made()) GTEST_SKIP() << "no UTS namespace may be made here";
  const Fd proc(::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  UtsNames names(proc.get(), host_name_);
  const pid_t child = ::fork();
  if (child == 0) {
    Capabilities{CAP_SYS_ADMIN}.lower();
    const auto unnamed = [&](pid_t pid, bool is_service) {
      return names.name_of(pid, is_service).empty();
    };
    const bool silent = unnamed(pod.pid(), true) && unnamed(pod.pid(), true) &&
                        unnamed(::getpid(), false) && !names.refused();
    const bool said = unnamed(pod.pid(), false) && names.refused();
    ::_exit(silent && said && unnamed(pod.pid(), true) && names.refused() ? 0 : 1);
  }
  int status = 1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(names.name_of(pod.pid(), true), "secluded");
}

TEST_F(LiveUtsNames, ANameIsAskedAgainAfterAWhile) {
  const NamedHost pod("before");
  if (!pod.made()) GTEST_SKIP() << "no UTS namespace may be made here";
  EXPECT_EQ(name_of(pod.pid(), 100s), "before");
  const pid_t changer = ::fork();
  if (changer == 0) {
    const std::string path = "/proc/" + std::to_string(pod.pid()) + "/ns/uts";
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    ::_exit(::setns(fd, CLONE_NEWUTS) == 0 && ::sethostname("after", 5) == 0 ? 0 : 1);
  }
  int status = 1;
  ::waitpid(changer, &status, 0);
  ASSERT_EQ(status, 0);
  EXPECT_EQ(name_of(pod.pid(), 101s), "before");
  EXPECT_EQ(name_of(pod.pid(), 100s + UtsNames::kKeep), "after");
}

}  // namespace
}  // namespace proctape
