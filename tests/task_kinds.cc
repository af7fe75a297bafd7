// SPDX-License-Identifier: Apache-2.0
//
// Processes of many kinds, for tests/task_sources_test: becomes one of the kind that its argument
// names, writes a byte to stdout when it is, and stays so until it is killed.
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace {

char** arguments;

void tell() {
  if (::write(STDOUT_FILENO, "!", 1) != 1) ::_exit(2);
}

[[noreturn]] void stay() {
  for (;;) ::pause();
}

void check(bool done, const char* what) {
  if (done) return;
  std::perror(what);
  ::_exit(2);
}

void name_threads() {
  for (const char* name : {"worker", "a) R (b\n", "\xff\xfe\x01", "fifteen bytes.."}) {
    std::thread([name] {
      ::prctl(PR_SET_NAME, name);
      stay();
    }).detach();
  }
  ::usleep(20'000);  // until they have their names
}

// As after the largest number has been given.
void begin_threads_with_lower_numbers() {
  const int file = ::open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);
  const std::string last = std::to_string(::getpid() / 2);
  check(::write(file, last.data(), last.size()) > 0, "ns_last_pid");
  for (int i = 0; i < 2; ++i) std::thread(stay).detach();
}

void die_as_main_thread() {
  std::thread([] {
    ::usleep(20'000);  // until the main thread is gone
    tell();
    stay();
  }).detach();
  ::pthread_exit(nullptr);
}

void borrow_memory() {
  // The parent stands still until the child, which has its memory, ends.
  if (::vfork() == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::write(STDOUT_FILENO, "!", 1) == 1) stay();
    ::_exit(0);
  }
  stay();
}

void do_io() {
  char path[] = "/var/tmp/task_kinds-XXXXXX";
  const int file = ::mkstemp(path);
  check(file >= 0, "mkstemp");
  ::unlink(path);
  const std::string block(1 << 20, 'x');
  for (int i = 0; i < 3; ++i) {
    check(::write(file, block.data(), block.size()) == 1 << 20, "write");
    if (i == 0) check(::fsync(file) == 0, "fsync");
  }
  // What was not written yet never will be.
  check(::ftruncate(file, 1 << 20) == 0, "ftruncate");
}

void use_memory() {
  constexpr std::size_t kSize = 24 << 20;
  void* memory = ::mmap(nullptr, kSize, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  check(memory != MAP_FAILED, "mmap");
  void* shared = ::mmap(nullptr, kSize, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  check(shared != MAP_FAILED, "mmap");
  (void)::mlock(memory, 1 << 20);  // refused by small limits
}

void be_somebody_else() {
  check(::setresgid(2001, 2002, 2003) == 0, "setresgid");
  check(::setresuid(1001, 1002, 1003) == 0, "setresuid");
}

void set_oom_score_adj() {
  const int file = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  check(::write(file, "321", 3) == 3, "oom_score_adj");
}

void set_policy(int policy, int priority) {
  const sched_param parameters{.sched_priority = priority};
  check(::sched_setscheduler(0, policy, &parameters) == 0, "sched_setscheduler");
}

// With each signal it overwrites its arguments, or runs for a moment without doing so.
void rewrite() {
  static int times = 0;
  std::signal(SIGUSR1, [](int) {
    const std::string title = "rewritten " + std::to_string(++times);
    // All of the area, so that nothing of the environment shows behind.
    char* const end = arguments[1] + std::strlen(arguments[1]);
    std::fill(arguments[0], end, '\0');
    std::copy(title.begin(), title.end(), arguments[0]);
    tell();
  });
  std::signal(SIGUSR2, [](int) { tell(); });
}

void exec_when_asked() {
  std::signal(SIGUSR1, [](int) {
    ::execl("/proc/self/exe", "another-line", "sleep", nullptr);
    ::_exit(2);
  });
  // The handler runs until the end, and the next program shall still be told.
}

void burn() {
  for (int i = 0; i < 2; ++i) {
    std::thread([] {
      for (;;) {
        for (int n = 0; n < 300'000; ++n) asm volatile("");
        void* page = ::mmap(nullptr, 1 << 16, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
        ::munmap(page, 1 << 16);
        std::thread([] { ::getppid(); }).join();
      }
    }).detach();
  }
}

}  // namespace

int main(int argc, char** argv) {
  arguments = argv;
  if (argc != 2) return 1;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const std::map<std::string, std::function<void()>> kinds{
      {"sleep", [] {}},
      {"threads", name_threads},
      {"lower-numbers", begin_threads_with_lower_numbers},
      {"main-thread-ended", die_as_main_thread},
      {"vfork", borrow_memory},
      {"io", do_io},
      {"memory", use_memory},
      {"users", be_somebody_else},
      {"oom", set_oom_score_adj},
      {"nice", [] { check(::setpriority(PRIO_PROCESS, 0, 7) == 0, "setpriority"); }},
      {"fifo", [] { set_policy(SCHED_FIFO, 3); }},
      {"batch", [] { set_policy(SCHED_BATCH, 0); }},
      {"name", [] { ::prctl(PR_SET_NAME, "x) Z (\n\xc3\xa4\xc3"); }},
      {"rewrite", rewrite},
      {"exec", exec_when_asked},
      {"burn", burn},
      {"zombie",
       [] {
         if (::fork() == 0) ::_exit(3);
         ::usleep(20'000);
       }},
      {"stopped",
       [] {
         tell();
         ::raise(SIGSTOP);
       }},
  };
  const auto kind = kinds.find(argv[1]);
  if (kind == kinds.end()) return 1;
  kind->second();
  tell();
  stay();
}
