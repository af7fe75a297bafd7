// SPDX-License-Identifier: Apache-2.0
//
// A host with many CPUs and disks, as files, for the benchmark.
//
//   proctape_large_host CPUS DISKS
//
// Prints the directory that stands for its root, and lets all counters grow four times a second
// until its input ends; then the directory is gone.
#include "tests/support/large_host.h"

#include <poll.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv) {
  const int cpus = argc == 3 ? std::atoi(argv[1]) : 0;
  const int disks = argc == 3 ? std::atoi(argv[2]) : 0;
  if (cpus < 1 || disks < 1) {
    std::fprintf(stderr, "usage: %s CPUS DISKS\n", argv[0]);
    return 2;
  }
  const proctape::LargeHost host({.cpus = cpus, .nodes = 2, .disks = disks, .interfaces = 32});
  std::printf("%s\n", host.path().c_str());
  std::fflush(stdout);
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  for (proctape::Count time = 2; poll(&input, 1, 250) == 0; ++time) host.set_time(time);
  return 0;
}
