// SPDX-License-Identifier: Apache-2.0
#include "rawlog/directory/existing_log.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "base/file/fd.h"
#include "rawlog/file/encoder.h"
#include "tests/support/bytes.h"
#include "tests/support/plausible_sample.h"

namespace proctape {
namespace {

ExistingLog examined(const std::string& bytes) {
  const Fd file(memfd_create("log", MFD_CLOEXEC));
  EXPECT_EQ(write(file.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  const auto log = examine(file.get());
  EXPECT_TRUE(log) << log.error().message;
  return log ? *log : ExistingLog{};
}

struct Log {
  explicit Log(Version version) : encoder(version, plausible_host()) {
    header = text(encoder.file_header());
    first = text(encoder.encode(plausible_sample(Seconds{1'800'000'000})));
    second = text(encoder.encode(plausible_sample(Seconds{1'800'000'010})));
  }
  std::string bytes() const { return header + first + second; }

  Encoder encoder;
  std::string header, first, second;
};

Bytes size(const std::string& bytes) { return Bytes{static_cast<std::int64_t>(bytes.size())}; }

TEST(ExistingLog, OfEveryVersionIsWalkedToItsEnd) {
  for (const Version version : kVersions) {
    const Log log(version);
    const auto found = examined(log.bytes());
    EXPECT_EQ(found.damage, "") << to_string(version);
    EXPECT_EQ(found.records, 2);
    EXPECT_EQ(found.last_time, Seconds{1'800'000'010});
    EXPECT_EQ(found.size, size(log.bytes()));
    EXPECT_EQ(found.whole, found.size);
    EXPECT_EQ(found.header.node_name, "web-17");
  }
}

TEST(ExistingLog, CgroupBlocksBelongToTheRecord) {
  Encoder encoder(v2_13, plausible_host());
  Sample sample = plausible_sample(Seconds{1000});
  sample.cgroup_v2 = true;
  sample.cgroups.resize(3);
  sample.cgroup_pids = {1, 2};
  const std::string record = text(encoder.encode(sample));
  const auto found = examined(text(encoder.file_header()) + record + record);
  EXPECT_EQ(found.damage, "");
  EXPECT_EQ(found.records, 2);
}

TEST(ExistingLog, ThatEndsAnywhereHasATornTail) {
  const Log log(v2_8);
  const std::string whole = log.bytes();
  const std::size_t header = log.header.size();
  const std::size_t first = header + log.first.size();
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto found = examined(whole.substr(0, length));
    ASSERT_EQ(found.damage, "") << length;
    ASSERT_EQ(found.records, length >= first ? 1 : 0) << length;
    const std::size_t end = length >= first ? first : length >= header ? header : 0;
    ASSERT_EQ(found.whole, Bytes{static_cast<std::int64_t>(end)}) << length;
  }
}

TEST(ExistingLog, ZerosBehindTheLastRecordAreATornTail) {
  const Log log(v2_8);
  for (const std::size_t count : {1U, 95U, 96U, 97U, 4096U, 200'000U}) {
    const auto found = examined(log.bytes() + std::string(count, '\0'));
    EXPECT_EQ(found.damage, "") << count;
    EXPECT_EQ(found.whole, size(log.bytes())) << count;
    EXPECT_EQ(examined(std::string(count, '\0')).damage, "") << "nothing but zeros";
  }
}

TEST(ExistingLog, ZerosWithSomethingBehindThemAreDamage) {
  const Log log(v2_8);
  const auto found = examined(log.bytes() + std::string(70'000, '\0') + "x");
  EXPECT_EQ(found.damage, "offset " + std::to_string(log.bytes().size()) +
                              ": expected a record header, found zeros");
  EXPECT_EQ(found.records, 2);
}

TEST(ExistingLog, LengthsThatDoNotLandOnARecordAreDamage) {
  const Log log(v2_12);
  for (const int change : {-100, -2, -1, 1, 2, 100}) {
    std::string bytes = log.bytes();
    const std::size_t scomplen = log.header.size() + 16;
    bytes[scomplen] = static_cast<char>(bytes[scomplen] + change);
    const auto found = examined(bytes);
    EXPECT_NE(found.damage, "") << change;
    EXPECT_LE(found.records, 1) << change;
  }
}

TEST(ExistingLog, FallingTimesAreDamage) {
  const Log log(v2_12);
  const auto found = examined(log.header + log.second + log.first);
  EXPECT_EQ(found.damage, "offset " + std::to_string(log.header.size() + log.second.size()) +
                              ": expected a time of at least 1800000010, found 1800000000");
  EXPECT_EQ(examined(log.header + log.second + log.second).damage, "") << "equal ones are not";
}

TEST(ExistingLog, OfSomethingElseIsDamage) {
  EXPECT_EQ(examined("hello").damage,
            "expected the magic number of an atop log, found 68 65 6c 6c 6f");
  EXPECT_EQ(examined(std::string(1000, 'x')).damage,
            "offset 0: expected the magic number of an atop log, found 78 78 78 78");
}

TEST(ExistingLog, OfAnUnknownVersionIsDamage) {
  Log log(v2_13);
  log.header[4] = 14;
  EXPECT_NE(examined(log.bytes()).damage.find("aversion"), std::string::npos);
}

TEST(ExistingLog, WithOneWrongLengthInItsHeaderIsDamageAlthoughItCanBeRead) {
  Log log(v2_13);
  log.header[32] = 0;
  EXPECT_NE(examined(log.bytes()).damage.find("tstatlen"), std::string::npos);
}

TEST(ExistingLog, ThatCannotBeReadIsAnError) {
  const auto log = examine(-1);
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().message, "fstat: Bad file descriptor");
}

}  // namespace
}  // namespace proctape
