// SPDX-License-Identifier: Apache-2.0
//
// Processes for the benchmark.
//
//   proctape_population COUNT [BUSY_PERCENT]
//
// Starts COUNT processes, prints "ready" and waits; they all end with it. Of a hundred so many run
// for a moment a few times a second, which is enough to make everything about them be read; the
// others do nothing. Each is
// executed anew, so it has the memory map, the name and a command line (40 to 100 bytes) of its
// own, as the services of a real host have.
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

constexpr int kMaxCount = 30'000;
// A member's environment, all of it; without it the program is the parent. Its value is the
// member's number, and behind it "busy" or nothing.
constexpr char kMemberMark[] = "PROCTAPE_POPULATION_MEMBER";
constexpr char kBusy[] = "busy";
// A member writes one byte here when it is in place.
constexpr int kReadyPipe = 10;

[[noreturn]] void die(const char* what) {
  std::fprintf(stderr, "proctape_population: %s: %s\n", what, std::strerror(errno));
  std::_Exit(1);
}

int checked(int result, const char* what) {
  if (result < 0) die(what);
  return result;
}

std::vector<std::string> command_line(int number) {
  const std::string service = "service-" + std::to_string(number);
  std::vector<std::string> words = {"/usr/lib/" + service + "/worker", "--id=" + service};
  const std::string padding = "/etc/" + service + "/settings.d/one-of-a-few-files.conf";
  const auto length = static_cast<std::size_t>(number * 7 % 48);
  words.push_back("-c" + padding.substr(0, length));
  return words;
}

[[noreturn]] void execute_member(int number, bool busy) {
  std::vector<std::string> words = command_line(number);
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::string mark = std::string(kMemberMark) + "=" + std::to_string(number);
  if (busy) mark += kBusy;
  char* const environment[] = {mark.data(), nullptr};
  execve("/proc/self/exe", argv.data(), environment);
  die("execve");
}

pid_t start_member(int number, bool busy) {
  const pid_t parent = getpid();
  const pid_t child = checked(fork(), "fork");
  if (child != 0) return child;
  checked(prctl(PR_SET_PDEATHSIG, SIGKILL), "prctl(PR_SET_PDEATHSIG)");
  if (getppid() != parent) std::_Exit(1);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execute_member(number, busy);
}

// Some 20 us, at times of its own.
[[noreturn]] void be_busy(int number) {
  constexpr long kEvery = 400'000'000;  // ns
  const timespec first{.tv_sec = 0, .tv_nsec = number * 7'919L % kEvery};
  nanosleep(&first, nullptr);
  for (;;) {
    const timespec rest{.tv_sec = 0, .tv_nsec = kEvery};
    nanosleep(&rest, nullptr);
    volatile int work = 0;
    while (work < 20'000) work = work + 1;
  }
}

[[noreturn]] void be_member(const char* mark) {
  const int number = std::atoi(mark);
  checked(prctl(PR_SET_NAME, ("worker-" + std::to_string(number)).c_str()), "prctl(PR_SET_NAME)");
  if (write(kReadyPipe, "!", 1) != 1) die("report ready");
  close(kReadyPipe);
  if (std::strstr(mark, kBusy)) be_busy(number);
  for (;;) pause();
}

int be_parent(int count, int busy_percent) {
  checked(prctl(PR_SET_PDEATHSIG, SIGTERM), "prctl(PR_SET_PDEATHSIG)");
  sigset_t signals;
  sigemptyset(&signals);
  for (int signal : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) sigaddset(&signals, signal);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  int ready[2];
  checked(pipe2(ready, O_CLOEXEC), "pipe2");
  checked(dup2(ready[1], kReadyPipe), "dup2");
  // A few at a time: thousands of starts at once would be a load of their own, and one after the
  // other takes long on a machine where each has to wait for a CPU.
  constexpr std::size_t kAtOnce = 32;
  std::vector<pid_t> members;
  std::size_t in_place = 0;
  const auto await_member = [&] {
    char byte;
    if (read(ready[0], &byte, 1) != 1) die("await a member");
    ++in_place;
  };
  const timespec at_once{};
  for (int number = 1; number <= count; ++number) {
    // The members that there are end with this process.
    if (sigtimedwait(&signals, nullptr, &at_once) > 0) return 1;
    members.push_back(start_member(number, number % 100 < busy_percent));
    if (members.size() - in_place >= kAtOnce) await_member();
  }
  while (in_place < members.size()) await_member();
  std::puts("ready");
  std::fflush(stdout);
  const int signal = sigwaitinfo(&signals, nullptr);
  if (signal == SIGCHLD) std::fprintf(stderr, "proctape_population: a member ended early\n");
  for (const pid_t member : members) kill(member, SIGKILL);
  while (wait(nullptr) > 0) {
  }
  return signal == SIGCHLD ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (const char* mark = std::getenv(kMemberMark)) be_member(mark);
  const int count = argc > 1 ? std::atoi(argv[1]) : 0;
  const int busy_percent = argc > 2 ? std::atoi(argv[2]) : 0;
  if (argc > 3 || count < 1 || count > kMaxCount || busy_percent < 0 || busy_percent > 100) {
    std::fprintf(stderr, "usage: %s COUNT (1 to %d) [BUSY_PERCENT]\n", argv[0], kMaxCount);
    return 2;
  }
  return be_parent(count, busy_percent);
}
