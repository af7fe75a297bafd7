// SPDX-License-Identifier: Apache-2.0
//
// What `proctaped --check-config` says of each broken file in broken_configurations/: where it is,
// what was expected and what was found. NAME.toml must give NAME.txt to the last character;
// with PROCTAPE_RENEW_GOLDEN in the environment that is written anew.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "tests/support/run.h"

namespace proctape {
namespace {

namespace fs = std::filesystem;

const fs::path kFiles = SOURCE_DIR "/tests/broken_configurations";

std::vector<fs::path> broken_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(kFiles)) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

std::string content_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

Finished check(const fs::path& file) {
  return run({PROCTAPED, "--check-config", "--config", file.string()});
}

class BrokenConfiguration : public testing::TestWithParam<fs::path> {};

TEST_P(BrokenConfiguration, IsRefusedWithThePlaceAndTheReason) {
  const Finished refused = check(GetParam());
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_EQ(refused.out, "");

  // Lines begin with the file's place, which is another one on each machine.
  std::string said = refused.err;
  const std::string place = GetParam().parent_path().string() + '/';
  for (std::size_t at = 0; (at = said.find(place, at)) != said.npos;) said.erase(at, place.size());
  fs::path expected = GetParam();
  expected.replace_extension(".txt");
  if (::getenv("PROCTAPE_RENEW_GOLDEN")) std::ofstream(expected, std::ios::binary) << said;
  EXPECT_EQ(said, content_of(expected));

  const std::string name = GetParam().filename().string();
  std::istringstream lines(said);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_TRUE(std::regex_search(line, std::regex("^" + name + ":[0-9]+:[0-9]+: "))) << line;
  }
  EXPECT_GT(count, 0);
}

INSTANTIATE_TEST_SUITE_P(All, BrokenConfiguration, testing::ValuesIn(broken_files()),
                         [](const auto& file) {
                           std::string name = file.param.stem().string();
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST(BrokenConfigurations, AreAtLeastForty) { EXPECT_GE(broken_files().size(), 40U); }

// ---- What cannot be in a repository ----

class ConfigurationThatIsNone : public testing::Test {
 protected:
  fs::path path() const { return directory_.path() / "x.toml"; }
  std::string refused() const {
    const Finished done = check(path());
    EXPECT_EQ(done.exit_code, 1);
    return done.err;
  }
  TestDirectory directory_;
};

TEST_F(ConfigurationThatIsNone, AFileThatIsMissing) {
  EXPECT_EQ(refused(), "open " + path().string() + ": No such file or directory\n");
}

TEST_F(ConfigurationThatIsNone, ADirectory) {
  fs::create_directory(path());
  EXPECT_EQ(refused(), path().string() + ": expected a regular file, found a directory\n");
}

TEST_F(ConfigurationThatIsNone, ALinkToNothing) {
  fs::create_symlink("nothing", path());
  EXPECT_EQ(refused(), "open " + path().string() + ": No such file or directory\n");
}

TEST_F(ConfigurationThatIsNone, AFileThatMayNotBeRead) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to be somebody else for once";
  directory_.write("x.toml", "interval = \"10s\"\n");
  fs::permissions(directory_.path(), fs::perms::all);
  fs::permissions(path(), fs::perms::owner_read);
  const auto done = run({"/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                         PROCTAPED, "--check-config", "--config", path().string()});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_EQ(done.err, "open " + path().string() + ": Permission denied\n");
}

TEST_F(ConfigurationThatIsNone, AFileWithoutEnd) {
  const Finished done = check("/dev/zero");
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_EQ(done.err, "/dev/zero: expected a regular file, found a device\n");
}

TEST_F(ConfigurationThatIsNone, APipe) {
  ASSERT_EQ(::mkfifo(path().c_str(), 0600), 0);
  EXPECT_EQ(refused(), path().string() + ": expected a regular file, found a pipe\n");
}

TEST_F(ConfigurationThatIsNone, AFileThatIsTooLarge) {
  directory_.write("x.toml", std::string((1 << 20) + 1, '#'));
  EXPECT_EQ(refused(),
            path().string() + ": expected a file of at most 1048576 bytes, found more\n");
}

// As a power cut leaves it, or an editor on a full disk.
TEST_F(ConfigurationThatIsNone, AnEmptyFile) {
  for (const char* const text : {"", "\n", " \t\n\n"}) {
    directory_.write("x.toml", text);
    EXPECT_EQ(refused(),
              path().string() + ": expected settings, or comments, found an empty file\n");
  }
}

TEST_F(ConfigurationThatIsNone, OfManyMistakesTheFirstAreToldInTheirOrder) {
  std::string content;
  for (int i = 0; i < 10'000; ++i) content += "key" + std::to_string(i) + " = 1\n";
  directory_.write("x.toml", content);
  const std::string said = refused();
  EXPECT_EQ(std::ranges::count(said, '\n'), 21);
  EXPECT_NE(said.find(path().string() + ":20:1: unknown key 'key19'"), std::string::npos) << said;
  EXPECT_TRUE(said.ends_with(": 9980 more like these\n")) << said;
  EXPECT_TRUE(said.starts_with(path().string() + ":1:1: unknown key 'key0'"));
}

TEST_F(ConfigurationThatIsNone, BracketsWithoutEndDoNotExhaustTheStack) {
  directory_.write("x.toml", "root = " + std::string(500'000, '['));
  EXPECT_NE(refused().find("x.toml:1:"), std::string::npos);
}

// ---- What looks broken and is not ----

TEST(UnusualConfiguration, IsTaken) {
  const TestDirectory directory;
  directory.write("comment.toml", "# nothing");
  directory.write("mark.toml", "\xEF\xBB\xBFinterval = \"10s\"\r\n[log]\r\nmax_age = \"7d\"");
  directory.write("dotted.toml", "log.max_age = '7d'\ntasks = { pss = 'off' }\n");
  for (const auto& entry : fs::directory_iterator(directory.path())) {
    const Finished done = check(entry.path());
    EXPECT_EQ(done.exit_code, 0) << entry.path() << done.err;
  }
}

}  // namespace
}  // namespace proctape
