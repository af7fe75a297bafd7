// SPDX-License-Identifier: Apache-2.0
//
// A bounded load for comparing recorders: one process per role, each at a steady pace, so that
// two recorders that sample a few milliseconds apart must see the same totals.
//
//   proctape_workload SECONDS DIRECTORY
//
// Prints "ready" once every role has reached its state and ends after SECONDS (exit 0), or at
// once on SIGTERM, SIGINT or the death of whoever started it (exit 1). DIRECTORY should be on a
// real disk. Nothing is left behind even after SIGKILL: files are unlinked as soon as they are
// open, children die with their parent.
//
// The role is the process's name ("wl-cpu"), to be found again in the log. Every role is this
// program executed anew, so command lines differ and can be odd.
#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

// Descriptors every role inherits.
constexpr int kReadyPipe = 10;    // a role writes one byte when it has reached its state
constexpr int kTcpListener = 11;  // on a free loopback port
constexpr int kUdpReceiver = 12;  // likewise

constexpr std::size_t kKiB = 1024;
constexpr std::size_t kMiB = 1024 * kKiB;

[[noreturn]] void die(const char* what) {
  std::fprintf(stderr, "proctape_workload: %s: %s\n", what, std::strerror(errno));
  std::_Exit(1);
}

int checked(int result, const char* what) {
  if (result < 0) die(what);
  return result;
}

void set_name(const char* name) { checked(prctl(PR_SET_NAME, name), "prctl(PR_SET_NAME)"); }

// The kernel kills this process when `parent` ends, however it ends.
void die_with(pid_t parent, int signal) {
  checked(prctl(PR_SET_PDEATHSIG, signal), "prctl(PR_SET_PDEATHSIG)");
  if (getppid() != parent) std::_Exit(1);  // it ended before the call above
}

void report_ready() {
  if (write(kReadyPipe, "!", 1) != 1) die("report ready");
}

nanoseconds now(clockid_t clock) {
  timespec t;
  clock_gettime(clock, &t);
  return seconds(t.tv_sec) + nanoseconds(t.tv_nsec);
}

// Calls `work` for ever, once per period. What was missed is not made up for: a burst after a
// stall would be exactly the unsteadiness a comparison cannot stand.
[[noreturn]] void every(milliseconds period, const std::function<void()>& work) {
  auto next = now(CLOCK_MONOTONIC);
  for (;;) {
    work();
    next = std::max(next + period, now(CLOCK_MONOTONIC));
    const timespec until{static_cast<time_t>(next / seconds(1)),
                         static_cast<long>((next % seconds(1)).count())};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
    }
  }
}

[[noreturn]] void sleep_for_ever() {
  for (;;) pause();
}

// Uses `amount` of this thread's CPU time in user mode.
void burn_user(nanoseconds amount) {
  const auto end = now(CLOCK_THREAD_CPUTIME_ID) + amount;
  volatile std::uint64_t x = 1;
  while (now(CLOCK_THREAD_CPUTIME_ID) < end) {
    for (int i = 0; i < 20000; ++i) x = x * 6364136223846793005u + 1442695040888963407u;
  }
}

// Uses `amount` of this thread's CPU time, nearly all of it in system mode.
void burn_system(nanoseconds amount) {
  const auto end = now(CLOCK_THREAD_CPUTIME_ID) + amount;
  std::vector<char> zeros(256 * kKiB);
  const int fd = checked(open("/dev/zero", O_RDONLY | O_CLOEXEC), "open /dev/zero");
  while (now(CLOCK_THREAD_CPUTIME_ID) < end) {
    if (read(fd, zeros.data(), zeros.size()) < 0) die("read /dev/zero");
  }
  close(fd);
}

// ---- Roles: CPU and scheduling

void run_cpu(const char*) {
  report_ready();
  every(milliseconds(20), [] { burn_user(milliseconds(12)); });
}

void run_nice(const char*) {
  checked(setpriority(PRIO_PROCESS, 0, 10), "setpriority");
  report_ready();
  every(milliseconds(20), [] { burn_user(milliseconds(4)); });
}

void run_system(const char*) {
  report_ready();
  every(milliseconds(20), [] { burn_system(milliseconds(3)); });
}

void run_realtime(const char*) {
  const sched_param fifo{.sched_priority = 20};
  checked(sched_setscheduler(0, SCHED_FIFO, &fifo), "sched_setscheduler");
  report_ready();
  every(milliseconds(50), [] { burn_user(milliseconds(1)); });
}

