// SPDX-License-Identifier: Apache-2.0
//
// A real process whose memory is locked for ever does not stop the sampling of the others.
#include "tests/support/stuck_process.h"

#include <gtest/gtest.h>

#include "collector/collector.h"

namespace proctape {
namespace {

using namespace std::chrono_literals;

TEST(StuckProcess, TheOthersAreSampledAndItIsTold) {
  const SystemClock clock;
  auto collector = Collector::open("/", {.pss = PssMode::kBudget}, clock);
  ASSERT_TRUE(collector) << collector.error().message;
  Snapshot before;
  Snapshot now;
  std::vector<SourceProblem> problems;
  ASSERT_TRUE(collector->collect({}, before, problems));

  const StuckProcess stuck;
  if (!stuck.why_not().empty()) GTEST_SKIP() << stuck.why_not();
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(collector->collect(before, now, problems));
  const auto took = std::chrono::steady_clock::now() - begin;
  EXPECT_LT(took, 2s);
  EXPECT_GT(took, 200ms) << "nothing was stuck";

  const auto named = [&](std::string_view file) {
    const std::string task = "task " + std::to_string(stuck.pid());
    return std::ranges::any_of(problems, [&](const SourceProblem& problem) {
      return problem.source == task && problem.error.message.starts_with(file);
    });
  };
  EXPECT_TRUE(named("cmdline")) << (problems.empty() ? "" : problems.back().error.message);
  const Task* task = now.task_index.find(now.tasks, stuck.pid(), true);
  ASSERT_NE(task, nullptr);
  EXPECT_EQ(task->identity.state, 'D');
  const Task* self = now.task_index.find(now.tasks, ::getpid(), true);
  ASSERT_NE(self, nullptr);
  EXPECT_FALSE(self->identity.command_line.empty());

  ASSERT_TRUE(collector->collect(now, before, problems));
  EXPECT_FALSE(named("")) << "it is asked no more";
}

}  // namespace
}  // namespace proctape
