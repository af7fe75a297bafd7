// SPDX-License-Identifier: Apache-2.0
#include "rawlog/directory/log_directory.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/file/fd.h"
#include "base/timing.h"
#include "rawlog/file/encoder.h"
#include "rawlog/file/file_header.h"
#include "rawlog/file/reader.h"
#include "tests/support/bytes.h"
#include "tests/support/fake_clock.h"
#include "tests/support/full_disk.h"
#include "tests/support/plausible_sample.h"
#include "tests/support/test_host.h"
#include "tests/support/time_zone.h"

namespace proctape {
namespace {

namespace fs = std::filesystem;

constexpr Seconds kNoon{1'709'294'400};  // 2024-03-01 12:00 UTC

Seconds after(Seconds time, Count seconds) { return time + Seconds{seconds}; }

// Which not even root may remove (chattr +i); not on every file system.
class ImmutableFile {
 public:
  explicit ImmutableFile(const std::string& path)
      : file_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    made_ = set(true);
  }
  ImmutableFile(const ImmutableFile&) = delete;
  ImmutableFile& operator=(const ImmutableFile&) = delete;
  ~ImmutableFile() { set(false); }
  bool made() const { return made_; }

 private:
  bool set(bool immutable) const {
    int flags = 0;
    if (ioctl(file_.get(), FS_IOC_GETFLAGS, &flags) != 0) return false;
    flags = immutable ? flags | FS_IMMUTABLE_FL : flags & ~FS_IMMUTABLE_FL;
    return ioctl(file_.get(), FS_IOC_SETFLAGS, &flags) == 0;
  }

  Fd file_;
  bool made_ = false;
};

class LogDirectoryTest : public testing::Test {
 protected:
  explicit LogDirectoryTest(const char* zone = "UTC") : zone_(zone) {}

  std::string record(Seconds time) { return text(encoder_.encode(plausible_sample(time))); }
  std::string header() const { return text(encoder_.file_header()); }

  Result<> append(LogDirectory& directory, Seconds time, Seconds interval = Seconds{10}) {
    Sample sample = plausible_sample(time);
    sample.interval = interval;
    return directory.append(encoder_.file_header(), encoder_.encode(sample), time);
  }
  void must_append(LogDirectory& directory, Seconds time, Seconds interval = Seconds{10}) {
    const auto appended = append(directory, time, interval);
    ASSERT_TRUE(appended) << appended.error().message;
  }
  // Through a LogDirectory of its own: as a process that is started, appends and ends.
  std::vector<std::string> append_after_restart(Seconds time) {
    LogDirectory directory(path());
    must_append(directory, time);
    return directory.take_notices();
  }

