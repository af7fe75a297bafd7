// SPDX-License-Identifier: Apache-2.0
#include "base/file/small_file.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstring>
#include <filesystem>

#include "tests/support/test_host.h"

namespace proctape {
namespace {

class SmallFileTest : public testing::Test {
 protected:
  std::string path(const char* name) const { return (directory_.path() / name).string(); }
  static std::string refused(const std::string& path) {
    const auto text = read_small_file(path, 10);
    EXPECT_FALSE(text) << path;
    return text ? "" : text.error().message;
  }
  TestDirectory directory_;
};

TEST_F(SmallFileTest, IsReadWhole) {
  directory_.write("ten", "0123456789");
  directory_.write("none", "");
  EXPECT_EQ(*read_small_file(path("ten"), 10), "0123456789");
  EXPECT_EQ(*read_small_file(path("none"), 10), "");
  std::filesystem::create_symlink("ten", path("link"));
  EXPECT_EQ(*read_small_file(path("link"), 10), "0123456789");
}

TEST_F(SmallFileTest, ALargerOneIsNotRead) {
  directory_.write("eleven", "0123456789a");
  EXPECT_EQ(refused(path("eleven")),
            path("eleven") + ": expected a file of at most 10 bytes, found more");
  std::filesystem::resize_file(path("eleven"), std::uintmax_t{1} << 36U);
  EXPECT_NE(refused(path("eleven")), "") << "a sparse one";
}

TEST_F(SmallFileTest, WhatIsNoFileIsNotEvenOpened) {
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(refused(path("pipe")), path("pipe") + ": expected a regular file, found a pipe");
  EXPECT_EQ(refused("/dev/zero"), "/dev/zero: expected a regular file, found a device");
  EXPECT_EQ(refused("/tmp"), "/tmp: expected a regular file, found a directory");
  const Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path("socket").c_str(), sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(refused(path("socket")), path("socket") + ": expected a regular file, found a socket");
  EXPECT_EQ(refused(path("missing")), "open " + path("missing") + ": No such file or directory");
}

}  // namespace
}  // namespace proctape
