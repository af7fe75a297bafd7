// SPDX-License-Identifier: Apache-2.0
#include "query/measure/exit_status.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace proctape {
namespace {

TEST(ExitStatus, IsDecodedAsWaitDoes) {
  for (int bits = 0; bits <= 0xFFFF; ++bits) {
    const ExitStatus status = exit_status(bits);
    EXPECT_TRUE(status.is_known);
    if (WIFEXITED(bits)) {
      EXPECT_EQ(status.signal, 0);
      EXPECT_EQ(status.code, WEXITSTATUS(bits));
    } else if (WIFSIGNALED(bits)) {
      EXPECT_EQ(status.signal, WTERMSIG(bits));
      EXPECT_EQ(status.dumped_core, WCOREDUMP(bits) != 0);
    }
  }
}

TEST(ExitStatus, OtherBitsOfTheLogAreNoPartOfIt) {
  EXPECT_EQ(exit_status(TaskIdentity::kNewBit | 0x0100), exit_status(0x0100));
  EXPECT_EQ(exit_status(-1), exit_status(0xFFFF));
}

TEST(ExitStatus, IsSaidInWords) {
  EXPECT_EQ(to_text(exit_status(0)), "exit 0");
  EXPECT_EQ(to_text(exit_status(0x0100)), "exit 1");
  EXPECT_EQ(to_text(exit_status(0xFF00)), "exit 255");
  EXPECT_EQ(to_text(exit_status(9)), "SIGKILL");
  EXPECT_EQ(to_text(exit_status(0x8B)), "SIGSEGV, core dumped");
  EXPECT_EQ(to_text(exit_status(34)), "signal 34");
  EXPECT_EQ(to_text(ExitStatus{}), "unknown");
}

TEST(ExitStatus, SignalsHaveTheNamesThatTheCLibraryGivesThem) {
  for (int signal = 1; signal < 32; ++signal) {
    // SIGPOLL is SIGIO.
    const std::string known = signal == SIGPOLL ? "IO" : sigabbrev_np(signal);
    EXPECT_EQ(signal_name(signal), "SIG" + known);
  }
}

TEST(ExitStatus, WhatOnlyAsksToEndIsNotViolent) {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGPIPE}) {
    EXPECT_FALSE(exit_status(signal).is_violent());
    EXPECT_TRUE(exit_status(signal | 0x80).is_violent()) << "it dumped core";
  }
  for (const int signal : {SIGKILL, SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSYS, SIGXCPU}) {
    EXPECT_TRUE(exit_status(signal).is_violent());
  }
  EXPECT_FALSE(exit_status(0x0100).is_violent());
  EXPECT_TRUE(exit_status(0x0100).failed());
  EXPECT_FALSE(exit_status(0).failed());
  EXPECT_FALSE(exit_status(9).failed());
}

}  // namespace
}  // namespace proctape
