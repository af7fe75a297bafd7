// SPDX-License-Identifier: Apache-2.0
//
// What reading all processes costs at least, for the benchmark to compare with.
//
//   proctape_floor proc|bpf ROUNDS PAUSE_MS
//
// proc: stat, status, io and cmdline of each process, opened, read and closed, and nothing done
// with them: what every recorder has done so far. bpf: an iterator over all tasks that does
// nothing with them. The pause lets caches grow cold as between two samples. Prints a line for
// each round: microseconds of CPU time, and (proc) the number of processes.
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "base/file/fd.h"
#include "bench/cpu_time.h"
#include "bench/empty_iterator.h"

namespace proctape {
namespace {

constexpr const char* kFiles[] = {"stat", "status", "io", "cmdline"};

[[noreturn]] void die(const char* what, int error) {
  std::fprintf(stderr, "proctape_floor: %s: %s\n", what, std::strerror(error));
  std::exit(1);
}

void list_processes(int proc, std::vector<std::string>& pids) {
  pids.clear();
  DIR* const directory = fdopendir(openat(proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory == nullptr) die("/proc", errno);
  while (const dirent* entry = readdir(directory)) {
    if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9') pids.emplace_back(entry->d_name);
  }
  closedir(directory);
}

void read_file(int proc, const char* path) {
  static std::array<char, 16 * 1024> text;
  const Fd file(openat(proc, path, O_RDONLY | O_CLOEXEC));
  // Some may not be read, and some have ended meanwhile.
  if (file && read(file.get(), text.data(), text.size()) < 0) return;
}

std::size_t read_processes(int proc, std::vector<std::string>& pids) {
  list_processes(proc, pids);
  std::array<char, 64> path;
  for (const std::string& pid : pids) {
    for (const char* file : kFiles) {
      std::snprintf(path.data(), path.size(), "%s/%s", pid.c_str(), file);
      read_file(proc, path.data());
    }
  }
  return pids.size();
}

int run(const std::string& what, int rounds, std::chrono::milliseconds pause) {
  const Fd proc(open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const bool by_bpf = what == "bpf";
  const int iterator = by_bpf ? empty_iterator_open() : 0;
  if (iterator < 0) die("no iterator", -iterator);
  std::vector<std::string> pids;
  for (int round = 0; round < rounds; ++round) {
    std::this_thread::sleep_for(pause);
    const double begun = cpu_microseconds();
    std::size_t processes = 0;
    if (by_bpf) {
      if (const int error = empty_iterator_walk(iterator)) die("walk", -error);
    } else {
      processes = read_processes(proc.get(), pids);
    }
    std::printf("%.1f %zu\n", cpu_microseconds() - begun, processes);
  }
  return 0;
}

}  // namespace
}  // namespace proctape

int main(int argc, char** argv) {
  const std::string what = argc == 4 ? argv[1] : "";
  const int rounds = argc == 4 ? std::atoi(argv[2]) : 0;
  if ((what != "proc" && what != "bpf") || rounds < 1) {
    std::fprintf(stderr, "usage: %s proc|bpf ROUNDS PAUSE_MS\n", argv[0]);
    return 2;
  }
  return proctape::run(what, rounds, std::chrono::milliseconds(std::atoi(argv[3])));
}
