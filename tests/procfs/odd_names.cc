// SPDX-License-Identifier: Apache-2.0
//
// odd_names PROCESSES THREADS: so many processes, and one with so many threads besides its first,
// with names that are hard to read from /proc and to write as CSV. Prints the pid of the one with
// threads and those of the processes in one line when all have their names, and stays until
// its standard input ends.
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace {

// Put together at random.
constexpr const char* kPieces[] = {")",  "(",  ") R 1", "\"", "\"\"", ",",    "\n",   "\r\n", "\t",
                                   " ",  "\\", "\\n",   "'",  "=1+1", ";",    "\x1b", "\xff", "é",
                                   "@x", "-",  "Name:", "x",  "/*",   "\x01", "#",    "%s"};

std::string odd_name(std::mt19937& random) {
  std::string name;
  const auto pieces = random() % 6;  // without any it is empty
  for (unsigned i = 0; i < pieces; ++i) name += kPieces[random() % std::size(kPieces)];
  return name;
}

[[noreturn]] void stay() {
  for (;;) ::pause();
}

// Becomes visible under its name before the next one is begun.
void wait_for_byte(int pipe) {
  char byte = 0;
  if (::read(pipe, &byte, 1) != 1) ::_exit(2);
}
void send_byte(int pipe) {
  if (::write(pipe, "!", 1) != 1) ::_exit(2);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const int processes = std::atoi(argv[1]);
  const int threads = std::atoi(argv[2]);
  std::array<int, 2> ready{};
  if (::pipe(ready.data()) != 0) return 2;
  std::mt19937 random(20261121);  // the same ones each time

  std::vector<pid_t> pids;
  for (int i = 0; i < processes; ++i) {
    const std::string name = odd_name(random);
    const pid_t pid = ::fork();
    if (pid < 0) return 2;
    if (pid == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::prctl(PR_SET_NAME, name.c_str());
      ::close(STDIN_FILENO);
      ::close(STDOUT_FILENO);
      send_byte(ready[1]);
      stay();
    }
    pids.push_back(pid);
  }
  for (int i = 0; i < threads; ++i) {
    std::thread([name = odd_name(random), pipe = ready[1]] {
      ::prctl(PR_SET_NAME, name.c_str());
      send_byte(pipe);
      stay();
    }).detach();
  }
  for (int i = 0; i < processes + threads; ++i) wait_for_byte(ready[0]);

  std::string line = std::to_string(::getpid());
  for (const pid_t pid : pids) line += ' ' + std::to_string(pid);
  std::puts(line.c_str());
  std::fflush(stdout);
  char byte = 0;
  while (::read(STDIN_FILENO, &byte, 1) > 0) continue;
  for (const pid_t pid : pids) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
  ::_exit(0);
}
