// SPDX-License-Identifier: Apache-2.0
//
// Groups of a unified hierarchy made by the test, with the files that kernels give them.
#pragma once

#include <unistd.h>

#include <string>

#include "tests/support/test_host.h"

namespace proctape {

class CgroupHost : public TestHost {
 public:
  struct Group {
    std::string processes;  // lines of cgroup.procs
    long user = 0;
    long system = 0;
    long memory = 0;
    long written = 0;
    long stalled = 0;  // in all three pressures
  };

  explicit CgroupHost(std::string hierarchy = "sys/fs/cgroup")
      : TestHost(parent()), hierarchy_(std::move(hierarchy)) {
    write(hierarchy_ + "/cgroup.controllers", "cpu io memory pids\n");
  }

  // `path` is "" for the root, "/a/b". The root has neither settings nor memory.current.
  void group(const std::string& path, const Group& group) const {
    const auto file = [&](const char* name, const std::string& text) {
      write(hierarchy_ + path + '/' + name, text);
    };
    const auto n = [](long value) { return std::to_string(value); };
    file("cgroup.procs", group.processes);
    file("cpu.stat", "usage_usec " + n(group.user + group.system) + "\nuser_usec " + n(group.user) +
                         "\nsystem_usec " + n(group.system) + "\n");
    file("io.stat", "8:0 rbytes=0 wbytes=" + n(group.written) + " rios=0 wios=1 dbytes=0 dios=0\n");
    for (const char* resource : {"cpu", "memory", "io"}) {
      file((std::string(resource) + ".pressure").c_str(),
           "some avg10=0.00 avg60=0.00 avg300=0.00 total=" + n(group.stalled) +
               "\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
    }
    if (path.empty()) return;
    file("memory.current", n(group.memory) + "\n");
    file("memory.stat", "anon " + n(group.memory) + "\nfile 0\nkernel 4096\nshmem 0\n");
    settings(path, {});
  }

  struct Settings {
    std::string cpu_weight = "100";
    std::string cpu_max = "max 100000";
    std::string memory_max = "max";
    std::string swap_max = "max";
  };
  void settings(const std::string& path, const Settings& settings) const {
    write(hierarchy_ + path + "/cpu.weight", settings.cpu_weight + "\n");
    write(hierarchy_ + path + "/cpu.max", settings.cpu_max + "\n");
    write(hierarchy_ + path + "/memory.max", settings.memory_max + "\n");
    write(hierarchy_ + path + "/memory.swap.max", settings.swap_max + "\n");
  }
  void remove_group(const std::string& path) const { remove(hierarchy_ + path); }
  void group_file(const std::string& path, const std::string& name, const std::string& text) const {
    write(hierarchy_ + path + '/' + name, text);
  }

 private:
  // In memory where there is such a place: a disk takes half a minute for thousands of groups.
  static std::filesystem::path parent() {
    constexpr char kMemory[] = "/dev/shm";
    return ::access(kMemory, W_OK) == 0 ? kMemory : std::filesystem::temp_directory_path();
  }

  std::string hierarchy_;
};

}  // namespace proctape
