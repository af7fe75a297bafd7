// SPDX-License-Identifier: Apache-2.0
//
// Compares the record tables with the layouts measured from each atop release
// (tests/layouts/atop-2.N.tsv: path, offset, size, type, elements*stride).
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>

#include "rawlog/layout/cgroup_record.h"
#include "rawlog/layout/header_record.h"
#include "rawlog/layout/leaves.h"
#include "rawlog/layout/system_record.h"
#include "rawlog/layout/task_record.h"
#include "tests/support/layout_words.h"

namespace proctape {
namespace {

using Lines = std::map<std::string, std::string>;  // path -> the rest of the line

Lines measured(Version version) {
  std::ifstream file(std::string(LAYOUTS) + "/atop-" + to_string(version) + ".tsv");
  Lines lines;
  for (std::string line; std::getline(file, line);) {
    const auto tab = line.find('\t');
    // The name behind cstat has no size of its own.
    if (line.starts_with("cstat.cgname")) continue;
    lines[line.substr(0, tab)] = line.substr(tab + 1);
  }
  return lines;
}

void add(const Layout& layout, const std::string& name, Lines& lines) {
  lines[name] = std::to_string(layout.size);
  for_each_leaf(layout, name, [&](const LeafMember& leaf) {
    std::string rest = std::to_string(leaf.offset) + '\t' + std::to_string(leaf.size) + '\t' +
                       kind_text(leaf.kind, leaf.array) + '\t';
    rest += leaf.repeats ? std::to_string(leaf.repeats) + '*' + std::to_string(leaf.stride) : "-";
    EXPECT_TRUE(lines.emplace(leaf.path, rest).second) << leaf.path << " twice";
  });
}

class LayoutOf : public testing::TestWithParam<Version> {};

TEST_P(LayoutOf, EveryMemberLiesWhereThatReleaseOfAtopHasIt) {
  const Version version = GetParam();
  Lines ours;
  add(layout_of<kRawheader>(version), "rawheader", ours);
  add(layout_of<kRawrecord>(version), "rawrecord", ours);
  add(layout_of<kSstat>(version), "sstat", ours);
  add(layout_of<kTstat>(version), "tstat", ours);
  if (version >= v2_11) add(layout_of<kCstat>(version), "cstat", ours);

  const Lines theirs = measured(version);
  ASSERT_GT(theirs.size(), 350U) << "the layout file is missing or short";
  for (const auto& [path, rest] : theirs) {
    const auto found = ours.find(path);
    if (found == ours.end()) {
      ADD_FAILURE() << path << " is in no table";
    } else {
      EXPECT_EQ(found->second, rest) << path;
    }
  }
  for (const auto& [path, rest] : ours) EXPECT_TRUE(theirs.contains(path)) << path << ": no such";
}

INSTANTIATE_TEST_SUITE_P(, LayoutOf, testing::ValuesIn(kVersions), [](const auto& param) {
  return "Atop2_" + std::to_string(static_cast<unsigned>(param.param) & 0xFFU);
});

}  // namespace
}  // namespace proctape
