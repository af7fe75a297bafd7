// SPDX-License-Identifier: Apache-2.0
#include "rawlog/directory/rotation.h"

#include <gtest/gtest.h>

#include "rawlog/file/encoder.h"
#include "tests/support/plausible_sample.h"

namespace proctape {
namespace {

FileHeader header_of(Version version = v2_12, const Host& host = plausible_host()) {
  return make_file_header(version, host);
}

// Two records, the last one of time 1000.
ExistingLog sound_log() {
  return {.size = Bytes{5000},
          .header = header_of(),
          .records = 2,
          .last_time = Seconds{1000},
          .whole = Bytes{5000}};
}

TEST(Rotation, GoesOnWithAFileOfTheSameKind) {
  EXPECT_EQ(decide(sound_log(), header_of(), Seconds{1001}),
            (Decision{Decision::Action::kAppend, ""}));
  EXPECT_EQ(decide(sound_log(), header_of(), Seconds{1000}),
            (Decision{Decision::Action::kAppend, ""}));
}

TEST(Rotation, AnotherKernelMayContinueAFile) {
  Host host = plausible_host();
  host.kernel_release = "6.19.0";
  host.kernel_version = "#2";
  host.domain_name = "example.org";
  host.pid_digits = 5;
  host.numa = host.zswap_enabled = true;
  EXPECT_EQ(incompatibility(header_of(), header_of(v2_12, host)), "");
}

TEST(Rotation, WhatReadersDependOnMustNotChangeWithinAFile) {
  const auto reason = [](Version version, void (*change)(Host&)) {
    Host host = plausible_host();
    change(host);
    const auto decision = decide(sound_log(), header_of(version, host), Seconds{2000});
    EXPECT_EQ(decision.action, Decision::Action::kSetAside);
    return decision.reason;
  };
  const auto nothing = [](Host&) {};
  EXPECT_EQ(reason(v2_13, nothing), "it has version 2.12 instead of 2.13");
  EXPECT_EQ(reason(v2_11, nothing), "it has version 2.12 instead of 2.11") << "of equal lengths";
  EXPECT_EQ(reason(v2_12, [](Host& host) { host.node_name = "db"; }),
            "it has host web-17 instead of db");
  EXPECT_EQ(reason(v2_12, [](Host& host) { host.ticks_per_second = 250; }),
            "it has ticks per second 100 instead of 250");
  EXPECT_EQ(reason(v2_12, [](Host& host) { host.page_size = 16384; }),
            "it has page size 4096 instead of 16384");
  EXPECT_EQ(reason(v2_12, [](Host& host) { host.cgroup_v2 = true; }),
            "it has cgroups off instead of on");
}

// On a hybrid host atop 2.8 saw no cgroups where proctape does.
TEST(Rotation, UntilVersion2_10TheFlagOfCgroupsMayChangeWithinAFile) {
  Host host = plausible_host();
  ExistingLog log = sound_log();
  log.header = header_of(v2_10, host);
  host.cgroup_v2 = !host.cgroup_v2;
  EXPECT_EQ(decide(log, header_of(v2_10, host), Seconds{2000}).action, Decision::Action::kAppend);
}

TEST(Rotation, AFileThatEndsMuchLaterThanNowIsSetAside) {
  ExistingLog log = sound_log();
  log.last_time = Seconds{1000};
  EXPECT_EQ(decide(log, header_of(), Seconds{400}).action, Decision::Action::kAppend)
      << "its records get later times";
  EXPECT_EQ(decide(log, header_of(), Seconds{399}),
            (Decision{Decision::Action::kSetAside,
                      "its last record, of time 1000, is much later than the next one, of "
                      "time 399"}));
}

TEST(Rotation, ATornTailIsCutOff) {
  ExistingLog log = sound_log();
  log.size = Bytes{5001};
  EXPECT_EQ(decide(log, header_of(), Seconds{1001}),
            (Decision{Decision::Action::kCutTail, "it ended with 1 bytes of a torn record"}));
}

TEST(Rotation, ATailThatNoRecordHasIsDamage) {
  ExistingLog log = sound_log();
  log.size = log.whole + Bytes{(16 << 20) + 1};
  const auto decision = decide(log, header_of(), Seconds{1001});
  EXPECT_EQ(decision.action, Decision::Action::kSetAside);
  EXPECT_EQ(decision.reason,
            "offset 5000: expected a record, found one that is longer than the 16777217 bytes to "
            "the end");
  log.size = log.whole + Bytes{16 << 20};
  EXPECT_EQ(decide(log, header_of(), Seconds{1001}).action, Decision::Action::kCutTail);
}

TEST(Rotation, WithoutARecordAFileIsBegunAnew) {
  EXPECT_EQ(decide({}, header_of(), Seconds{1}), (Decision{Decision::Action::kBegin, ""}))
      << "an empty file";
  ExistingLog log;
  log.size = Bytes{300};
  EXPECT_EQ(decide(log, header_of(), Seconds{1}),
            (Decision{Decision::Action::kBegin, "it holds no whole record"}));
  log.size = Bytes{480};
  log.whole = Bytes{480};
  log.header = header_of(v2_3);
  EXPECT_EQ(decide(log, header_of(), Seconds{1}),
            (Decision{Decision::Action::kBegin, "it holds no whole record"}));
}

TEST(Rotation, ADamagedFileIsSetAsideWhateverElseIsWrong) {
  ExistingLog log = sound_log();
  log.damage = "offset 480: expected a, found b";
  log.size = Bytes{6000};
  log.records = 0;
  EXPECT_EQ(decide(log, header_of(v2_3), Seconds{1}),
            (Decision{Decision::Action::kSetAside, log.damage}));
}

}  // namespace
}  // namespace proctape
