// SPDX-License-Identifier: Apache-2.0
//
// What a new release of atop takes: rows. CMakeLists.txt has those of 2.14, which does not exist:
// sstat.mem.madeup is a member more, and sstat.intf.intf has twice the room.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rawlog/file/conversion.h"
#include "rawlog/file/reader.h"
#include "rawlog/layout/leaves.h"
#include "rawlog/layout/system_record.h"
#include "rawlog/recorder/atop_log.h"
#include "tests/support/bytes.h"
#include "tests/support/log_files.h"
#include "tests/support/plausible_sample.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

constexpr Seconds kTime{1'795'235'953};
constexpr std::size_t kInterfaces = 200;

Sample sample_with_many_interfaces() {
  Sample sample = plausible_sample(kTime);
  sample.system.memory.available = Bytes{4096 * 1234};
  auto& interfaces = sample.system.interfaces.each;
  interfaces.resize(kInterfaces);
  for (std::size_t i = 0; i < kInterfaces; ++i) {
    interfaces[i].name.assign("eth" + std::to_string(i));
    interfaces[i].packets_received = static_cast<Count>(1000 + i);
  }
  return sample;
}

class MadeUpRelease : public testing::Test {
 protected:
  Result<> record(Version version, const Sample& sample) {
    AtopLog log(path(version), {.version = version}, plausible_host());
    auto taken = log.take({plausible_host(), sample, [&](TaskVisitor visit) {
                             for (const Task& task : sample.tasks) visit(task);
                           }});
    left_out_.assign(log.left_out().begin(), log.left_out().end());
    return taken;
  }
  Result<Reader> read(Version version) {
    return Reader::open(first_log(path(version)).string(), report_);
  }
  std::string path(Version version) const {
    return (directory_.path() / to_string(version)).string();
  }

  TestDirectory directory_;
  DamageReport report_ = [](const Damage& damage) {
    ADD_FAILURE() << "damaged at " << damage.offset;
  };
  std::vector<LeftOut> left_out_;
};

TEST_F(MadeUpRelease, IsOneOfTheVersionsWhereverTheyAreListed) {
  EXPECT_EQ(parse_version("2.14"), v2_14);
  EXPECT_EQ(supported_versions(), "2.3 to 2.14");
  EXPECT_EQ(version_names().back(), "2.14");
}

TEST_F(MadeUpRelease, HasItsMemberAndItsRoomAndOthersHaveNot) {
  const auto has = [](Version version, std::string_view path) {
    bool found = false;
    for_each_leaf(layout_of<kSstat>(version), "sstat",
                  [&](const LeafMember& leaf) { found = found || leaf.path == path; });
    return found;
  };
  EXPECT_TRUE(has(v2_14, "sstat.mem.madeup"));
  EXPECT_FALSE(has(v2_13, "sstat.mem.madeup"));
  EXPECT_TRUE(has(v2_14, "sstat.intf.intf[256].name"));
  EXPECT_TRUE(has(v2_13, "sstat.intf.intf[128].name"));
}

TEST_F(MadeUpRelease, IsRecordedAndRead) {
  const Sample sample = sample_with_many_interfaces();
  ASSERT_TRUE(record(v2_14, sample));
  EXPECT_EQ(left_out_, std::vector<LeftOut>{});
  auto reader = read(v2_14);
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_EQ(reader->version(), v2_14);
  Sample told;
  ASSERT_TRUE(*reader->next(told));
  EXPECT_EQ(told.system.memory.available, sample.system.memory.available);
  EXPECT_EQ(told.system.memory.free, sample.system.memory.free);
  EXPECT_EQ(told.system.interfaces, sample.system.interfaces);
  EXPECT_EQ(told.tasks.size(), sample.tasks.size());
}

TEST_F(MadeUpRelease, IsTheOnlyOneWithRoomForAll) {
  ASSERT_TRUE(record(v2_13, sample_with_many_interfaces()));
  EXPECT_EQ(left_out_, (std::vector<LeftOut>{{"network interfaces", 127, kInterfaces - 127}}));
}

TEST_F(MadeUpRelease, IsConvertedToAndFrom) {
  const Sample sample = sample_with_many_interfaces();
  for (const Version from : {v2_13, v2_14}) {
    ASSERT_TRUE(record(from, sample));
    auto reader = read(from);
    ASSERT_TRUE(reader) << reader.error().message;
    ASSERT_TRUE(*reader->next());
    const Version to = from == v2_13 ? v2_14 : v2_13;
    Conversion conversion(*reader, to);
    const auto record = conversion.convert(*reader);
    directory_.write(
        "converted",
        text(converted_file_header(reader->header(), reader->host(), to)) + text(record));
    auto converted = Reader::open((directory_.path() / "converted").string(), report_);
    ASSERT_TRUE(converted) << converted.error().message;
    EXPECT_EQ(converted->version(), to);
    Sample told;
    ASSERT_TRUE(*converted->next(told));
    EXPECT_EQ(told.system.memory.available, sample.system.memory.available);
    EXPECT_EQ(told.system.interfaces.each.size(), 127U);
  }
}

}  // namespace
}  // namespace proctape
