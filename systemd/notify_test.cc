// SPDX-License-Identifier: Apache-2.0
#include "systemd/notify.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>

#include "base/file/fd.h"

namespace proctape {
namespace {

using namespace std::chrono_literals;

// Stands in for the service manager: the socket it listens at.
class NotifyTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "notify_testXXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    path_ = directory_ + "/notify";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    ASSERT_LT(path_.size(), sizeof(address.sun_path));
    std::memcpy(address.sun_path, path_.data(), path_.size());
    manager_ = Fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    ASSERT_EQ(::bind(manager_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    ::setenv("NOTIFY_SOCKET", path_.c_str(), 1);
  }
  void TearDown() override {
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(name);
    ::unlink(path_.c_str());
    ::rmdir(directory_.c_str());
  }

  // The next datagram, empty if there is none.
  std::string heard() {
    char bytes[512];
    const ssize_t size = ::recv(manager_.get(), bytes, sizeof(bytes), 0);
    return size < 0 ? std::string() : std::string(bytes, static_cast<std::size_t>(size));
  }

  std::string directory_;
  std::string path_;
  Fd manager_;
};

TEST_F(NotifyTest, TellsEachState) {
  notify_ready();
  EXPECT_EQ(heard(), "READY=1");
  notify_watchdog();
  EXPECT_EQ(heard(), "WATCHDOG=1");
  notify_stopping();
  EXPECT_EQ(heard(), "STOPPING=1");
  EXPECT_EQ(heard(), "");
}

TEST_F(NotifyTest, StatusIsOneLineWhateverItHolds) {
  notify_status("last sample 10:00:00, 3 files");
  EXPECT_EQ(heard(), "STATUS=last sample 10:00:00, 3 files");
  notify_status("directory /a\nWATCHDOG=trigger");
  EXPECT_EQ(heard(), "STATUS=directory /a\\nWATCHDOG=trigger");
}

TEST_F(NotifyTest, ReloadIsToldWithItsTime) {
  timespec before{};
  clock_gettime(CLOCK_MONOTONIC, &before);
  notify_reloading();
  const std::string message = heard();
  const std::string start = "RELOADING=1\nMONOTONIC_USEC=";
  ASSERT_TRUE(message.starts_with(start)) << message;
  const long long told = std::stoll(message.substr(start.size()));
  EXPECT_GE(told, before.tv_sec * 1'000'000LL + before.tv_nsec / 1000);
  EXPECT_LT(told, (before.tv_sec + 60) * 1'000'000LL);
}

TEST_F(NotifyTest, WithoutAManagerNothingHappens) {
  EXPECT_TRUE(has_service_manager());
  ::unsetenv("NOTIFY_SOCKET");
  EXPECT_FALSE(has_service_manager());
  notify_ready();
  EXPECT_EQ(heard(), "");
}

TEST_F(NotifyTest, ManagerThatIsGoneDoesNoHarm) {
  manager_.reset();
  ::unlink(path_.c_str());
  notify_ready();
  notify_status("still here");
}

TEST_F(NotifyTest, WatchdogIntervalIsTheManagers) {
  EXPECT_EQ(watchdog_interval(), std::nullopt);
  ::setenv("WATCHDOG_USEC", "30000000", 1);
  EXPECT_EQ(watchdog_interval(), 30s);
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  EXPECT_EQ(watchdog_interval(), 30s);
}

TEST_F(NotifyTest, WatchdogOfAnotherProcessIsNotOurs) {
  ::setenv("WATCHDOG_USEC", "30000000", 1);
  ::setenv("WATCHDOG_PID", "1", 1);
  EXPECT_EQ(watchdog_interval(), std::nullopt);
}

}  // namespace
}  // namespace proctape
