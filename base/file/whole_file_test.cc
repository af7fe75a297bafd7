// SPDX-License-Identifier: Apache-2.0
#include "base/file/whole_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "tests/support/test_host.h"

namespace proctape {
namespace {

namespace fs = std::filesystem;

constexpr uid_t kMallory = 1234;

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A secret of root's; /tmp, a home and what root writes to. Root runs the test: others' files are
// made by giving them away.
class WholeFileTest : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root may give files away";
    directory_.write("etc/shadow", "secret");
    make_directory("tmp", 0, 01777);
    make_directory("home", kMallory, 0755);
    make_directory("home/logs", kMallory, 0755);
    make_directory("root", 0, 0755);
  }
  std::string path(const std::string& name) const { return (directory_.path() / name).string(); }
  void make_directory(const std::string& name, uid_t owner, mode_t mode) const {
    fs::create_directory(path(name));
    ASSERT_EQ(::chown(path(name).c_str(), owner, 0), 0);
    ASSERT_EQ(::chmod(path(name).c_str(), mode), 0);
  }
  void link(const std::string& target, const std::string& name, uid_t owner) const {
    fs::create_symlink(target.starts_with('/') ? target : path(target), path(name));
    ASSERT_EQ(::lchown(path(name).c_str(), owner, 0), 0);
  }
  void file(const std::string& name, uid_t owner, mode_t mode = 0644) const {
    directory_.write(name, "old");
    ASSERT_EQ(::chown(path(name).c_str(), owner, owner), 0);
    ASSERT_EQ(::chmod(path(name).c_str(), mode), 0);
  }
  // Writes "new" there; the error's message, or nothing.
  std::string write(const std::string& name, const WholeFile::Options& options = {}) const {
    auto place = find_place(path(name));
    if (!place) return place.error().message;
    auto whole = WholeFile::create(std::move(*place), options);
    if (!whole) return whole.error().message;
    if (auto done = whole->write(std::as_bytes(std::span("new", 3))); !done) {
      return done.error().message;
    }
    const auto finished = whole->finish();
    return finished ? "" : finished.error().message;
  }
  void expect_refused(const std::string& name, const std::string& why) const {
    const std::string message = write(name);
    EXPECT_NE(message.find(why), std::string::npos) << name << ": " << message;
    EXPECT_EQ(content_of(path("etc/shadow")), "secret");
    EXPECT_EQ(std::distance(fs::directory_iterator(path("etc")), fs::directory_iterator{}), 1);
  }
  struct stat status_of(const std::string& name) const {
    struct stat status {};
    EXPECT_EQ(::lstat(path(name).c_str(), &status), 0) << name;
    return status;
  }

  TestDirectory directory_;
};

TEST_F(WholeFileTest, ALinkOfOthersInADirectoryOfEverybodyIsNotFollowed) {
  link("etc/shadow", "tmp/out", kMallory);
  expect_refused("tmp/out", "the link 'out' of user 1234");
  link("etc/created", "tmp/dangling", kMallory);
  expect_refused("tmp/dangling", "the link 'dangling' of user 1234");
  // Nor on the way, where the kernel itself follows it.
  link("etc", "tmp/way", kMallory);
  expect_refused("tmp/way/shadow", "the link 'way' of user 1234");
  expect_refused("tmp/way/created", "the link 'way' of user 1234");
  link("tmp/way", "root/by", 0);
  expect_refused("root/by/shadow", "the link 'way' of user 1234");
}

TEST_F(WholeFileTest, ALinkOfOthersElsewhereIsFollowedWithinTheirDirectories) {
  link("etc/shadow", "home/out", kMallory);
  expect_refused("home/out", "leads out of his directories");
  link("etc", "home/way", kMallory);
  expect_refused("home/way/created", "leads out of his directories");
  link("home/logs", "home/link", kMallory);
  EXPECT_EQ(write("home/link/out"), "");
  EXPECT_EQ(content_of(path("home/logs/out")), "new");
}

TEST_F(WholeFileTest, LinksOfOursAndOfRootAreFollowed) {
  directory_.write("root/real", "old");
  link("root/real", "tmp/ours", 0);
  EXPECT_EQ(write("tmp/ours"), "");
  EXPECT_EQ(content_of(path("root/real")), "new");
  EXPECT_TRUE(fs::is_symlink(path("tmp/ours")));
  link("root/dangling", "root/link", 0);
  EXPECT_EQ(write("root/link"), "");
  EXPECT_EQ(content_of(path("root/dangling")), "new");
  fs::create_directory_symlink("../root", path("home/relative"));
  EXPECT_EQ(write("home/relative/../root/./up"), "");
  EXPECT_EQ(content_of(path("root/up")), "new");
}

TEST_F(WholeFileTest, LinksThatLeadToThemselvesAreAnError) {
  link("root/b", "root/a", 0);
  link("root/a", "root/b", 0);
  EXPECT_NE(write("root/a").find("Too many levels of symbolic links"), std::string::npos);
}

TEST_F(WholeFileTest, AFileOfOthersInADirectoryOfEverybodyIsNotReplaced) {
  file("tmp/out", kMallory, 0666);
  expect_refused("tmp/out", "a file of user 1234");
  EXPECT_EQ(content_of(path("tmp/out")), "old");
  file("tmp/ours", 0);
  EXPECT_EQ(write("tmp/ours"), "");
  EXPECT_EQ(content_of(path("tmp/ours")), "new");
}

