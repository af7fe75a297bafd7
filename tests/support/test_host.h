// SPDX-License-Identifier: Apache-2.0
//
// A host made by the test: a temporary directory whose files the test writes.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace proctape {

class TestDirectory {
 public:
  explicit TestDirectory(
      const std::filesystem::path& parent = std::filesystem::temp_directory_path()) {
    std::string name = (parent / "proctape-XXXXXX").string();
    if (!::mkdtemp(name.data())) std::abort();
    path_ = name;
  }
  TestDirectory(const TestDirectory&) = delete;
  TestDirectory& operator=(const TestDirectory&) = delete;
  ~TestDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }

  void write(const std::string& file, std::string_view text) const {
    std::filesystem::create_directories((path_ / file).parent_path());
    std::ofstream(path_ / file, std::ios::binary) << text;
  }
  void remove(const std::string& file) const { std::filesystem::remove_all(path_ / file); }

 private:
  std::filesystem::path path_;
};

// With the files of tasks in the kernel's format.
class TestHost : public TestDirectory {
 public:
  struct Proc {
    std::string name = "task";
    char state = 'S';
    long ppid = 1;
    long threads = 1;
    long start = 100;
    long user = 0;
    long system = 0;
    long minor_faults = 0;
    long virtual_size = 4096 * 100;
    long resident_pages = 50;
    long run_time = 1000;
    long run_delay = 10;
    long timeslices = 1;
    long voluntary = 1;
    long written = 0;
    long arguments = 0;  // their length as it was at first
    std::string command_line = std::string("task\0arg\0", 9);
  };

  explicit TestHost(const std::filesystem::path& parent = std::filesystem::temp_directory_path())
      : TestDirectory(parent) {
    std::filesystem::create_directories(path() / "proc");
  }

  void process(long pid, const Proc& task) const {
    files("proc/" + std::to_string(pid), pid, pid, task);
    files("proc/" + std::to_string(pid) + "/task/" + std::to_string(pid), pid, pid, task);
    write("proc/" + std::to_string(pid) + "/cmdline", task.command_line);
  }
  void thread(long pid, long tid, const Proc& task) const {
    files("proc/" + std::to_string(pid) + "/task/" + std::to_string(tid), pid, tid, task);
  }

 private:
  void files(const std::string& directory, long pid, long tid, const Proc& t) const {
    const auto n = [](long value) { return std::to_string(value); };
    write(directory + "/stat",
          n(tid) + " (" + t.name + ") " + t.state + ' ' + n(t.ppid) + " 1 1 0 -1 4194560 " +
              n(t.minor_faults) + " 0 0 0 " + n(t.user) + ' ' + n(t.system) + " 0 0 20 0 " +
              n(t.threads) + " 0 " + n(t.start) + ' ' + n(t.virtual_size) + ' ' +
              n(t.resident_pages) +
              " 18446744073709551615 1 1 1 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 " +
              n(t.arguments) + " 0 0 0\n");
    write(directory + "/status",
          "Name:\t" + t.name + "\nTgid:\t" + n(pid) + "\nPid:\t" + n(tid) +
              "\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nVmData:\t 12 kB\nThreads:\t" + n(t.threads) +
              "\nvoluntary_ctxt_switches:\t" + n(t.voluntary) +
              "\nnonvoluntary_ctxt_switches:\t0\n");
    write(directory + "/io",
          "rchar: 0\nread_bytes: 0\nwrite_bytes: " + n(t.written) + "\ncancelled_write_bytes: 0\n");
    write(directory + "/schedstat",
          n(t.run_time) + ' ' + n(t.run_delay) + ' ' + n(t.timeslices) + '\n');
  }
};

}  // namespace proctape
