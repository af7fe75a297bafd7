// SPDX-License-Identifier: Apache-2.0
#include "rawlog/directory/writer.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/bytes.h"
#include "tests/support/full_disk.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

class WriterTest : public testing::Test {
 protected:
  // A writer of a file that holds `content`.
  Writer writer_of(const std::string& content) {
    directory_.write("log", content);
    return Writer(Fd(open(path().c_str(), O_RDWR | O_CLOEXEC)), path(),
                  Bytes{static_cast<std::int64_t>(content.size())});
  }
  std::string path() const { return (directory_.path() / "log").string(); }
  std::string content() const {
    std::ifstream file(path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  TestDirectory directory_;
};

// How often this process has called write, or one of its relatives.
long write_calls() {
  std::ifstream io("/proc/self/io");
  for (std::string word; io >> word;) {
    long calls = 0;
    if (word == "syscw:" && io >> calls) return calls;
  }
  return -1;
}

TEST_F(WriterTest, AnEmptyFileGetsTheHeaderWithItsFirstRecordAndNoOther) {
  Writer writer = writer_of("");
  ASSERT_TRUE(writer.append(bytes("HEADER"), bytes("one")));
  EXPECT_EQ(content(), "HEADERone");
  ASSERT_TRUE(writer.append(bytes("HEADER"), bytes("two")));
  EXPECT_EQ(content(), "HEADERonetwo");
  EXPECT_EQ(writer.size(), Bytes{12});
}

TEST_F(WriterTest, GoesOnBehindWhatIsThere) {
  Writer writer = writer_of("HEADERone");
  ASSERT_TRUE(writer.append(bytes("OTHER"), bytes("two")));
  EXPECT_EQ(content(), "HEADERonetwo");
}

TEST_F(WriterTest, EveryAppendIsOneWrite) {
  {
    // UBSan writes to a pipe when it meets a type for the first time, in counting as well.
    Writer first = writer_of("");
    ASSERT_TRUE(first.append(bytes("HEADER"), bytes("one")));
    write_calls();
  }
  Writer writer = writer_of("");
  for (const char* record : {"one", "two"}) {
    const long before = write_calls();
    if (before < 0) GTEST_SKIP() << "/proc/self/io does not count writes";
    ASSERT_TRUE(writer.append(bytes("HEADER"), bytes(record)));
    EXPECT_EQ(write_calls() - before, 1);
  }
}

TEST_F(WriterTest, APartOfARecordIsTakenBack) {
  Writer writer = writer_of("HEADERone");
  {
    const FileSizeLimit limit(12);  // three bytes of room
    const auto appended = writer.append(bytes("HEADER"), bytes("two two"));
    ASSERT_FALSE(appended);
    EXPECT_EQ(appended.error().kind, Error::Kind::kNoSpace);
    EXPECT_EQ(appended.error().message, "write " + path() + ": no space behind 3 of 7 bytes");
    EXPECT_EQ(content(), "HEADERone");
    EXPECT_EQ(writer.size(), Bytes{9});
  }
  ASSERT_TRUE(writer.append(bytes("HEADER"), bytes("two two")));
  EXPECT_EQ(content(), "HEADERonetwo two");
}

TEST_F(WriterTest, AHeaderWithoutItsRecordIsTakenBack) {
  for (rlim_t room = 1; room < 9; ++room) {
    Writer writer = writer_of("");
    const FileSizeLimit limit(room);
    ASSERT_FALSE(writer.append(bytes("HEADER"), bytes("one"))) << room;
    EXPECT_EQ(content(), "");
    EXPECT_EQ(writer.size(), Bytes{0});
  }
}

TEST_F(WriterTest, WithoutAnyRoomTheFileStaysAsItWas) {
  Writer writer = writer_of("HEADERone");
  const FileSizeLimit limit(9);
  const auto appended = writer.append(bytes("HEADER"), bytes("two"));
  ASSERT_FALSE(appended);
  EXPECT_EQ(appended.error().message, "write " + path() + ": File too large");
  EXPECT_EQ(content(), "HEADERone");
}

TEST_F(WriterTest, AFullDiskIsAnErrorUntilThereIsRoomAgain) {
  const SmallDisk disk(directory_.path(), 64 * 1024);
  if (!disk.mounted()) GTEST_SKIP() << "cannot mount a tmpfs: not root";
  Writer writer = writer_of("HEADERone");
  directory_.write("other", std::string(40 * 1024, 'x'));

  const std::string record(50 * 1024, 'r');
  for (int attempt = 0; attempt < 3; ++attempt) {
    const auto appended = writer.append(bytes("HEADER"), bytes(record));
    ASSERT_FALSE(appended);
    EXPECT_EQ(appended.error().kind, Error::Kind::kNoSpace);
    EXPECT_EQ(content(), "HEADERone");
  }
  directory_.remove("other");
  ASSERT_TRUE(writer.append(bytes("HEADER"), bytes(record)));
  EXPECT_EQ(content(), "HEADERone" + record);
}

TEST_F(WriterTest, AFileThatCannotBeWrittenIsTheSystemsError) {
  directory_.write("log", "HEADERone");
  Writer writer(Fd(open(path().c_str(), O_RDONLY | O_CLOEXEC)), path(), Bytes{9});
  const auto appended = writer.append(bytes("HEADER"), bytes("two"));
  ASSERT_FALSE(appended);
  EXPECT_EQ(appended.error().kind, Error::Kind::kIo);
  EXPECT_NE(appended.error().message.find("Bad file descriptor"), std::string::npos);
  EXPECT_EQ(content(), "HEADERone");
}

}  // namespace
}  // namespace proctape
