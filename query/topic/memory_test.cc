// SPDX-License-Identifier: Apache-2.0
#include "query/topic/memory.h"

#include "tests/support/answers.h"

namespace proctape {
namespace {

constexpr Seconds kEvening{1'700'000'000};

std::vector<Sample> two_samples() {
  std::vector<Sample> samples = {plausible_sample(kEvening),
                                 plausible_sample(kEvening + Seconds{10})};
  Memory& memory = samples[1].system.memory;
  memory.free = kibibytes(1'000'000);
  memory.available = kibibytes(4'000'000);
  memory.swap_free = kibibytes(400'000);
  memory.swap_ins = 100;
  memory.oom_kills = 2;
  memory.page_tables = Bytes{5000};
  memory.zswap = Bytes{kUnknown};
  return samples;
}

TEST(MemoryTopic, TellsWhatWasUsedAndWhatReclaimDid) {
  const auto tables = answer_to("memory", two_samples());
  const Table& times = tables.at(0);
  ASSERT_EQ(times.rows.size(), 2U);
  const auto* last = &times.rows[1];
  EXPECT_DOUBLE_EQ(number_in(times, last, "memory_used"), 4'000'000 * 1024.0);
  EXPECT_DOUBLE_EQ(number_in(times, last, "memory_available"), 4'000'000 * 1024.0);
  EXPECT_DOUBLE_EQ(number_in(times, last, "swap_used"), 600'000 * 1024.0);
  EXPECT_DOUBLE_EQ(number_in(times, last, "swap_in"), 100 * 4096 / 10.0);
  EXPECT_DOUBLE_EQ(number_in(times, last, "oom_kills"), 0.2);
  const Table& measures = tables.at(1);
  EXPECT_DOUBLE_EQ(number_in(measures, "measure", "oom_kills_per_second", "total"), 2);
  EXPECT_DOUBLE_EQ(number_in(measures, "measure", "oom_kills_per_second", "peak"), 0.2);
  EXPECT_DOUBLE_EQ(number_in(measures, "measure", "page_tables_bytes", "mean"), 2500);
  EXPECT_DOUBLE_EQ(number_in(measures, "measure", "page_tables_bytes", "peak"), 5000);
  EXPECT_DOUBLE_EQ(number_in(measures, "measure", "memory_free_bytes", "peak"), 1'000'000 * 1024.0)
      << "the worst is the least";
  EXPECT_EQ(row_of(measures, "measure", "zswap_bytes"), nullptr) << "it is not known";
  EXPECT_TRUE(is_nothing(measures, row_of(measures, "measure", "page_tables_bytes"), "total"));
}

TEST(MemoryTopic, ShowsIdleColumnsOnlyWhereThereIsRoom) {
  const Table times = answer_to("memory", two_samples()).at(0);
  EXPECT_TRUE(times.columns.at(times.find("swap_out")).wide);
  EXPECT_FALSE(times.columns.at(times.find("swap_in")).wide);
  ASSERT_EQ(times.notes.size(), 1U);
  EXPECT_NE(times.notes[0].find("swap out/s"), std::string::npos);
}

}  // namespace
}  // namespace proctape