  std::string path() const { return (directory_.path() / "log").string(); }
  std::string path(const std::string& name) const { return path() + '/' + name; }
  void write(const std::string& name, const std::string& content) const {
    directory_.write("log/" + name, content);
  }
  std::string content(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    EXPECT_TRUE(file) << name;
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // A log, as the encoder alone would have begun it.
  static std::string without_recorded_time(std::string log) {
    if (log.size() >= 480) log.replace(468, 12, 12, '\0');
    return log;
  }
  // Whether the file `name` holds `expected`; says where not, instead of showing both.
  testing::AssertionResult holds(const std::string& name, const std::string& expected) const {
    const std::string found = without_recorded_time(content(name));
    if (found == without_recorded_time(expected)) return testing::AssertionSuccess();
    const auto [at, ignored] = std::ranges::mismatch(found, expected);
    return testing::AssertionFailure()
           << name << " has " << found.size() << " bytes, not " << expected.size()
           << ", and others from " << at - found.begin() << " on";
  }
  std::set<std::string> names() const {
    std::set<std::string> list;
    for (const auto& entry : fs::directory_iterator(path())) list.insert(entry.path().filename());
    list.erase(DirectoryLock::kFileName);
    return list;
  }
  // All records of the file, none of which is damaged.
  std::size_t samples_in(const std::string& name) const {
    auto reader = Reader::open(path(name), [&](const Damage& damage) {
      ADD_FAILURE() << name << ": " << to_string(damage);
    });
    EXPECT_TRUE(reader) << reader.error().message;
    Sample sample;
    std::size_t count = 0;
    while (reader) {
      const auto more = reader->next(sample);
      if (!more || !*more) break;
      ++count;
    }
    return count;
  }
  // As a cron job of the host does it.
  void pack(const std::string& name) const {
    ASSERT_EQ(std::system(("gzip '" + path(name) + "'").c_str()), 0);
  }
  static mode_t mode(const std::string& file) {
    struct stat status {};
    EXPECT_EQ(stat(file.c_str(), &status), 0);
    return status.st_mode & 07777U;
  }

  using Names = std::set<std::string>;
  using Notices = std::vector<std::string>;

  TimeZone zone_;
  TestDirectory directory_;
  Encoder encoder_{v2_12, plausible_host()};
};

TEST_F(LogDirectoryTest, TheFirstRecordCreatesDirectoryAndFile) {
  LogDirectory directory(path());
  EXPECT_EQ(directory.current_path(), "");
  must_append(directory, kNoon);
  EXPECT_EQ(names(), Names{"atop_20240301"});
  EXPECT_TRUE(holds("atop_20240301", header() + record(kNoon)));
  EXPECT_EQ(directory.current_path(), path("atop_20240301"));
  EXPECT_EQ(directory.current_size().value,
            static_cast<std::int64_t>(content("atop_20240301").size()));
  EXPECT_EQ(directory.last_time(), kNoon);
  EXPECT_EQ(directory.take_notices(), Notices{});
}

TEST_F(LogDirectoryTest, ModesDoNotDependOnTheUmask) {
  for (const mode_t mask : {0000U, 0077U}) {
    const mode_t before = umask(mask);
    LogDirectory directory(path());
    must_append(directory, kNoon);
    umask(before);
    EXPECT_EQ(mode(path()), 0750U);
    EXPECT_EQ(mode(path("atop_20240301")), 0640U);
    fs::remove_all(path());
  }
}

TEST_F(LogDirectoryTest, ModesAndGroupAreThoseThatWereChosen) {
  const gid_t group = geteuid() == 0 ? 4242 : getegid();
  LogDirectory directory(path(), {.file_mode = 0604, .directory_mode = 0711, .group = group});
  must_append(directory, kNoon);
  EXPECT_EQ(directory.take_notices(), Notices{});
  EXPECT_EQ(mode(path()), 0711U);
  EXPECT_EQ(mode(path("atop_20240301")), 0604U);
  struct stat status {};
  for (const std::string& made : {path(), path("atop_20240301")}) {
    ASSERT_EQ(stat(made.c_str(), &status), 0);
    EXPECT_EQ(status.st_gid, group) << made;
  }
}

TEST_F(LogDirectoryTest, ADirectoryThatIsThereKeepsItsMode) {
  fs::create_directory(path());
  fs::permissions(path(), fs::perms::owner_all);
  LogDirectory directory(path(), {.directory_mode = 0755});
  must_append(directory, kNoon);
  EXPECT_EQ(mode(path()), 0700U);
}

TEST_F(LogDirectoryTest, AGroupThatIsRefusedIsToldOnceAndNoReasonNotToRecord) {
  fs::create_directory(path());
  fs::permissions(path(), fs::perms::all);
  fs::permissions(directory_.path(), fs::perms::all);
  const uid_t before = geteuid();
  if (before == 0) {
    ASSERT_EQ(seteuid(65534), 0);
  }
  LogDirectory directory(path(), {.group = 4242});
  const auto first = append(directory, kNoon);
  const auto second = append(directory, after(kNoon, 86400));
  ASSERT_EQ(seteuid(before), 0);
  EXPECT_TRUE(first && second);
  EXPECT_EQ(names(), (Names{"atop_20240301", "atop_20240302"}));
  EXPECT_EQ(directory.take_notices(),
            Notices{"chgrp " + path("atop_20240301") + ": Operation not permitted"});
}

TEST_F(LogDirectoryTest, IsNotMadeBehindALinkOfSomebodyElse) {
  if (geteuid() != 0) GTEST_SKIP() << "only root may give links away";
  const fs::path open_to_all = directory_.path() / "tmp";
  const fs::path chosen = directory_.path() / "chosen";
  fs::create_directories(open_to_all);
  fs::create_directories(chosen);
  ASSERT_EQ(chmod(open_to_all.c_str(), 01777), 0);
  fs::create_symlink(chosen, open_to_all / "link");
  ASSERT_EQ(lchown((open_to_all / "link").c_str(), 1234, 0), 0);
  for (const char* const below : {"link/logs", "link/logs/", "link//logs"}) {
    LogDirectory directory((open_to_all / below).string());
    const auto refused = directory.enter();
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("the link 'link' of user 1234"), std::string::npos)
        << refused.error().message;
    EXPECT_TRUE(fs::is_empty(chosen)) << below;
  }
}

TEST_F(LogDirectoryTest, PrepareTouchesNoFileThatIsNotThere) {
  LogDirectory directory(path());
  ASSERT_TRUE(directory.prepare(encoder_.file_header(), kNoon));
  EXPECT_EQ(names(), Names{});
  EXPECT_EQ(directory.last_time(), std::nullopt);
}

TEST_F(LogDirectoryTest, PrepareTellsThatNothingCanBeWritten) {
  directory_.write("log", "a file where the directory should be");
  LogDirectory directory(path());
  const auto prepared = directory.prepare(encoder_.file_header(), kNoon);
  ASSERT_FALSE(prepared);
  EXPECT_NE(prepared.error().message.find(path()), std::string::npos);

  LogDirectory lost((directory_.path() / "no" / "such" / "place").string());
  const auto missing = lost.prepare(encoder_.file_header(), kNoon);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, Error::Kind::kMissing);
}

TEST_F(LogDirectoryTest, ARestartGoesOnWithTheFile) {
  append_after_restart(kNoon);
  LogDirectory directory(path());
  ASSERT_TRUE(directory.prepare(encoder_.file_header(), after(kNoon, 60)));
  EXPECT_EQ(directory.last_time(), kNoon);
  EXPECT_EQ(directory.current_path(), path("atop_20240301"));
  must_append(directory, after(kNoon, 60));
  EXPECT_TRUE(holds("atop_20240301", header() + record(kNoon) + record(after(kNoon, 60))));
  EXPECT_EQ(directory.take_notices(), Notices{});
}

TEST_F(LogDirectoryTest, AnEmptyFileIsBegunAnew) {
  write("atop_20240301", "");
  EXPECT_EQ(append_after_restart(kNoon), Notices{});
  EXPECT_TRUE(holds("atop_20240301", header() + record(kNoon)));
}

TEST_F(LogDirectoryTest, AHeaderWithoutRecordsIsBegunAnew) {
  write("atop_20240301", header());
  EXPECT_EQ(append_after_restart(kNoon),
            Notices{path("atop_20240301") + " begun anew: it holds no whole record"});
  EXPECT_TRUE(holds("atop_20240301", header() + record(kNoon)));
  EXPECT_EQ(names(), Names{"atop_20240301"});
}

TEST_F(LogDirectoryTest, AFileThatEndsAnywhereKeepsItsWholeRecords) {
  const std::string whole = header() + record(kNoon) + record(after(kNoon, 10));
  const std::size_t first = 480;
  const std::size_t second = first + record(kNoon).size();
  const std::string next = record(after(kNoon, 20));
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    SCOPED_TRACE(length);
    const std::string before = whole.substr(0, length);
    write("atop_20240301", before);
    const auto notices = append_after_restart(after(kNoon, 20));

    const bool begun_anew = length < second;
    const std::size_t kept = begun_anew ? 0 : length < whole.size() ? second : length;
    const std::size_t tail = length - (begun_anew && length >= first ? first : kept);
    ASSERT_TRUE(holds("atop_20240301", (begun_anew ? header() : whole.substr(0, kept)) + next));
    if (tail > 96) {
      ASSERT_EQ(names(), (Names{"atop_20240301", "atop_20240301.torn-1"}));
      ASSERT_TRUE(holds("atop_20240301.torn-1", before.substr(kept)));
      fs::remove(path("atop_20240301.torn-1"));
    } else {
      ASSERT_EQ(names(), Names{"atop_20240301"});
    }
    const bool in_order = length == 0 || length == second || length == whole.size();
    ASSERT_EQ(notices.size(), in_order ? 0U : 1U);
  }
}

TEST_F(LogDirectoryTest, NoticesTellWhatBecameOfATornTail) {
  const std::string whole = header() + record(kNoon);
  write("atop_20240301", whole + record(after(kNoon, 10)).substr(0, 700));
  EXPECT_EQ(append_after_restart(after(kNoon, 20)),
            Notices{path("atop_20240301") +
                    " cut back to its last whole record: it ended with 700 bytes of a torn record, "
                    "which are kept in atop_20240301.torn-1"});
  EXPECT_EQ(mode(path("atop_20240301.torn-1")), 0640U);

  write("atop_20240301", whole + record(after(kNoon, 10)).substr(0, 96));
  EXPECT_EQ(append_after_restart(after(kNoon, 20)),
            Notices{path("atop_20240301") +
                    " cut back to its last whole record: it ended with 96 bytes of a torn record"});

  write("atop_20240301", header() + record(kNoon).substr(0, 700));
  EXPECT_EQ(append_after_restart(after(kNoon, 20)),
            Notices{path("atop_20240301") +
                    " set aside as atop_20240301.torn-2: it holds no whole record"});
}

