// SPDX-License-Identifier: Apache-2.0
//
// Processes that end, for exits_live_test: what they did is known exactly.
//
//   exit STATUS                  ends with it
//   kill SIGNAL                  is ended by it
//   burn MS STATUS [FILE BYTES]  uses so much CPU time, writes so much, and ends with the status
//   heavy FILE                   four threads use 3 s of CPU; one writes 100 MiB and one has 512
//   MiB thread-exec STATUS           a thread that is not the main one executes `exit STATUS` short
//   COUNT MS DIRECTORY     COUNT processes `burn MS`, one after the other on each CPU; every
//                                second one without execve. Status: number modulo 100
//   storm COUNT RATE             so many processes, at most so many a second; tells the rate
//   zombie MS STATUS             a child ends with the status at once, and is reaped after so long
//   blank SECRET                 overwrites its second argument; so do the next four
//   blank-fork SECRET            a child that executes nothing ends with 4
//   blank-thread SECRET          a thread does it, after the main one has ended, and exits with 3
//   blank-title SECRET           by a title of "idle"
//   exec-chain SECRET            executes `exit 5`
//   exec-fails SECRET            executes what is not there, with the secret among its arguments
#include <fcntl.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

namespace {

char* program = nullptr;

double thread_cpu_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

void burn(double seconds) {
  const double end = thread_cpu_seconds() + seconds;
  while (thread_cpu_seconds() < end) {
  }
}

void write_file(const char* path, std::size_t bytes) {
  const int file = ::open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
  const std::vector<char> block(std::size_t{1} << 16U, 'x');
  while (bytes > 0) {
    const ssize_t written = ::write(file, block.data(), std::min(bytes, block.size()));
    if (written <= 0) ::_exit(99);
    bytes -= static_cast<std::size_t>(written);
  }
  ::close(file);
}

void heavy(const char* file) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([=] {
      if (i == 0) write_file(file, std::size_t{100} << 20U);
      if (i == 1) {
        const std::size_t size = std::size_t{512} << 20U;
        volatile char* memory = static_cast<char*>(std::malloc(size));
        for (std::size_t at = 0; at < size; at += 4096) memory[at] = 1;
      }
      burn(0.75 - thread_cpu_seconds());
    });
  }
  for (std::thread& thread : threads) thread.join();
}

[[noreturn]] void execute(std::vector<std::string> arguments) {
  std::vector<char*> argv{program};
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  ::execv(program, argv.data());
  ::_exit(98);
}

int short_processes(int count, const std::string& ms, const std::string& directory) {
  const auto lanes = static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN));
  for (int lane = 0; lane < lanes; ++lane) {
    if (::fork() != 0) continue;
    const std::string file = directory + "/" + std::to_string(lane);
    for (int i = lane; i < count; i += lanes) {
      const std::string status = std::to_string(i % 100);
      const pid_t child = ::fork();
      if (child == 0) {
        if (i / lanes % 2 == 0) execute({"burn", ms, status, file, "65536"});
        burn(std::stod(ms) / 1000);
        write_file(file.c_str(), 65536);
        ::_exit(i % 100);
      }
      if (child < 0) return 97;
      ::waitpid(child, nullptr, 0);
    }
    ::_exit(0);
  }
  while (::wait(nullptr) > 0) {
  }
  return 0;
}

bool live_and_die(int status) {
  const pid_t child = ::vfork();
  if (child == 0) ::_exit(status);
  return child > 0 && ::waitpid(child, nullptr, 0) == child;
}

int storm(int count, int rate) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - begin).count(); };
  const auto lanes = static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN));
  for (int lane = 0; lane < lanes; ++lane) {
    if (::fork() != 0) continue;
    for (int i = lane; i < count; i += lanes) {
      while (i > seconds() * rate) ::usleep(1000);
      if (!live_and_die(7)) ::_exit(97);
    }
    ::_exit(0);
  }
  for (int status = 0; ::wait(&status) > 0;) {
    if (status != 0) return 97;
  }
  std::printf("%.0f\n", count / seconds());
  return 0;
}

int zombie(int ms, int status) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(status);
  ::usleep(static_cast<useconds_t>(ms) * 1000);
  return ::waitpid(child, nullptr, 0) == child ? 0 : 97;
}

void blank(char* text) { std::fill(text, text + std::strlen(text), 'x'); }

int blank_and_fork(char* text) {
  blank(text);
  const pid_t child = ::fork();
  if (child == 0) ::_exit(4);
  return ::waitpid(child, nullptr, 0) == child ? 0 : 97;
}

[[noreturn]] void blank_by_thread(char* text) {
  std::thread([text] {
    ::usleep(50'000);  // until the main thread is gone
    blank(text);
    ::_exit(3);
  }).detach();
  ::pthread_exit(nullptr);
}

int write_title(char* begin, char* last) {
  std::fill(begin, last + std::strlen(last), '\0');
  std::memcpy(begin, "idle", 4);
  return 0;
}

int fail_to_execute(char* text) {
  std::vector<char*> argv{program, text, nullptr};
  ::execv("/nonexistent/program", argv.data());
  blank(text);
  return 6;
}

}  // namespace

int main(int argc, char** argv) {
  program = argv[0];
  const std::string what = argc > 1 ? argv[1] : "";
  const auto number = [&](int i) { return i < argc ? std::atoi(argv[i]) : 0; };
  if (what == "exit") return number(2);
  if (what == "kill") {
    ::raise(number(2));
  } else if (what == "burn") {
    burn(number(2) / 1000.0);
    if (argc > 5) write_file(argv[4], static_cast<std::size_t>(number(5)));
    return number(3);
  } else if (what == "heavy" && argc > 2) {
    heavy(argv[2]);
    return 0;
  } else if (what == "thread-exec" && argc > 2) {
    std::thread([&] { execute({"exit", argv[2]}); }).join();
  } else if (what == "short" && argc > 4) {
    return short_processes(number(2), argv[3], argv[4]);
  } else if (what == "storm" && argc > 3) {
    return storm(number(2), number(3));
  } else if (what == "zombie" && argc > 3) {
    return zombie(number(2), number(3));
  }
  if (argc < 3) return 100;
  if (what == "blank") {
    blank(argv[2]);
    return 0;
  }
  if (what == "blank-fork") return blank_and_fork(argv[2]);
  if (what == "blank-thread") blank_by_thread(argv[2]);
  if (what == "blank-title") return write_title(argv[0], argv[2]);
  if (what == "exec-chain") execute({"exit", "5"});
  if (what == "exec-fails") return fail_to_execute(argv[2]);
  return 100;
}
