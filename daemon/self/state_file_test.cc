// SPDX-License-Identifier: Apache-2.0
#include "daemon/self/state_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <iterator>
#include <optional>

#include "tests/support/test_host.h"

namespace proctape {
namespace {

class StateFileTest : public testing::Test {
 protected:
  std::string content() const {
    std::ifstream file(path_);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // As `proctape status` looks whether its writer lives.
  bool locked() const {
    const Fd file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    return file && ::flock(file.get(), LOCK_SH | LOCK_NB) != 0;
  }

  TestDirectory directory_;
  std::string path_ = (directory_.path() / "status.json").string();
};

TEST_F(StateFileTest, IsReplacedWithEachWritingAndLockedAllTheTime) {
  StateFile file(path_);
  ASSERT_TRUE(file.write("one"));
  EXPECT_EQ(content(), "one");
  EXPECT_TRUE(locked());
  const Fd old(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_TRUE(file.write("another"));
  EXPECT_EQ(content(), "another");
  EXPECT_TRUE(locked());
  char text[8] = {};
  EXPECT_EQ(::read(old.get(), text, sizeof text), 3) << "who reads the old one sees all of it";
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_.path()), {}), 2)
      << "and the lock";
}

TEST_F(StateFileTest, EverybodyMayReadItWhateverTheUmask) {
  const mode_t before = ::umask(077);
  StateFile file(path_);
  ASSERT_TRUE(file.write("x"));
  ::umask(before);
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0644U);
}

TEST_F(StateFileTest, GoesWithItsDaemon) {
  std::optional<StateFile> file(path_);
  ASSERT_TRUE(file->write("x"));
  file.reset();
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(StateFileTest, OfALivingDaemonIsNotTakenAway) {
  std::optional<StateFile> first(path_);
  ASSERT_TRUE(first->write("first"));
  {
    StateFile second(path_);
    const auto written = second.write("second");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, Error::Kind::kDenied);
    EXPECT_NE(written.error().message.find(path_), std::string::npos);
  }
  EXPECT_EQ(content(), "first") << "nor removed by the end of the second";
  ASSERT_TRUE(first->write("again"));
  EXPECT_EQ(content(), "again");
}

// Everybody may read it, and so lock it.
TEST_F(StateFileTest, ThatAReaderHasLockedIsWritten) {
  directory_.write("status.json", "of one that was killed");
  const Fd reader(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_EQ(::flock(reader.get(), LOCK_EX | LOCK_NB), 0);
  StateFile file(path_);
  ASSERT_TRUE(file.write("x"));
  EXPECT_EQ(content(), "x");
  struct stat status {};
  ASSERT_EQ(::stat((path_ + ".lock").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(StateFileTest, OfADeadDaemonIsTaken) {
  directory_.write("status.json", "of one that was killed");
  directory_.write("status.json.new", "half of what it was about to say");
  EXPECT_FALSE(locked());
  StateFile file(path_);
  ASSERT_TRUE(file.write("x"));
  EXPECT_EQ(content(), "x");
}

TEST_F(StateFileTest, ANewPathRemovesTheOldFile) {
  StateFile file(path_);
  ASSERT_TRUE(file.write("x"));
  const std::string other = path_ + "-2";
  file = StateFile(other);
  EXPECT_FALSE(std::filesystem::exists(path_));
  ASSERT_TRUE(file.write("x"));
  EXPECT_TRUE(std::filesystem::exists(other));
}

TEST_F(StateFileTest, WithoutItsDirectoryItFailsAndMakesNone) {
  StateFile file((directory_.path() / "none" / "status.json").string());
  const auto written = file.write("x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, Error::Kind::kMissing);
  EXPECT_FALSE(std::filesystem::exists(directory_.path() / "none"));
}

TEST_F(StateFileTest, WithoutAPathNothingIsWritten) {
  StateFile file("");
  EXPECT_TRUE(file.write("x"));
}

}  // namespace
}  // namespace proctape