// Four named threads besides the main one, of which two work.
void run_threads(const char*) {
  std::vector<std::thread> threads;
  for (int i = 1; i <= 4; ++i) {
    threads.emplace_back([i] {
      set_name(("wl-thread-" + std::to_string(i)).c_str());
      report_ready();
      if (i > 2) sleep_for_ever();
      every(milliseconds(20), [i] { burn_user(milliseconds(i) / 2); });
    });
  }
  sleep_for_ever();
}

// Threads that come and go: sums over a process's threads fall when one ends.
void run_churn(const char*) {
  report_ready();
  every(milliseconds(400), [] {
    std::thread([] {
      set_name("wl-churning");
      burn_user(milliseconds(2));
      std::this_thread::sleep_for(milliseconds(250));
    }).detach();
  });
}

// ---- Roles: processes that come, go, or have gone

// Ends of short-lived children, in turn: exit status, or (negative) the signal that kills it.
constexpr int kEnds[] = {0, 3, -SIGTERM, 42, -SIGKILL, 255};

void run_forker(const char*) {
  report_ready();
  std::size_t turn = 0;
  every(milliseconds(50), [&turn] {
    const int end = kEnds[turn++ % std::size(kEnds)];
    const pid_t self = getpid();
    const pid_t child = checked(fork(), "fork");
    if (child == 0) {
      die_with(self, SIGKILL);
      set_name("wl-short");
      burn_user(milliseconds(1));
      if (end < 0) kill(getpid(), -end);
      std::_Exit(end);
    }
    waitpid(child, nullptr, 0);
  });
}

void run_zombie_parent(const char*) {
  const pid_t child = checked(fork(), "fork");
  if (child == 0) {
    set_name("wl-zombie");
    std::_Exit(7);
  }
  siginfo_t ended;
  checked(waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT), "waitid");
  report_ready();
  sleep_for_ever();  // never reaps it
}

// ---- Roles: memory

// 256 KiB more, mapped and touched, ten times a second; at most 256 MiB.
void run_grow(const char*) {
  report_ready();
  std::size_t total = 0;
  every(milliseconds(100), [&total] {
    constexpr std::size_t kStep = 256 * kKiB;
    if (total >= 256 * kMiB) return;
    void* p = mmap(nullptr, kStep, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) die("mmap");
    std::memset(p, 1, kStep);
    total += kStep;
  });
}

void run_locked(const char*) {
  constexpr std::size_t kLocked = 4 * kMiB;
  void* p = mmap(nullptr, kLocked, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (p == MAP_FAILED) die("mmap");
  checked(mlock(p, kLocked), "mlock");
  report_ready();
  sleep_for_ever();
}

// ---- Roles: disk

int open_scratch_file(const char* directory) {
  std::string path = std::string(directory) + "/proctape-workload-XXXXXX";
  const int fd = checked(mkostemp(path.data(), O_CLOEXEC), path.c_str());
  unlink(path.c_str());
  return fd;
}

// Twenty times a second: 64 KiB written and synced, 16 KiB of it read back from the disk, and
// 32 KiB written and cut off again before they reach the disk (cancelled writes).
void run_disk(const char* directory) {
  constexpr std::size_t kWrite = 64 * kKiB, kRead = 16 * kKiB, kCancelled = 32 * kKiB;
  constexpr off_t kFileSize = 16 * kMiB;
  const int file = open_scratch_file(directory);
  const int cancelled = open_scratch_file(directory);
  std::vector<char> data(kWrite, 'w');
  report_ready();
  off_t at = 0;
  every(milliseconds(50), [&] {
    if (pwrite(file, data.data(), kWrite, at) != static_cast<ssize_t>(kWrite)) die("write");
    checked(fsync(file), "fsync");
    posix_fadvise(file, at, kWrite, POSIX_FADV_DONTNEED);
    posix_fadvise(file, at, kWrite, POSIX_FADV_RANDOM);  // no read-ahead
    if (pread(file, data.data(), kRead, at) != static_cast<ssize_t>(kRead)) die("read");
    at = (at + static_cast<off_t>(kWrite)) % kFileSize;
    if (pwrite(cancelled, data.data(), kCancelled, 0) < 0) die("write");
    checked(ftruncate(cancelled, 0), "ftruncate");
  });
}

// ---- Roles: network

sockaddr_in loopback() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

sockaddr_in address_of(int socket) {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  checked(getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length), "getsockname");
  return address;
}

