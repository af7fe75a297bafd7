// SPDX-License-Identifier: Apache-2.0
#include "rawlog/recorder/atop_log.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/log_files.h"
#include "tests/support/logs.h"
#include "tests/support/plausible_sample.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

using namespace std::chrono_literals;

constexpr Seconds kTime{1'795'235'953};

class AtopLogTest : public testing::TestWithParam<Version> {
 protected:
  AtopLog log_in(const std::string& name, bool below_a_second = false) const {
    return AtopLog((directory_.path() / name).string(),
                   {.version = GetParam(), .below_a_second = below_a_second}, host_);
  }
  static Result<> give(Sink& sink, const Host& host, const Sample& sample) {
    return sink.take({host, sample, [&](TaskVisitor visit) {
                        for (const Task& task : sample.tasks) visit(task);
                      }});
  }
  std::vector<Sample> samples_in(const std::string& name) const {
    return samples_of(first_log(directory_.path() / name));
  }

  TestDirectory directory_;
  Host host_ = plausible_host();
};

INSTANTIATE_TEST_SUITE_P(EveryVersion, AtopLogTest, testing::ValuesIn(kVersions),
                         [](const auto& tested) {
                           return "Version2_" + std::to_string(index_of(tested.param) + 3);
                         });

// Where samples come from plays no part for a sink: what was read from a log becomes the same log.
TEST_P(AtopLogTest, OfSamplesOfALogIsThatLog) {
  AtopLog original = log_in("original");
  for (Count i = 0; i < 3; ++i) {
    ASSERT_TRUE(give(original, host_, plausible_sample(kTime + Seconds{10 * i})));
  }
  ASSERT_TRUE(original.finish());

  AtopLog copy = log_in("copy");
  const auto samples = samples_in("original");
  ASSERT_EQ(samples.size(), 3U);
  for (const Sample& sample : samples) ASSERT_TRUE(give(copy, host_, sample));
  EXPECT_EQ(samples_in("copy"), samples);
}

TEST_P(AtopLogTest, TellsWhatASampleCostAndWhatItIs) {
  AtopLog log = log_in("log");
  EXPECT_EQ(log.state().file, "");
  ASSERT_TRUE(give(log, host_, plausible_sample(kTime)));
  const LogState state = log.state();
  EXPECT_EQ(state.version, to_string(GetParam()));
  EXPECT_EQ(state.directory, (directory_.path() / "log").string());
  EXPECT_EQ(state.size, log.cost().written + Bytes{kFileHeaderSize});
  EXPECT_GT(log.cost().encode, 0ns);
  EXPECT_GT(log.cost().append, 0ns);
}

TEST_P(AtopLogTest, HasRoomForOneRecordASecondUnlessItIsToldThatThereAreMore) {
  AtopLog log = log_in("log");
  AtopLog fine = log_in("fine", true);
  for (AtopLog* each : {&log, &fine}) {
    EXPECT_TRUE(each->has_room_at({kTime, 0ns, true}, host_));
    ASSERT_TRUE(give(*each, host_, plausible_sample(kTime)));
    EXPECT_EQ(each->has_room_at({kTime, 900ms}, host_), each == &fine) << "the same second";
    EXPECT_EQ(each->has_room_at({kTime + Seconds{1}, 400ms}, host_), each == &fine);
    EXPECT_TRUE(each->has_room_at({kTime + Seconds{1}, 500ms}, host_));
  }
}

}  // namespace
}  // namespace proctape
