// SPDX-License-Identifier: Apache-2.0
#include "cli/view/field_plan.h"

#include <gtest/gtest.h>

#include "rawlog/layout/system_record.h"
#include "rawlog/layout/task_record.h"

namespace proctape {
namespace {

// The paths of what is selected, with "[]" where an array is.
std::vector<std::string> paths(std::span<const FieldStep> steps, const std::string& base) {
  std::vector<std::string> list;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const FieldStep& step = steps[i];
    if (step.kind != Kind::kRecord) {
      list.push_back(base + step.path);
      continue;
    }
    const auto inner = paths(steps.subspan(i + 1, step.body), base + step.path + "[]");
    list.insert(list.end(), inner.begin(), inner.end());
    i += step.body;
  }
  return list;
}

std::vector<std::string> selected(std::vector<std::string> patterns) {
  FieldFilter filter(std::move(patterns));
  const FieldPlan plan(layout_of<kSstat>(v2_13), "sstat", filter);
  return paths(plan.steps(), "sstat");
}

using Paths = std::vector<std::string>;

TEST(FieldPlan, PatternsAreForPathsWithoutIndexes) {
  EXPECT_EQ(selected({"sstat.cpu.lavg*"}),
            (Paths{"sstat.cpu.lavg1", "sstat.cpu.lavg5", "sstat.cpu.lavg15"}));
  EXPECT_EQ(selected({"sstat.cpu.cpu.utime", "*.physmem"}),
            (Paths{"sstat.cpu.cpu[].utime", "sstat.mem.physmem"}));
  EXPECT_EQ(selected({"sstat.cpu.all.freqcnt"}),
            (Paths{"sstat.cpu.all.freqcnt.maxfreq", "sstat.cpu.all.freqcnt.cnt",
                   "sstat.cpu.all.freqcnt.ticks"}));
}

TEST(FieldPlan, LeavesOutSpareMembersAndEmptyRecords) {
  EXPECT_EQ(selected({"sstat.*.cfuture"}), Paths{});
  FieldFilter all({});
  const FieldPlan plan(layout_of<kTstat>(v2_13), "tasks", all);
  for (const auto& path : paths(plan.steps(), "tasks")) {
    EXPECT_EQ(path.find("future"), path.npos) << path;
  }
  EXPECT_TRUE(plan.steps().front().json == "{\"gen\":{\"tgid\":");
  EXPECT_EQ(plan.json_end(), "}}");
}

TEST(FieldPlan, JsonHasNoTraceOfWhatWasNotSelected) {
  FieldFilter filter({"sstat.cpu.csw", "sstat.dsk.dsk.name", "sstat.mem.physmem"});
  const FieldPlan plan(layout_of<kSstat>(v2_13), "sstat", filter);
  std::string json;
  for (const FieldStep& step : plan.steps()) json += step.json + '#' + step.json_end;
  EXPECT_EQ(json + plan.json_end(),
            R"({"cpu":{"csw":#},"mem":{"physmem":#},"dsk":{"dsk":#}{"name":#}})");
}

TEST(FieldFilter, KnowsWhichPatternsWereOfNoUse) {
  FieldFilter filter({"sstat.cpu.*", "sstat.nothing", "tasks.gen.pid"});
  filter.always("sstat.mem.physmem");
  const FieldPlan plan(layout_of<kSstat>(v2_13), "sstat", filter);
  EXPECT_EQ(filter.unused(), (Paths{"sstat.nothing", "tasks.gen.pid"}));
}

}  // namespace
}  // namespace proctape