// It would get the mode of /etc/passwd.
TEST_F(WholeFileTest, AFileWithSeveralNamesLendsNeitherModeNorOwner) {
  file("etc/shadow", 0, 0644);
  fs::create_hard_link(path("etc/shadow"), path("tmp/out"));
  EXPECT_EQ(write("tmp/out"), "");
  EXPECT_EQ(content_of(path("etc/shadow")), "old");
  EXPECT_EQ(status_of("tmp/out").st_mode & 07777U, 0640U);
}

TEST_F(WholeFileTest, SetUserIdIsNotLent) {
  file("root/out", 0, 04755);
  EXPECT_EQ(write("root/out"), "");
  EXPECT_EQ(status_of("root/out").st_mode & 07777U, 0755U);
}

TEST_F(WholeFileTest, APipeOfOthersIsNotWrittenTo) {
  for (const char* const name : {"tmp/pipe", "home/pipe"}) {
    ASSERT_EQ(::mkfifo(path(name).c_str(), 0666), 0);
    ASSERT_EQ(::chown(path(name).c_str(), kMallory, 0), 0);
    expect_refused(name, "a pipe or device of user 1234");
  }
  ASSERT_EQ(::mkfifo(path("tmp/ours").c_str(), 0600), 0);
  const Fd reader(::open(path("tmp/ours").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  EXPECT_EQ(write("tmp/ours"), "");
  char text[3] = {};
  EXPECT_EQ(::read(reader.get(), text, sizeof text), 3);
}

TEST_F(WholeFileTest, DirectoriesAreNoFiles) {
  for (const char* const name : {"root", "root/", "root/.", "root/..", ""}) {
    EXPECT_NE(write(name), "") << name;
  }
  EXPECT_NE(write("root/file/below").find("No such file"), std::string::npos);
  file("root/file", 0);
  EXPECT_NE(write("root/file/below").find("Not a directory"), std::string::npos);
}

TEST_F(WholeFileTest, WhatMayNotBeReplacedIsNot) {
  EXPECT_EQ(write("root/out", {.may_replace = false}), "");
  EXPECT_NE(write("root/out", {.may_replace = false}).find("File exists"), std::string::npos);
  link("etc/created", "root/dangling", 0);
  EXPECT_EQ(write("root/dangling", {.may_replace = false}), "") << "the administrator's own link";
}

TEST_F(WholeFileTest, TheOldOneIsKeptUnderAnotherName) {
  file("root/log", 0);
  file("root/log.orig", 0);
  auto place = find_place(path("root/log"));
  ASSERT_TRUE(place);
  auto whole = WholeFile::create(std::move(*place), {});
  ASSERT_TRUE(whole);
  const auto kept = whole->keep_old(".orig");
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_EQ(*kept, path("root/log.orig-1"));
  ASSERT_TRUE(whole->finish());
  EXPECT_EQ(content_of(path("root/log")), "");
  EXPECT_EQ(content_of(*kept), "old");
}

// Links are put in the place of directories and files, as fast as possible, while root writes.
TEST_F(WholeFileTest, WhatIsSwappedMeanwhileLeadsNowhere) {
  const std::string home = path("home");
  make_directory("home/a", kMallory, 0755);
  link("etc", "home/b", kMallory);
  link("etc/shadow", "home/c", kMallory);
  std::atomic<bool> end = false;
  std::thread mallory([&] {
    while (!end) {
      ::renameat2(AT_FDCWD, (home + "/a").c_str(), AT_FDCWD, (home + "/b").c_str(),
                  RENAME_EXCHANGE);
      std::this_thread::yield();
    }
  });
  int written = 0;
  for (int i = 0; i < 2000; ++i) {
    if (write("home/a/shadow").empty()) ++written;
    ASSERT_EQ(content_of(path("etc/shadow")), "secret");
  }
  end = true;
  mallory.join();
  EXPECT_GT(written, 0);
  EXPECT_EQ(std::distance(fs::directory_iterator(path("etc")), fs::directory_iterator{}), 1);
}

TEST_F(WholeFileTest, NothingIsLeftOfWhatWasGivenUp) {
  file("root/out", 0);
  {
    auto place = find_place(path("root/out"));
    ASSERT_TRUE(place);
    auto whole = WholeFile::create(std::move(*place), {});
    ASSERT_TRUE(whole);
    ASSERT_TRUE(whole->write(std::as_bytes(std::span("new", 3))));
  }
  EXPECT_EQ(content_of(path("root/out")), "old");
  EXPECT_EQ(std::distance(fs::directory_iterator(path("root")), fs::directory_iterator{}), 1);
}

TEST_F(WholeFileTest, WhatAShellHasOpenedIsWrittenTo) {
  file("root/out", 0);
  const Fd opened(::open(path("root/out").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  auto place = find_place("/proc/self/fd/" + std::to_string(opened.get()));
  ASSERT_TRUE(place) << place.error().message;
  auto whole = WholeFile::create(std::move(*place), {});
  ASSERT_TRUE(whole) << whole.error().message;
  ASSERT_TRUE(whole->write(std::as_bytes(std::span("new", 3))));
  ASSERT_TRUE(whole->finish());
  EXPECT_EQ(content_of(path("root/out")), "oldnew");
}

TEST_F(WholeFileTest, ADirectoryIsFoundLikeAFile) {
  EXPECT_TRUE(find_directory(path("root")));
  EXPECT_TRUE(find_directory(path("root/")));
  link("etc", "tmp/way", kMallory);
  const auto refused = find_directory(path("tmp/way"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Error::Kind::kDenied);
  link("root", "tmp/ours", 0);
  EXPECT_TRUE(find_directory(path("tmp/ours")));
  EXPECT_FALSE(find_directory(path("none")));
}

}  // namespace
}  // namespace proctape
