// SPDX-License-Identifier: Apache-2.0
//
// Runs programs for the tests, without a shell.
#pragma once

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/test_host.h"

namespace proctape {

struct Finished {
  int exit_code = -1;  // 128 + n when killed by signal n
  std::string out;
  std::string err;
};

// A program running beside the test; killed when it goes out of scope, or the test crashes.
class Program {
 public:
  explicit Program(const std::vector<std::string>& arguments) {
    pid_ = ::fork();
    if (pid_ != 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const auto redirect = [&](const char* name, int fd) {
      const std::string path = (output_.path() / name).string();
      const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
      ::dup2(file, fd);
    };
    redirect("out", 1);
    redirect("err", 2);
    // Not what ctest, or whoever runs it, left open: a test of few open files would have fewer.
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    std::vector<char*> argv;
    for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() {
    if (pid_ > 0 && !finished_) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
  }

  pid_t pid() const { return pid_; }
  void send(int signal) const { ::kill(pid_, signal); }

  // Waits for its end; after `patience` it is killed.
  Finished wait(std::chrono::seconds patience = std::chrono::seconds(60)) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    int status = 0;
    while (::waitpid(pid_, &status, WNOHANG) == 0) {
      if (std::chrono::steady_clock::now() > deadline) ::kill(pid_, SIGKILL);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    finished_ = true;
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), text("out"),
            text("err")};
  }

  // What it wrote to stderr so far.
  std::string err() const { return text("err"); }

 private:
  std::string text(const char* name) const {
    std::ostringstream text;
    text << std::ifstream(output_.path() / name, std::ios::binary).rdbuf();
    return text.str();
  }

  TestDirectory output_;
  pid_t pid_ = -1;
  bool finished_ = false;
};

inline Finished run(const std::vector<std::string>& arguments) { return Program(arguments).wait(); }

// Waits until `done` holds; false after `patience`.
template <typename Condition>
bool eventually(Condition done, std::chrono::seconds patience = std::chrono::seconds(20)) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!done()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

}  // namespace proctape
