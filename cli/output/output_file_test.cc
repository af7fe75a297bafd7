// SPDX-License-Identifier: Apache-2.0
#include "cli/output/output_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/support/test_host.h"

namespace proctape {
namespace {

namespace fs = std::filesystem;

class OutputFileTest : public testing::Test {
 protected:
  std::string path(const char* name) const { return (directory_.path() / name).string(); }
  static Result<> write(WholeFile& file, std::string_view text) {
    return file.write(std::as_bytes(std::span(text)));
  }
  static std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(directory_.path()), fs::directory_iterator{}));
  }

  TestDirectory directory_;
};

TEST_F(OutputFileTest, IsThereOnceItIsFinished) {
  auto file = create_output(path("out"), {});
  ASSERT_TRUE(file) << file.error().message;
  ASSERT_TRUE(write(*file, "one "));
  ASSERT_TRUE(write(*file, "two"));
  EXPECT_FALSE(fs::exists(path("out")));
  ASSERT_TRUE(file->finish());
  EXPECT_EQ(content(path("out")), "one two");
  EXPECT_EQ(files(), 1U);
  struct stat status {};
  ASSERT_EQ(stat(path("out").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0640U);
}

TEST_F(OutputFileTest, LeavesTheOldFileUntilThenAndNothingWhenGivenUp) {
  directory_.write("out", "old");
  {
    auto file = create_output(path("out"), {});
    ASSERT_TRUE(file);
    ASSERT_TRUE(write(*file, "new"));
    EXPECT_EQ(content(path("out")), "old");
  }
  EXPECT_EQ(content(path("out")), "old");
  EXPECT_EQ(files(), 1U);
}

TEST_F(OutputFileTest, ReplacesWhatALinkLeadsTo) {
  directory_.write("real", "old");
  fs::create_symlink("real", path("link"));
  auto file = create_output(path("link"), {});
  ASSERT_TRUE(file);
  ASSERT_TRUE(write(*file, "new"));
  ASSERT_TRUE(file->finish());
  EXPECT_TRUE(fs::is_symlink(path("link")));
  EXPECT_EQ(content(path("real")), "new");
}

// A log of the user proctape that root had repaired was root's then, and the recorder, which could
// no longer write to it, had to begin another.
TEST_F(OutputFileTest, TakesOverModeAndOwnerOfTheFileItReplaces) {
  if (geteuid() != 0) GTEST_SKIP() << "only root may give files away";
  directory_.write("out", "old");
  ASSERT_EQ(chown(path("out").c_str(), 1234, 4321), 0);
  ASSERT_EQ(chmod(path("out").c_str(), 0604), 0);
  auto file = create_output(path("out"), {});
  ASSERT_TRUE(file);
  ASSERT_TRUE(write(*file, "new"));
  ASSERT_TRUE(file->finish());
  struct stat status {};
  ASSERT_EQ(stat(path("out").c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, 1234U);
  EXPECT_EQ(status.st_gid, 4321U);
  EXPECT_EQ(status.st_mode & 07777U, 0604U);
  EXPECT_EQ(content(path("out")), "new");
}

TEST_F(OutputFileTest, RefusesToBeAnInputByAnyName) {
  directory_.write("in", "log");
  fs::create_symlink("in", path("link"));
  fs::create_hard_link(path("in"), path("hard"));
  const std::vector<std::string> inputs = {path("other"), path("in")};
  for (const char* name : {"in", "link", "hard", "./in"}) {
    const auto file = create_output(path(name), inputs);
    ASSERT_FALSE(file) << name;
    EXPECT_EQ(file.error().kind, Error::Kind::kInvalid);
  }
  EXPECT_EQ(content(path("in")), "log");
}

TEST_F(OutputFileTest, WritesToDevicesAndDoesNotReplaceThem) {
  auto file = create_output("/dev/null", {});
  ASSERT_TRUE(file);
  EXPECT_TRUE(write(*file, "text"));
  EXPECT_TRUE(file->finish());
  EXPECT_TRUE(fs::is_character_file("/dev/null"));

  auto full = create_output("/dev/full", {});
  ASSERT_TRUE(full);
  const auto written = write(*full, "text");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().message, "write /dev/full: No space left on device");
}

TEST_F(OutputFileTest, SaysWhereItCannotBeCreated) {
  const auto missing = create_output(path("no/such"), {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message, "create " + path("no/such") + ": No such file or directory");
  EXPECT_FALSE(create_output(directory_.path().string(), {}));
}

}  // namespace
}  // namespace proctape
