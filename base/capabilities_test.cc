// SPDX-License-Identifier: Apache-2.0
#include "base/capabilities.h"

#include <gtest/gtest.h>
#include <linux/capability.h>

#include <thread>

namespace proctape {
namespace {

// Each on a thread of its own, which takes with it what it lowered.
template <typename Test>
void on_a_thread(Test test) {
  if (!Capabilities{CAP_KILL, CAP_PERFMON}.in_use()) {
    GTEST_SKIP() << "not root: no capabilities to lower";
  }
  std::thread(test).join();
}

TEST(Capabilities, WhatIsLoweredIsOutOfUseAndTheOthersAreNot) {
  on_a_thread([] {
    Capabilities{CAP_PERFMON}.lower();  // of the upper half
    EXPECT_FALSE(Capabilities{CAP_PERFMON}.in_use());
    EXPECT_TRUE(Capabilities{CAP_KILL}.in_use());
    EXPECT_FALSE((Capabilities{CAP_KILL, CAP_PERFMON}.in_use()));
    std::thread([] { EXPECT_FALSE(Capabilities{CAP_PERFMON}.in_use()); }).join();
  });
}

TEST(Capabilities, AreRaisedForAWhile) {
  on_a_thread([] {
    const Capabilities both{CAP_KILL, CAP_PERFMON};
    both.lower();
    {
      const RaisedCapabilities raised{both};
      EXPECT_TRUE(both.in_use());
    }
    EXPECT_FALSE(Capabilities{CAP_KILL}.in_use());
    EXPECT_FALSE(Capabilities{CAP_PERFMON}.in_use());
  });
}

TEST(Capabilities, WhatWasInUseBeforeStaysSo) {
  on_a_thread([] {
    Capabilities{CAP_PERFMON}.lower();
    { const RaisedCapabilities raised{{CAP_KILL, CAP_PERFMON}}; }
    EXPECT_TRUE(Capabilities{CAP_KILL}.in_use());
    EXPECT_FALSE(Capabilities{CAP_PERFMON}.in_use());
  });
}

}  // namespace
}  // namespace proctape