int connected(int type, sockaddr_in address) {
  const int fd = checked(socket(AF_INET, type | SOCK_CLOEXEC, 0), "socket");
  checked(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), "connect");
  return fd;
}

// Echoes one connection after the other.
void run_tcp_server(const char*) {
  report_ready();
  char buffer[4 * kKiB];
  for (;;) {
    const int peer = checked(accept(kTcpListener, nullptr, nullptr), "accept");
    for (ssize_t n; (n = read(peer, buffer, sizeof buffer)) > 0;) {
      if (send(peer, buffer, static_cast<std::size_t>(n), MSG_NOSIGNAL) != n) break;
    }
    close(peer);
  }
}

// Twenty connections a second, five echoed messages of 1 KiB each.
void run_tcp_client(const char*) {
  const sockaddr_in server = address_of(kTcpListener);
  close(kTcpListener);
  report_ready();
  every(milliseconds(50), [&server] {
    const int fd = connected(SOCK_STREAM, server);
    char message[kKiB] = {};
    for (int i = 0; i < 5; ++i) {
      if (send(fd, message, sizeof message, MSG_NOSIGNAL) < 0) die("send");
      if (recv(fd, message, sizeof message, MSG_WAITALL) <= 0) die("recv");
    }
    close(fd);
  });
}

void run_udp_receiver(const char*) {
  report_ready();
  char buffer[2 * kKiB];
  for (;;) checked(static_cast<int>(recv(kUdpReceiver, buffer, sizeof buffer, 0)), "recv");
}

// 200 datagrams of 512 bytes a second, and 50 to a port where nobody listens.
void run_udp_sender(const char*) {
  const int receiver = connected(SOCK_DGRAM, address_of(kUdpReceiver));
  close(kUdpReceiver);
  sockaddr_in discard = loopback();
  discard.sin_port = htons(9);
  const int nobody = connected(SOCK_DGRAM, discard);
  report_ready();
  every(milliseconds(20), [&] {
    const char datagram[512] = {};
    for (int i = 0; i < 4; ++i) {
      if (send(receiver, datagram, sizeof datagram, 0) < 0) die("send");
    }
    // Fails in turns with ECONNREFUSED, the answer to the one before.
    if (send(nobody, datagram, 16, 0) < 0) {
      if (send(nobody, datagram, 16, 0) < 0) die("send");
    }
  });
}

// ---- Roles: identity

void run_idle(const char*) {
  report_ready();
  sleep_for_ever();
}

// Real, effective and saved ids that all differ.
void run_ids(const char*) {
  const pid_t parent = getppid();
  checked(setgroups(0, nullptr), "setgroups");
  checked(setresgid(60001, 60002, 60003), "setresgid");
  checked(setresuid(60011, 60012, 60013), "setresuid");
  die_with(parent, SIGKILL);  // the change of ids has cleared it
  report_ready();
  sleep_for_ever();
}

// ---- The roles, and the parent

struct Role {
  const char* name;  // at most 15 bytes
  void (*run)(const char* directory);
  int reports = 1;  // how often it calls report_ready()
  std::vector<std::string> arguments = {};
};

// Longer than the log's 255 bytes, which end inside a character of two bytes.
std::vector<std::string> long_arguments() {
  std::vector<std::string> arguments;
  for (int i = 0; i < 40; ++i) arguments.push_back("--option-" + std::to_string(i) + "=héhéhé");
  return arguments;
}

const std::vector<Role>& roles() {
  static const std::vector<Role> kRoles = {
      {"wl-cpu", run_cpu},
      {"wl-nice", run_nice},
      {"wl-system", run_system},
      {"wl-realtime", run_realtime},
      {"wl-threads", run_threads, 4},
      {"wl-churn", run_churn},
      {"wl-forker", run_forker},
      {"wl-zombie-mom", run_zombie_parent},
      {"wl-grow", run_grow},
      {"wl-locked", run_locked},
      {"wl-disk", run_disk},
      {"wl-tcp-server", run_tcp_server},
      {"wl-tcp-client", run_tcp_client},
      {"wl-udp-recv", run_udp_receiver},
      {"wl-udp-send", run_udp_sender},
      {"wl-ids", run_ids},
      {"a) (b", run_idle, 1, {"(parentheses)", ") S 1 ("}},
      {"wl-größe-ж", run_idle, 1, {"naïve", "文件.txt"}},
      {"wl-long", run_idle, 1, long_arguments()},
      {"wl-control", run_idle, 1, {"tab\there", "new\nline", "return\rhere", "one\001two"}},
      {"wl-blanks", run_idle, 1, {"", "  two  ", ""}},
  };
  return kRoles;
}

