// SPDX-License-Identifier: Apache-2.0
#include "rawlog/directory/follower.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "rawlog/file/encoder.h"
#include "tests/support/bytes.h"
#include "tests/support/plausible_sample.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

namespace fs = std::filesystem;

constexpr Count kStart = 1'709'294'400;  // 2024-03-01 12:00 UTC

class FollowerTest : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return (logs_ / name).string(); }

  // Appends a record of so many seconds after the start; begins the file if it is not there.
  void record(const std::string& name, Count second, Version version = v2_12) {
    write(name, record_of_second(second, version), version);
  }
  static std::string record_of_second(Count second, Version version = v2_12) {
    Encoder encoder(version, Host());
    return text(encoder.encode(plausible_sample(Seconds{kStart + second})));
  }
  void write(const std::string& name, const std::string& bytes, Version version = v2_12) {
    fs::create_directories(logs_);
    std::ofstream file(path(name), std::ios::binary | std::ios::app);
    if (file.tellp() == 0) file << text(Encoder(version, Host()).file_header());
    file << bytes;
  }

  // The seconds of all records that are handed on now.
  std::vector<Count> seconds(Follower& follower) {
    std::vector<Count> found;
    for (;;) {
      const auto next = follower.next();
      EXPECT_TRUE(next) << next.error().message;
      if (!next || !*next) return found;
      Sample sample;
      follower.reader().decode(sample);
      EXPECT_EQ(sample.tasks.size(), 2U);
      found.push_back(sample.time.value - kStart);
    }
  }
  Follower follower(const FollowPosition& from = {}) {
    return {logs_.string(), [&](const Damage&) { ++damage_; }, from};
  }

  using Times = std::vector<Count>;

  TestDirectory root_;
  fs::path logs_ = root_.path() / "logs";
  int damage_ = 0;
};

TEST_F(FollowerTest, HandsOnWhatIsThereAndWhatComes) {
  Follower follower = this->follower();
  EXPECT_EQ(seconds(follower), Times{}) << "not even the directory";
  record("atop_20240301", 0);
  record("atop_20240301", 10);
  EXPECT_EQ(seconds(follower), (Times{0, 10}));
  EXPECT_EQ(seconds(follower), Times{});
  record("atop_20240301", 20);
  EXPECT_EQ(seconds(follower), Times{20});
  EXPECT_EQ(follower.path(), path("atop_20240301"));
}

TEST_F(FollowerTest, WaitsForTheRestOfARecord) {
  record("atop_20240301", 0);
  Follower follower = this->follower();
  EXPECT_EQ(seconds(follower), Times{0});
  const std::string whole = record_of_second(10);
  for (const std::size_t part : {std::size_t{50}, whole.size() - 60}) {
    write("atop_20240301", whole.substr(part == 50 ? 0 : 50, part == 50 ? 50 : whole.size() - 60));
    EXPECT_EQ(seconds(follower), Times{});
  }
  write("atop_20240301", whole.substr(whole.size() - 10));
  EXPECT_EQ(seconds(follower), Times{10});
  EXPECT_EQ(damage_, 0);
}

// A recorder that starts cuts off what its predecessor left half-written.
TEST_F(FollowerTest, ForgetsATornRecordThatIsCutOff) {
  record("atop_20240301", 0);
  Follower follower = this->follower();
  EXPECT_EQ(seconds(follower), Times{0});
  const auto whole = fs::file_size(path("atop_20240301"));
  write("atop_20240301", record_of_second(10).substr(0, 300));
  EXPECT_EQ(seconds(follower), Times{});
  fs::resize_file(path("atop_20240301"), whole);
  record("atop_20240301", 20);
  EXPECT_EQ(seconds(follower), Times{20});
  EXPECT_EQ(damage_, 0);
}

TEST_F(FollowerTest, GoesOnInTheNextFile) {
  record("atop_20240301", 0);
  Follower follower = this->follower();
  EXPECT_EQ(seconds(follower), Times{0});
  record("atop_20240301", 10);
  record("atop_20240302", 20, v2_8);
  EXPECT_EQ(seconds(follower), (Times{10, 20}));
  EXPECT_EQ(follower.reader().version(), v2_8);
}

TEST_F(FollowerTest, FollowsAFileThatIsSetAside) {
  record("atop_20240301", 0);
  Follower follower = this->follower();
  EXPECT_EQ(seconds(follower), Times{0});
  record("atop_20240301", 10);
  fs::rename(path("atop_20240301"), path("atop_20240301.1"));
  record("atop_20240301", 20);
  EXPECT_EQ(seconds(follower), (Times{10, 20}));
}

TEST_F(FollowerTest, FollowsThroughADirectoryThatIsMadeAnew) {
  record("atop_20240301", 0);
  Follower follower = this->follower();
  EXPECT_EQ(seconds(follower), Times{0});
  fs::remove_all(logs_);
  EXPECT_EQ(seconds(follower), Times{});
  record("atop_20240301", 10);
  EXPECT_EQ(seconds(follower), Times{10});
}

TEST_F(FollowerTest, ACopyInPlaceOfTheFileRepeatsNothing) {
  record("atop_20240301", 0);
  record("atop_20240301", 10);
  Follower follower = this->follower();
  EXPECT_EQ(seconds(follower), (Times{0, 10}));
  fs::copy_file(path("atop_20240301"), root_.path() / "copy");
  fs::remove(path("atop_20240301"));
  fs::rename(root_.path() / "copy", path("atop_20240301"));
  record("atop_20240301", 20);
  EXPECT_EQ(seconds(follower), Times{20});
}

TEST_F(FollowerTest, GoesOnWhereItWas) {
  record("atop_20240301", 0);
  record("atop_20240301", 10);
  FollowPosition position;
  {
    Follower first = follower();
    ASSERT_TRUE(*first.next());
    position = first.position();
  }
  record("atop_20240302", 20);
  Follower second = follower(position);
  EXPECT_EQ(seconds(second), (Times{10, 20}));
}

TEST_F(FollowerTest, PassesOverWhatIsThere) {
  record("atop_20240301", 0);
  record("atop_20240302", 10);
  Follower follower = this->follower();
  ASSERT_TRUE(follower.go_to_end());
  EXPECT_EQ(follower.position().time, Seconds{kStart + 10});
  EXPECT_EQ(seconds(follower), Times{});
  record("atop_20240302", 20);
  EXPECT_EQ(seconds(follower), Times{20});
}

TEST_F(FollowerTest, GoesOnBehindADamagedRecord) {
  record("atop_20240301", 0);
  std::string broken = record_of_second(10);
  broken[broken.size() / 2] = static_cast<char>(~broken[broken.size() / 2]);
  write("atop_20240301", broken);
  record("atop_20240301", 20);
  Follower follower = this->follower();
  EXPECT_EQ(seconds(follower), (Times{0, 20}));
  EXPECT_GT(damage_, 0);
}

TEST_F(FollowerTest, LooksAtNothingElse) {
  record("atop_20240301", 0);
  fs::create_symlink(path("atop_20240301"), path("atop_20240302"));
  fs::create_directory(path("atop_20240303"));
  std::ofstream(path("atop_20240304")) << "no log";
  Follower follower = this->follower();
  EXPECT_EQ(seconds(follower), Times{0});
}

}  // namespace
}  // namespace proctape