TEST_F(LogDirectoryTest, WhatCannotBeGoneOnWithIsSetAsideUnderTheNextNumber) {
  append_after_restart(kNoon);
  const std::string first = content("atop_20240301");
  encoder_ = Encoder(v2_13, plausible_host());
  EXPECT_EQ(append_after_restart(after(kNoon, 10)),
            Notices{path("atop_20240301") +
                    " set aside as atop_20240301.1: it has version 2.12 instead of 2.13"});
  EXPECT_TRUE(holds("atop_20240301", header() + record(after(kNoon, 10))));
  EXPECT_TRUE(holds("atop_20240301.1", first));

  write("atop_20240301", "#!/bin/sh\n");
  EXPECT_EQ(append_after_restart(after(kNoon, 20)),
            Notices{path("atop_20240301") +
                    " set aside as atop_20240301.2: expected the magic number of an atop log, "
                    "found 23 21 2f 62 69 6e 2f 73 ..."});
  EXPECT_EQ(names(), (Names{"atop_20240301", "atop_20240301.1", "atop_20240301.2"}));
}

TEST_F(LogDirectoryTest, WhatIsNoRegularFileIsSetAside) {
  fs::create_directories(path("atop_20240301"));
  EXPECT_EQ(append_after_restart(kNoon).size(), 1U);
  EXPECT_TRUE(fs::is_directory(path("atop_20240301.1")));

  fs::remove(path("atop_20240301"));
  write("elsewhere", "not to be written to");
  fs::create_symlink("elsewhere", path("atop_20240301"));
  EXPECT_EQ(
      append_after_restart(kNoon),
      Notices{path("atop_20240301") + " set aside as atop_20240301.2: it is no regular file"});
  EXPECT_TRUE(holds("elsewhere", "not to be written to"));
  EXPECT_TRUE(holds("atop_20240301", header() + record(kNoon)));
}

TEST_F(LogDirectoryTest, AnotherUsersFileIsSetAside) {
  if (geteuid() != 0) GTEST_SKIP() << "cannot become another user: not root";
  constexpr uid_t kNobody = 65534;
  fs::create_directories(path());
  fs::permissions(directory_.path(), fs::perms::group_exec, fs::perm_options::add);
  ASSERT_EQ(chown(path().c_str(), kNobody, kNobody), 0);
  write("atop_20240301", header() + record(kNoon));
  fs::permissions(path("atop_20240301"), fs::perms::owner_read | fs::perms::owner_write);

  ASSERT_EQ(seteuid(kNobody), 0);
  const auto notices = append_after_restart(after(kNoon, 10));
  ASSERT_EQ(seteuid(0), 0);
  EXPECT_EQ(notices,
            Notices{path("atop_20240301") + " set aside as atop_20240301.1: it is another user's"});
  EXPECT_TRUE(holds("atop_20240301", header() + record(after(kNoon, 10))));
  EXPECT_TRUE(holds("atop_20240301.1", header() + record(kNoon)));
}