const Role* find_role(std::string_view name) {
  const auto& all = roles();
  const auto it =
      std::find_if(all.begin(), all.end(), [&](const Role& r) { return r.name == name; });
  return it == all.end() ? nullptr : &*it;
}

[[noreturn]] void execute_role(const Role& role, const char* lifetime, const char* directory) {
  std::vector<std::string> words = {"proctape_workload", lifetime, directory, role.name};
  words.insert(words.end(), role.arguments.begin(), role.arguments.end());
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execv("/proc/self/exe", argv.data());
  die("execv");
}

pid_t start_role(const Role& role, const char* lifetime, const char* directory) {
  const pid_t parent = getpid();
  const pid_t child = checked(fork(), "fork");
  if (child != 0) return child;
  die_with(parent, SIGKILL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execute_role(role, lifetime, directory);
}

int be_role(const Role& role, unsigned lifetime, const char* directory) {
  set_name(role.name);
  alarm(lifetime + 30);  // should the parent be stopped and never end
  role.run(directory);
  return 0;
}

void place_at(int fd, int number) {
  checked(dup2(fd, number), "dup2");
  close(fd);
}

void open_sockets() {
  const sockaddr_in any_port = loopback();
  const auto* address = reinterpret_cast<const sockaddr*>(&any_port);
  const int tcp = checked(socket(AF_INET, SOCK_STREAM, 0), "socket");
  checked(bind(tcp, address, sizeof any_port), "bind");
  checked(listen(tcp, 16), "listen");
  const int udp = checked(socket(AF_INET, SOCK_DGRAM, 0), "socket");
  checked(bind(udp, address, sizeof any_port), "bind");
  place_at(tcp, kTcpListener);
  place_at(udp, kUdpReceiver);
}

// False if fewer than `count` bytes came and then nothing more for ten seconds.
bool await_bytes(int fd, int count) {
  pollfd waiting{fd, POLLIN, 0};
  char byte;
  while (count > 0 && poll(&waiting, 1, 10'000) > 0 && read(fd, &byte, 1) == 1) --count;
  return count == 0;
}

// Waits for the end of the time, a signal to stop, or a role that ended, which is a failure.
int supervise(unsigned lifetime, const sigset_t& signals) {
  const timespec timeout{static_cast<time_t>(lifetime), 0};
  const int signal = sigtimedwait(&signals, nullptr, &timeout);
  if (signal == SIGCHLD) std::fprintf(stderr, "proctape_workload: a role ended early\n");
  return signal < 0 && errno == EAGAIN ? 0 : 1;
}

int be_parent(const char* lifetime, const char* directory) {
  die_with(getppid(), SIGTERM);
  checked(prctl(PR_SET_CHILD_SUBREAPER, 1), "prctl(PR_SET_CHILD_SUBREAPER)");
  set_name("wl-parent");
  sigset_t signals;
  sigemptyset(&signals);
  for (int signal : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) sigaddset(&signals, signal);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  open_sockets();
  int ready[2];
  checked(pipe(ready), "pipe");
  const int ready_end = fcntl(ready[0], F_DUPFD_CLOEXEC, kUdpReceiver + 1);
  close(ready[0]);
  place_at(ready[1], kReadyPipe);

  std::vector<pid_t> children;
  int reports = 0;
  for (const Role& role : roles()) {
    children.push_back(start_role(role, lifetime, directory));
    reports += role.reports;
  }
  close(kReadyPipe);
  int status = 1;
  if (await_bytes(ready_end, reports)) {
    std::puts("ready");
    std::fflush(stdout);
    status = supervise(static_cast<unsigned>(std::atoi(lifetime)), signals);
  } else {
    std::fprintf(stderr, "proctape_workload: not every role could start\n");
  }
  for (const pid_t child : children) kill(child, SIGKILL);
  while (wait(nullptr) > 0) {  // also for their children, such as the zombie
  }
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3 || std::atoi(argv[1]) <= 0) {
    std::fprintf(stderr, "usage: %s SECONDS DIRECTORY\n", argv[0]);
    return 2;
  }
  if (argc == 3) return be_parent(argv[1], argv[2]);
  const Role* role = find_role(argv[3]);
  if (role == nullptr) {
    std::fprintf(stderr, "%s: unknown role %s\n", argv[0], argv[3]);
    return 2;
  }
  return be_role(*role, static_cast<unsigned>(std::atoi(argv[1])), argv[2]);
}
