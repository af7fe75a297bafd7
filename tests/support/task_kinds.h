// SPDX-License-Identifier: Apache-2.0
//
// A process of a kind that tests/task_kinds.cc knows.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <utility>

#include "base/file/fd.h"

namespace proctape {

class TaskOfAKind {
 public:
  explicit TaskOfAKind(const std::string& kind) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return;
    told_ = Fd(ends[0]);
    const Fd tells(ends[1]);
    // Elsewhere when the test runs on another machine.
    const char* const elsewhere = std::getenv("TASK_KINDS");
    const char* const program = elsewhere ? elsewhere : TASK_KINDS;
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(tells.get(), STDOUT_FILENO);
      ::execl(program, "task_kinds", kind.c_str(), nullptr);
      ::_exit(127);
    }
  }
  TaskOfAKind(TaskOfAKind&& other) noexcept
      : told_(std::move(other.told_)), pid_(std::exchange(other.pid_, -1)) {}
  TaskOfAKind& operator=(TaskOfAKind&&) = delete;
  ~TaskOfAKind() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  pid_t pid() const { return pid_; }

  // Waits until it is what it is to be. False: it cannot be that here.
  bool await() const {
    char byte = 0;
    return ::read(told_.get(), &byte, 1) == 1;
  }
  bool send(int signal) const { return ::kill(pid_, signal) == 0 && await(); }

 private:
  Fd told_;
  pid_t pid_ = -1;
};

}  // namespace proctape