TEST_F(LogDirectoryTest, TimesMayBeEqualButNotFall) {
  LogDirectory directory(path());
  must_append(directory, kNoon);
  must_append(directory, kNoon);
  // The clock was set back a little: the caller is to give the record a later time.
  ASSERT_TRUE(directory.prepare(encoder_.file_header(), after(kNoon, -1)));
  EXPECT_EQ(directory.last_time(), kNoon);
  const auto refused = append(directory, after(kNoon, -1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Error::Kind::kInvalid);
  EXPECT_TRUE(holds("atop_20240301", header() + record(kNoon) + record(kNoon)));
  EXPECT_EQ(directory.take_notices(), Notices{});
}

TEST_F(LogDirectoryTest, AClockSetBackFarBeginsANewFile) {
  LogDirectory directory(path());
  const Seconds before = kNoon - kLargestStepBack - Seconds{1};
  must_append(directory, kNoon);
  must_append(directory, before);
  EXPECT_TRUE(holds("atop_20240301", header() + record(before)));
  EXPECT_TRUE(holds("atop_20240301.1", header() + record(kNoon)));
  EXPECT_EQ(directory.take_notices().size(), 1U);
}

TEST_F(LogDirectoryTest, AnotherHeaderWhileRunningBeginsANewFile) {
  LogDirectory directory(path());
  must_append(directory, kNoon);
  encoder_ = Encoder(v2_9, plausible_host());
  must_append(directory, after(kNoon, 10));
  EXPECT_TRUE(holds("atop_20240301", header() + record(after(kNoon, 10))));
  EXPECT_EQ(names(), (Names{"atop_20240301", "atop_20240301.1"}));
}

TEST_F(LogDirectoryTest, ARemovedFileIsBegunAnew) {
  LogDirectory directory(path());
  must_append(directory, kNoon);
  fs::remove(path("atop_20240301"));
  must_append(directory, after(kNoon, 10));
  EXPECT_TRUE(holds("atop_20240301", header() + record(after(kNoon, 10))));
  EXPECT_EQ(directory.take_notices(),
            Notices{path("atop_20240301") + " was removed while it was written to"});

  fs::remove_all(path());
  must_append(directory, after(kNoon, 20));
  EXPECT_TRUE(holds("atop_20240301", header() + record(after(kNoon, 20))));
}

TEST_F(LogDirectoryTest, WhatOthersAppendedStays) {
  LogDirectory directory(path());
  must_append(directory, kNoon);
  // atop, for one, knows nothing of our lock.
  write("atop_20240301", header() + record(kNoon) + record(after(kNoon, 10)));
  must_append(directory, after(kNoon, 20));
  EXPECT_TRUE(holds("atop_20240301", header() + record(kNoon) + record(after(kNoon, 10)) +
                                         record(after(kNoon, 20))));
  EXPECT_EQ(directory.take_notices().size(), 1U);
}

TEST_F(LogDirectoryTest, AFileThatGrewByAnothersHandIsLookedAtAgain) {
  LogDirectory directory(path());
  must_append(directory, kNoon);
  const std::string grown = header() + record(kNoon) + record(after(kNoon, 5));
  const auto told = [&](std::size_t size, std::size_t own) {
    return path("atop_20240301") + " is of " + std::to_string(size) + " bytes, not of the " +
           std::to_string(own) + " that were written";
  };
  write("atop_20240301", grown);
  must_append(directory, after(kNoon, 10));
  EXPECT_TRUE(holds("atop_20240301", grown + record(after(kNoon, 10)))) << "a whole record stays";
  EXPECT_EQ(directory.take_notices(),
            Notices{told(grown.size(), (header() + record(kNoon)).size())});

  const std::string ours = content("atop_20240301");
  write("atop_20240301", ours + "what is no record");
  must_append(directory, after(kNoon, 20));
  EXPECT_TRUE(holds("atop_20240301", ours + record(after(kNoon, 20)))) << "anything else does not";
  const Notices notices = directory.take_notices();
  ASSERT_EQ(notices.size(), 2U);
  EXPECT_EQ(notices[0], told(ours.size() + 17, ours.size()));
  EXPECT_NE(notices[1].find("cut back to its last whole record"), std::string::npos);
}

TEST_F(LogDirectoryTest, AFileThatWasReplacedIsLookedAtAgain) {
  LogDirectory directory(path());
  must_append(directory, kNoon);
  const std::string before = content("atop_20240301");
  fs::rename(path("atop_20240301"), path("saved"));
  write("atop_20240301", before);
  must_append(directory, after(kNoon, 10));
  EXPECT_TRUE(holds("saved", before));
  EXPECT_TRUE(holds("atop_20240301", before + record(after(kNoon, 10))));

  write("atop_20240301", before.substr(0, 1000));  // in place
  must_append(directory, after(kNoon, 20));
  EXPECT_TRUE(holds("atop_20240301", header() + record(after(kNoon, 20))));
}

TEST_F(LogDirectoryTest, WithoutSpaceNoFileIsLeftAndTheNextRecordTriesAnew) {
  LogDirectory directory(path());
  {
    const FileSizeLimit limit(600);
    const auto appended = append(directory, kNoon);
    ASSERT_FALSE(appended);
    EXPECT_EQ(appended.error().kind, Error::Kind::kNoSpace);
    EXPECT_EQ(names(), Names{});
    EXPECT_EQ(directory.current_path(), "");
  }
  must_append(directory, after(kNoon, 10));
  const std::string before = content("atop_20240301");
  {
    const FileSizeLimit limit(before.size() + 600);
    ASSERT_FALSE(append(directory, after(kNoon, 20)));
    EXPECT_TRUE(holds("atop_20240301", before));
    EXPECT_EQ(directory.last_time(), after(kNoon, 10));
  }
  must_append(directory, after(kNoon, 30));
  EXPECT_TRUE(holds("atop_20240301", before + record(after(kNoon, 30))));
  EXPECT_EQ(directory.take_notices(), Notices{});
}

TEST_F(LogDirectoryTest, ATailThatCannotBeKeptIsNotCutOff) {
  fs::create_directories(path());
  const SmallDisk disk(path(), 16 * 1024);
  if (!disk.mounted()) GTEST_SKIP() << "cannot mount a tmpfs: not root";
  const std::string torn = header() + record(kNoon) + record(after(kNoon, 10)).substr(0, 1000);
  write("atop_20240301", torn);
  write("other", std::string(16 * 1024, 'x'));  // as far as there is room

  LogDirectory directory(path());
  const auto appended = append(directory, after(kNoon, 20));
  ASSERT_FALSE(appended);
  EXPECT_EQ(appended.error().kind, Error::Kind::kNoSpace);
  EXPECT_TRUE(holds("atop_20240301", torn));
  EXPECT_EQ(names(), (Names{"atop_20240301", "other"}));

  fs::remove(path("other"));
  must_append(directory, after(kNoon, 20));
  EXPECT_TRUE(holds("atop_20240301.torn-1", record(after(kNoon, 10)).substr(0, 1000)));
}

// The recording stood still then, until somebody made room, with old logs beside it.
TEST_F(LogDirectoryTest, OldLogsMakeRoomForATailThatIsKeptOnceTheShortageIsBelieved) {
  fs::create_directories(path());
  constexpr std::size_t kDiskSize = 64 * 1024;
  const SmallDisk disk(path(), kDiskSize);
  if (!disk.mounted()) GTEST_SKIP() << "cannot mount a tmpfs: not root";
  const std::string torn = header() + record(kNoon) + record(after(kNoon, 10)).substr(0, 1000);
  write("atop_20240228", header() + record(after(kNoon, -2 * 86400)));
  write("atop_20240301", torn);
  write("other", std::string(kDiskSize, 'x'));  // as far as there is room

  FakeClock clock({}, std::chrono::hours(1));
  LogDirectory directory(path(), {.quota = {.min_free_percent = 10}, .clock = &clock});
  for (int i = 0; i < Shortage::kSeenAtLeast; ++i) {
    EXPECT_FALSE(append(directory, after(kNoon, 20)));
    clock.advance(Shortage::kBelievedAfter / 2);
  }
  EXPECT_EQ(names(), (Names{"atop_20240228", "atop_20240301", "other"}));
  must_append(directory, after(kNoon, 20));
  EXPECT_EQ(names(), (Names{"atop_20240301", "atop_20240301.torn-1", "other"}));
}

TEST_F(LogDirectoryTest, ALogThatAllMayReadIsClosedToThemBeforeItIsGoneOnWith) {
  fs::create_directories(path());
  write("atop_20240301", header() + record(kNoon));
  fs::permissions(path("atop_20240301"), fs::perms(0644));
  LogDirectory directory(path(), {.file_mode = 0640});
  must_append(directory, after(kNoon, 1));
  EXPECT_EQ(fs::status(path("atop_20240301")).permissions(), fs::perms(0640));
  EXPECT_EQ(directory.take_notices(), Notices{});
}

TEST_F(LogDirectoryTest, GoesOnWithLogsThatAtopHasBegun) {
  for (const Version version : kVersions) {
    SCOPED_TRACE(to_string(version));
    std::ifstream file(std::string(FIXTURES) + "/logs/atop-" + to_string(version) + ".raw",
                       std::ios::binary);
    const std::string log{std::istreambuf_iterator<char>(file), {}};
    const auto identity = read_file_header(bytes(log), {});
    ASSERT_TRUE(identity);
    encoder_ = Encoder(version, identity->host);
    write("atop_20261121", log);

    LogDirectory directory(path());
    const Seconds time{1'795'300'000};  // of that date, behind all records
    ASSERT_TRUE(directory.prepare(encoder_.file_header(), time));
    EXPECT_LT(directory.last_time(), time);
    must_append(directory, time);
    EXPECT_EQ(directory.take_notices(), Notices{});
    EXPECT_TRUE(holds("atop_20261121", log + record(time)));
  }
}

class LogDirectoryInBerlin : public LogDirectoryTest {
 protected:
  LogDirectoryInBerlin() : LogDirectoryTest("Europe/Berlin") {}

  // Appends a record every half hour from `begin` to `end`; how many each file has got.
  std::map<std::string, std::size_t> half_hours(Seconds begin, Seconds end) {
    LogDirectory directory(path());
    for (Seconds time = begin; time < end; time += Seconds{1800}) must_append(directory, time);
    EXPECT_EQ(directory.take_notices(), Notices{});
    std::map<std::string, std::size_t> counts;
    for (const std::string& name : names()) {
      counts[name] = (content(name).size() - 480) / record(begin).size();
    }
    return counts;
  }
};

using Counts = std::map<std::string, std::size_t>;

TEST_F(LogDirectoryInBerlin, ADayEndsAtLocalMidnight) {
  constexpr Seconds kMidnight{1'709'247'600};  // 2024-03-01 00:00 in Berlin, 23:00 UTC
  LogDirectory directory(path());
  must_append(directory, after(kMidnight, -1));
  EXPECT_EQ(directory.current_path(), path("atop_20240229"));
  must_append(directory, kMidnight);
  EXPECT_EQ(directory.current_path(), path("atop_20240301"));
  EXPECT_TRUE(holds("atop_20240229", header() + record(after(kMidnight, -1))));
  EXPECT_TRUE(holds("atop_20240301", header() + record(kMidnight)));
}

TEST_F(LogDirectoryInBerlin, TheDayInWhichSummerTimeBeginsHas23Hours) {
  constexpr Seconds kMidnight{1'711'839'600};  // 2024-03-31 00:00 in Berlin
  EXPECT_EQ(half_hours(after(kMidnight, -3600), after(kMidnight, 25 * 3600)),
            (Counts{{"atop_20240330", 2}, {"atop_20240331", 46}, {"atop_20240401", 4}}));
}

TEST_F(LogDirectoryInBerlin, TheDayInWhichSummerTimeEndsHas25Hours) {
  constexpr Seconds kMidnight{1'729'980'000};  // 2024-10-27 00:00 in Berlin
  EXPECT_EQ(half_hours(after(kMidnight, -3600), after(kMidnight, 26 * 3600)),
            (Counts{{"atop_20241026", 2}, {"atop_20241027", 50}, {"atop_20241028", 2}}));
}

TEST_F(LogDirectoryInBerlin, ATimeZoneFurtherWestGoesBackToYesterdaysFile) {
  constexpr Seconds kMidnight{1'709'247'600};
  LogDirectory directory(path());
  must_append(directory, after(kMidnight, -10));
  must_append(directory, kMidnight);
  const TimeZone zone("UTC");
  must_append(directory, after(kMidnight, 10));
  EXPECT_TRUE(holds("atop_20240229",
                    header() + record(after(kMidnight, -10)) + record(after(kMidnight, 10))));
  EXPECT_EQ(directory.take_notices(), Notices{});
}

// ---- Quotas, locks, durability

constexpr Seconds kDay{86400};

TEST_F(LogDirectoryTest, FilesOlderThanTheirAgeGoWithTheNextRecord) {
  LogDirectory directory(path(), {.quota = {.max_age_days = 2}});
  // A file is begun at noon, and may be written to for 26 hours.
  for (int day = 0; day < 4; ++day) must_append(directory, after(kNoon, day * 86400), kDay);
  EXPECT_EQ(names(), (Names{"atop_20240301", "atop_20240302", "atop_20240303", "atop_20240304"}));
  must_append(directory, after(kNoon, 4 * 86400), kDay);
  EXPECT_EQ(names(), (Names{"atop_20240302", "atop_20240303", "atop_20240304", "atop_20240305"}));
  EXPECT_EQ(directory.take_notices(),
            Notices{path("atop_20240301") + " removed: it is older than 2 days"});
}

TEST_F(LogDirectoryTest, ASmallerAgeAfterARestartRemovesWhatIsTooOldAtOnce) {
  for (int day = 0; day < 9; ++day) {
    LogDirectory directory(path(), {.quota = {.max_age_days = 28}});
    must_append(directory, after(kNoon, day * 86400), kDay);
  }
  EXPECT_EQ(names().size(), 9U);
  LogDirectory directory(path(), {.quota = {.max_age_days = 2}});
  must_append(directory, after(kNoon, 9 * 86400));
  EXPECT_EQ(names(), (Names{"atop_20240307", "atop_20240308", "atop_20240309", "atop_20240310"}));
}

TEST_F(LogDirectoryTest, FilesThatAreNotOursStay) {
  fs::create_directories(path());
  for (const char* name : {"atop_20200101", "atop_20200101.1", "atop_20200101.gz", "notes"}) {
    write(name, "no log");
  }
  write("atop_20200102", "");
  write("atop_20200102.torn-1", "the begin of a record");
  write("atop_20200103", header() + record(kNoon));
  LogDirectory directory(path(), {.quota = {.max_age_days = 2}});
  // Of others' files one date goes with each day of recording.
  for (int day = 0; day < 4; ++day) must_append(directory, after(kNoon, day * 86400), kDay);
  EXPECT_EQ(names(),
            (Names{"atop_20200101", "atop_20200101.1", "atop_20200101.gz", "notes", "atop_20200102",
                   "atop_20240301", "atop_20240302", "atop_20240303", "atop_20240304"}));
}

// Hosts pack logs by a cron job of their own: those stayed for ever.
TEST_F(LogDirectoryTest, PackedLogsCountAndGo) {
  fs::create_directories(path());
  write("atop_20200101.xz", std::string("\xfd"
                                        "7zXZ\0 and so on",
                                        15));
  write("atop_20200102.zst", "\x28\xb5\x2f\xfd and so on");
  write("atop_20200103.bz2", "BZh9 and so on");
  write("atop_20200104.1", header() + record(kNoon));
  pack("atop_20200104.1");
  LogDirectory directory(path(), {.quota = {.max_age_days = 2}});
  must_append(directory, kNoon, kDay);
  Count total = 0;
  for (const std::string& name : names()) {
    if (name.find('.') != name.npos) total += static_cast<Count>(content(name).size());
  }
  EXPECT_EQ(directory.others_size(), Bytes{total});
  for (int day = 1; day < 6; ++day) must_append(directory, after(kNoon, day * 86400), kDay);
  for (const std::string& name : names()) EXPECT_EQ(name.find('.'), name.npos) << name;
  EXPECT_EQ(names().size(), 4U) << "ours go by age as well";
}

TEST_F(LogDirectoryTest, ALogThatWasPackedByGzipKeepsItsAge) {
  {
    LogDirectory directory(path());
    must_append(directory, kNoon, kDay);
    must_append(directory, after(kNoon, 86400), kDay);
  }
  pack("atop_20240301");
  // A year ahead, and nothing is older for it.
  LogDirectory directory(path(), {.quota = {.max_age_days = 2}});
  must_append(directory, after(kNoon, 366 * 86400));
  must_append(directory, after(kNoon, 367 * 86400), kDay);
  EXPECT_EQ(names().count("atop_20240301.gz"), 1U);
  must_append(directory, after(kNoon, 368 * 86400), kDay);
  must_append(directory, after(kNoon, 369 * 86400), kDay);
  EXPECT_EQ(names().count("atop_20240301.gz"), 0U);
}

// A host that lives through whatever `step` makes of its clock at the end of each quarter of a day:
// no file goes by age that is younger than max_age in truth.
class AnyClock : public LogDirectoryTest {
 protected:
  static constexpr Count kMaxAge = 5;
  static constexpr Seconds kQuarter{6 * 3600};

  void start() {
    directory_now_.emplace(path(), LogDirectoryOptions{.quota = {.max_age_days = kMaxAge}});
  }

  // Time passes, and a record is written.
  void live() {
    truth_ += kQuarter;
    clock_ += kQuarter;
    Seconds label = clock_;
    const auto header = encoder_.file_header();
    for (;;) {
      const auto last = directory_now_->last_time();
      if (last && *last <= label + kLargestStepBack) label = std::max(label, *last + Seconds{1});
      ASSERT_TRUE(directory_now_->prepare(header, label));
      const auto found = directory_now_->last_time();
      if (!found || *found < label) break;
    }
    Sample sample;
    sample.time = label;
    sample.interval = kQuarter;
    sample.since_boot = std::exchange(since_boot_, false);
    ASSERT_TRUE(directory_now_->append(header, encoder_.encode(sample), label));
    look();
  }

  void restart() {
    directory_now_.reset();
    start();
    since_boot_ = true;
  }
  void off_for(Seconds time) {
    directory_now_.reset();
    truth_ += time;
    clock_ += time;
    start();
    since_boot_ = true;
  }
  void step(Seconds by) { clock_ += by; }

  // By inode, for files are renamed; a link sees to it that none is given to another.
  void look() {
    std::map<ino_t, Seconds> now;
    for (const std::string& name : names()) {
      struct stat status {};
      ASSERT_EQ(stat(path(name).c_str(), &status), 0);
      const auto known = written_.find(status.st_ino);
      now[status.st_ino] = known == written_.end() ? truth_ : known->second;
      if (known != written_.end()) continue;
      fs::create_directories(links_);
      fs::create_hard_link(path(name), links_ / std::to_string(status.st_ino));
    }
    struct stat current {};
    ASSERT_EQ(stat(directory_now_->current_path().c_str(), &current), 0);
    now[current.st_ino] = truth_;
    for (const auto& [inode, written] : written_) {
      if (now.contains(inode)) continue;
      ++removed_;
      ASSERT_GE(truth_ - written, Seconds{kMaxAge * 86400}) << "seconds old, and removed";
    }
    written_ = now;
  }

  void begin_life(Seconds clock) {
    directory_now_.reset();
    fs::remove_all(path());
    fs::remove_all(links_);
    written_.clear();
    removed_ = 0;
    truth_ = {};
    clock_ = clock;
    since_boot_ = true;
    start();
  }

  Seconds truth_;
  Seconds clock_ = kNoon;
  bool since_boot_ = true;
  int removed_ = 0;
  std::map<ino_t, Seconds> written_;
  fs::path links_ = directory_.path() / "links";
  std::optional<LogDirectory> directory_now_;
};

TEST_F(AnyClock, ThatIsRightRemovesWhatIsOldAlsoWithRebootsEachDayAndAMonthOff) {
  start();
  for (int day = 0; day < 60; ++day) {
    for (int i = 0; i < 4; ++i) live();
    if (day == 30) off_for(Seconds{30 * 86400});
    if (day > 30) restart();
  }
  // With a restart a day a quarter of the time is in records since boot.
  EXPECT_GE(removed_, 45);
  EXPECT_LE(names().size(), 12U);
}

TEST_F(AnyClock, InAllOrdersOfStepsRemovesNothingYoung) {
  const Seconds year{365 * 86400};
  std::vector<std::array<int, 3>> orders;
  std::array order = {0, 1, 2};
  do orders.push_back(order);
  while (std::ranges::next_permutation(order).found);
  for (const bool before_midnight : {false, true}) {
    for (const int between : {0, 1, 2}) {
      for (const auto& steps : orders) {
        begin_life(after(kNoon, before_midnight ? 43199 : 0));
        for (int i = 0; i < 5; ++i) live();
        for (const int what : steps) {
          step(std::array{year, Seconds{} - year - year, year}[static_cast<std::size_t>(what)]);
          if (between == 1) restart();
          if (between == 2) off_for(Seconds{60});
          for (int i = 0; i < 5; ++i) live();
        }
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST_F(AnyClock, AtRandomRemovesNothingYoungAndStillWhatIsOld) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto upto = [&](Count most) {
    return std::uniform_int_distribution<Count>(0, most)(random);
  };
  for (int life = 0; life < 12; ++life) {
    begin_life(kNoon);
    for (int i = 0; i < 200; ++i) {
      live();
      if (HasFatalFailure()) return;
      switch (upto(11)) {
        case 0:
          step(Seconds{(upto(2) - 1) * 365 * 86400});
          break;
        case 1:
          step(Seconds{upto(4 * 86400) - 2 * 86400});
          break;
        case 2:
          clock_ = kNoon;  // of a board without a clock of its own
          off_for(Seconds{upto(3600)});
          break;
        case 3:
          clock_ = kNoon + truth_;
          break;
        case 4:
          restart();
          break;
        case 5:
          off_for(Seconds{upto(2 * 86400)});
          break;
        default:
          break;
      }
    }
    EXPECT_GT(removed_, 5);
  }
}

TEST_F(LogDirectoryTest, AllFilesTogetherKeepToTheirSizeWithEachRecordOfAThousandDays) {
  const auto size = static_cast<Count>(record(kNoon).size());
  const Quota quota{.max_size = Bytes{20 * size}};
  LogDirectory directory(path(), {.quota = quota});
  for (int day = 0; day < 1000; ++day) {
    for (int hour = 0; hour < 3; ++hour) {
      must_append(directory, after(kNoon, day * 86400 + hour * 3600));
      Count total = 0;
      for (const auto& entry : fs::directory_iterator(path())) {
        total += static_cast<Count>(entry.file_size());
      }
      ASSERT_LE(total, quota.max_size.value) << "on day " << day;
    }
  }
  EXPECT_EQ(names().size(), 5U);  // of 3 records each; with the headers six would be too much
}

TEST_F(LogDirectoryTest, ADayThatExceedsTheQuotaLosesItsOldestPartOnly) {
  const auto size = static_cast<Count>(record(kNoon).size());
  LogDirectory directory(path(), {.quota = {.max_size = Bytes{20 * size}}});
  for (int i = 0; i < 100; ++i) must_append(directory, after(kNoon, i));
  Count total = 0;
  for (const std::string& name : names()) total += static_cast<Count>(content(name).size());
  EXPECT_LE(total, 20 * size);
  EXPECT_GE(total, 14 * size);
  // What is left are the last ones, without a gap: a number that became free was given to the
  // newest part, which then went as the oldest.
  std::map<int, std::string> by_number;
  for (const std::string& name : names()) {
    const LogName parsed = *parse_log_name(name);
    by_number[parsed.number == 0 ? INT_MAX : parsed.number] = content(name);
  }
  std::string kept;
  for (const auto& [number, text] : by_number) kept += text.substr(header().size());
  const auto records = static_cast<int>(kept.size() / record(kNoon).size());
  std::string last;
  for (int i = 100 - records; i < 100; ++i) last += record(after(kNoon, i));
  EXPECT_TRUE(kept == last);
}

TEST_F(LogDirectoryTest, AFileLargerThanItMayBeIsSetAside) {
  const auto size = static_cast<Count>(record(kNoon).size());
  LogDirectory directory(path(), {.max_file_size = Bytes{2 * size}});
  for (int i = 0; i < 4; ++i) must_append(directory, after(kNoon, i));
  EXPECT_EQ(names(), (Names{"atop_20240301", "atop_20240301.1"}));
  EXPECT_TRUE(holds("atop_20240301.1", header() + record(kNoon) + record(after(kNoon, 1))));
  EXPECT_TRUE(holds("atop_20240301", header() + record(after(kNoon, 2)) + record(after(kNoon, 3))));
}

// It was told with each look, and counted as gone.
TEST_F(LogDirectoryTest, InPlaceOfOneThatCannotBeRemovedTheNextOldestGoes) {
  const auto size = static_cast<Count>((header() + record(kNoon)).size());
  constexpr int kDays = 8;
  for (int day = 0; day < kDays; ++day) append_after_restart(after(kNoon, day * 86400));
  const ImmutableFile kept(path("atop_20240301"));
  if (!kept.made()) GTEST_SKIP() << "cannot keep a file from being removed here (chattr +i)";
  LogDirectory directory(path(), {.quota = {.max_size = Bytes{(kDays + 1) * size - 1}}});
  must_append(directory, after(kNoon, kDays * 86400));
  const std::string is_oldest = "is the oldest, and all files together exceed 0 MiB";
  EXPECT_EQ(directory.take_notices(),
            (Notices{path("atop_20240301") + " should go, because it " + is_oldest +
                         ", but: Operation not permitted",
                     path("atop_20240302") + " removed: it " + is_oldest}));
  EXPECT_EQ(directory.others_size(), Bytes{(kDays - 1) * size});
  must_append(directory, after(kNoon, kDays * 86400 + 100));
  EXPECT_EQ(directory.take_notices(), Notices{path("atop_20240303") + " removed: it " + is_oldest});
  EXPECT_TRUE(names().contains("atop_20240301"));
  EXPECT_EQ(names().size(), static_cast<std::size_t>(kDays - 1));
}

TEST_F(LogDirectoryTest, ASecondWriterIsKeptOutUntilTheFirstIsGone) {
  std::optional<LogDirectory> first(path());
  must_append(*first, kNoon);
  LogDirectory second(path());
  const auto refused = append(second, after(kNoon, 1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, path() + ": another proctaped is writing there");
  first.reset();
  must_append(second, after(kNoon, 2));
  EXPECT_TRUE(holds("atop_20240301", header() + record(kNoon) + record(after(kNoon, 2))));
}

class SmallDiskTest : public LogDirectoryTest {
 protected:
  static constexpr std::size_t kDiskSize = 16 << 20;
  static constexpr int kDays = 12;

  // With logs of as many days, of 250 KB each.
  void SetUp() override {
    fs::create_directories(path());
    disk_.emplace(path(), kDiskSize);
    if (!disk_->mounted()) GTEST_SKIP() << "needs root, to mount a small file system";
    LogDirectory directory(path());
    for (int day = 0; day < kDays; ++day) {
      must_append(directory, after(kNoon, day * 86400), kDay);
      std::ofstream(directory.current_path(), std::ios::app) << std::string(250'000, '\0');
    }
  }
  void fill(double part) {
    write("of-others", std::string(static_cast<std::size_t>(part * kDiskSize), '\0'));
  }
  // Samples for so long, five minutes apart.
  void live(std::chrono::minutes time) {
    constexpr std::chrono::minutes kStep{5};
    for (std::chrono::minutes passed{}; passed < time; passed += kStep) {
      clock_.advance(kStep);
      time_ += Seconds{300};
      static_cast<void>(append(directory_now(), time_));
    }
  }
  LogDirectory& directory_now() {
    if (!directory_now_) {
      directory_now_.emplace(
          path(), LogDirectoryOptions{.quota = {.min_free_percent = 10, .min_keep_days = 2},
                                      .clock = &clock_});
    }
    return *directory_now_;
  }
  std::size_t logs() const { return names().size() - names().count("of-others"); }

  Seconds time_ = after(kNoon, kDays * 86400);
  std::optional<SmallDisk> disk_;
  FakeClock clock_{{}, std::chrono::hours(1)};
  std::optional<LogDirectory> directory_now_;
};

// 20 of 21 logs had gone within two samples, because of one file of somebody else that was gone
// again a moment later.
TEST_F(SmallDiskTest, WhoeverFillsItForAMomentRemovesNothing) {
  for (int i = 0; i < 20; ++i) {
    fill(i % 2 == 0 ? 1 : 0.75);
    live(std::chrono::minutes(15));
    EXPECT_TRUE(directory_now().short_of_space());
    fs::remove(path("of-others"));
    live(std::chrono::minutes(5));
  }
  EXPECT_EQ(logs(), kDays + 1U);
}

TEST_F(SmallDiskTest, WhatMakesNoDifferenceStays) {
  fill(1);
  live(std::chrono::hours(2));
  EXPECT_GE(logs(), kDays + 0U) << "the oldest goes, so that records can be written";
  EXPECT_TRUE(directory_now().short_of_space());
}

TEST_F(SmallDiskTest, TheOldestGoWhenThatMakesTheRoomAndNoMoreThanThat) {
  fill(0.74);
  live(std::chrono::minutes(15));
  EXPECT_EQ(logs(), kDays + 1U);
  EXPECT_TRUE(directory_now().short_of_space());
  live(std::chrono::minutes(10));
  EXPECT_FALSE(directory_now().short_of_space());
  EXPECT_LT(logs(), kDays + 1U);
  EXPECT_GT(logs(), kDays - 3U);
  EXPECT_EQ(names().count("atop_20240301"), 0U);
}

TEST_F(SmallDiskTest, FillingItAgainAndAgainCostsOneRemovalADay) {
  for (int i = 0; i < 20; ++i) {
    fill(0.74);
    live(std::chrono::minutes(30));
    fs::remove(path("of-others"));
    live(std::chrono::minutes(5));
  }
  EXPECT_GT(logs(), kDays - 3U);
}

TEST_F(LogDirectoryTest, ADiskWithoutEndOfFilesInTheDirectoryDelaysNothing) {
  fs::create_directories(path());
  constexpr int kFiles = 100'000;
  for (int i = 1; i <= kFiles; ++i) {
    const Fd made(open(path("atop_20240101." + std::to_string(i)).c_str(),
                       O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  }
  Stopwatch watch;
  LogDirectory directory(path(), {.quota = {.max_age_days = 28, .max_size = Bytes{1 << 30}}});
  must_append(directory, kNoon);
  EXPECT_LT(watch.lap(), std::chrono::seconds(2));
}

TEST_F(LogDirectoryTest, ASparseFileOfAnySizeDelaysNothing) {
  fs::create_directories(path());
  for (const std::string& begin : {std::string(), header(), header() + record(kNoon)}) {
    write("atop_20240301", begin);
    fs::resize_file(path("atop_20240301"), std::uintmax_t{64} << 30);
    Stopwatch watch;
    append_after_restart(after(kNoon, 10));
    EXPECT_LT(watch.lap(), std::chrono::seconds(2));
    fs::remove_all(path());
    fs::create_directories(path());
  }
}

// An atop that gave no answer met a damaged newest log: the daemon called a function that was not
// there, and ended.
TEST_F(LogDirectoryTest, TheVersionOfTheLastLogIsThatOfItsHeaderAndNoneOfADamagedOne) {
  EXPECT_EQ(version_of_last_log(path()), std::nullopt);
  fs::create_directories(path());
  write("atop_20240301", header() + record(kNoon));
  write("atop_20240302.1", "set aside");
  EXPECT_EQ(version_of_last_log(path()), v2_12);
  std::string damaged = header() + record(kNoon);
  damaged[4] ^= 0x7f;
  write("atop_20240303", damaged);
  EXPECT_EQ(version_of_last_log(path()), std::nullopt);
  write("atop_20240303", header().substr(0, 100));
  EXPECT_EQ(version_of_last_log(path()), std::nullopt);
}

TEST_F(LogDirectoryTest, TheLastNumberInUseDoesNotKeepAFileFromBeingSetAside) {
  fs::create_directories(path());
  write("atop_20240301", "no log");
  write("atop_20240301.999999", "");
  write("atop_20240301.1", "");
  append_after_restart(kNoon);
  EXPECT_EQ(names(),
            (Names{"atop_20240301", "atop_20240301.1", "atop_20240301.2", "atop_20240301.999999"}));
}

TEST_F(LogDirectoryTest, FilesThatAreBegunAnewGetTheirModeToo) {
  fs::create_directories(path());
  for (const std::string& begin : {std::string(), header()}) {
    write("atop_20240301", begin);
    fs::permissions(path("atop_20240301"), fs::perms(0644));
    append_after_restart(kNoon);
    EXPECT_EQ(mode(path("atop_20240301")), 0640U);
  }
}

// Who might only read the directory could stop the recording for ever.
TEST_F(LogDirectoryTest, ALockOfSomebodyElseOnTheDirectoryIsNoRecorders) {
  fs::create_directories(path());
  const Fd reader(open(path().c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY));
  ASSERT_EQ(flock(reader.get(), LOCK_EX | LOCK_NB), 0);
  LogDirectory directory(path());
  must_append(directory, kNoon);
  EXPECT_EQ(mode(path(DirectoryLock::kFileName)), 0600U);
  must_append(directory, after(kNoon, 86400));
  LogDirectory second(path());
  EXPECT_FALSE(append(second, after(kNoon, 86401))) << "and still keeps other recorders out";
}

TEST_F(LogDirectoryTest, WhatOthersPutInPlaceOfTheLockFileGoes) {
  fs::create_directories(path());
  write(DirectoryLock::kFileName, "");
  fs::permissions(path(DirectoryLock::kFileName), fs::perms(0666));
  const Fd reader(open(path(DirectoryLock::kFileName).c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_EQ(flock(reader.get(), LOCK_EX | LOCK_NB), 0);
  append_after_restart(kNoon);
  EXPECT_FALSE(fs::exists(path(DirectoryLock::kFileName))) << "gone with its recorder";
  ASSERT_EQ(mkfifo(path(DirectoryLock::kFileName).c_str(), 0600), 0);
  append_after_restart(after(kNoon, 1));
  fs::create_directories(path(DirectoryLock::kFileName) + "/full");
  append_after_restart(after(kNoon, 2));
  EXPECT_EQ(samples_in("atop_20240301"), 3U);
}

TEST_F(LogDirectoryTest, NewOptionsKeepTheLock) {
  LogDirectory directory(path());
  must_append(directory, kNoon);
  struct stat before {};
  ASSERT_EQ(stat(path(DirectoryLock::kFileName).c_str(), &before), 0);
  directory.set_options({.file_mode = 0600});
  must_append(directory, after(kNoon, 1));
  EXPECT_EQ(mode(path("atop_20240301")), 0600U);
  struct stat now {};
  ASSERT_EQ(stat(path(DirectoryLock::kFileName).c_str(), &now), 0);
  EXPECT_EQ(now.st_ino, before.st_ino);
}

// ---- Power cuts

// What a file system may leave of the last two records: any part of them replaced, and the file
// cut off anywhere.
TEST_F(LogDirectoryTest, AfterAnyHoleInTheLastTwoRecordsTheWholeFileIsReadable) {
  const std::string kept = header() + record(kNoon);
  const std::string log = kept + record(after(kNoon, 10)) + record(after(kNoon, 20));
  const std::string old = log.substr(0, 4096);  // a block of before
  int appended_to = 0;
  for (std::size_t begin = kept.size() - 96; begin < log.size(); begin += 61) {
    for (const std::size_t length : {std::size_t{256}, std::size_t{512}, log.size()}) {
      for (const int with : {0, 0xff, -1}) {
        SCOPED_TRACE(std::to_string(begin) + " " + std::to_string(length));
        std::string damaged = log;
        for (std::size_t i = begin; i < std::min(begin + length, log.size()); ++i) {
          damaged[i] = with < 0 ? old[i % old.size()] : static_cast<char>(with);
        }
        fs::remove_all(path());
        fs::create_directories(path());
        write("atop_20240301", damaged);
        append_after_restart(after(kNoon, 30));
        appended_to += samples_in("atop_20240301") > 1;
        if (HasFailure()) return;
      }
    }
  }
  EXPECT_GT(appended_to, 100);
}

}  // namespace
}  // namespace proctape
