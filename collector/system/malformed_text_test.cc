// SPDX-License-Identifier: Apache-2.0
//
// No source may crash, hang or read beyond its text, whatever the kernel's files say: the
// files of whole hosts are cut short and damaged, and read. Meant for the asan preset.
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "collector/sources.h"
#include "tests/support/fixtures.h"
#include "tests/support/source_reader.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

namespace fs = std::filesystem;

struct File {
  std::string path;
  std::string text;
};

// The files of a fixture host, those of its processes left out.
std::vector<File> files_of(const std::string& host) {
  const fs::path root = fs::path(FIXTURES) / host;
  std::vector<File> files;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    std::string path = fs::relative(entry.path(), root).string();
    if (path.starts_with("proc/") && std::isdigit(static_cast<unsigned char>(path[5]))) continue;
    std::ifstream stream(entry.path(), std::ios::binary);
    files.push_back({std::move(path), {std::istreambuf_iterator<char>(stream), {}}});
  }
  return files;
}

std::string damaged(std::string text, std::mt19937& random) {
  const auto below = [&](std::size_t n) { return n == 0 ? 0 : random() % n; };
  switch (below(4)) {
    case 0:  // cut
      text.resize(below(text.size()));
      break;
    case 1:  // any bytes
      for (int i = 0; i < 8 && !text.empty(); ++i) {
        text[below(text.size())] = static_cast<char>(random());
      }
      break;
    case 2:  // a piece missing
      text.erase(below(text.size()), below(40));
      break;
    default:  // a number made large
      for (int i = 0; i < 4; ++i) {
        const auto at = text.find_first_of("123456789", below(text.size()));
        if (at != text.npos) text.insert(at, i % 2 == 0 ? "9223372036854775807 " : "-");
      }
      break;
  }
  return text;
}

class MalformedText : public testing::TestWithParam<const char*> {};

TEST_P(MalformedText, IsSurvivedByAllSources) {
  constexpr int kRounds = 10;
  const auto files = files_of(GetParam());
  std::mt19937 random(20240611);  // NOLINT: the same damage each time
  for (int round = 0; round < kRounds; ++round) {
    const TestHost host;
    for (const File& file : files) host.write(file.path, damaged(file.text, random));
    SourceReader reader(std::move(*KernelFs::open(host.path())));
    for (int snapshot = 0; snapshot < 2; ++snapshot) {
      for (const Source& source : system_sources()) {
        const auto read = reader.read(source.read);
        if (!read) {
          EXPECT_FALSE(read.error().message.empty()) << source.name;
        }
      }
      reader.next();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Hosts, MalformedText,
                         testing::Values("linux-6.18-vm", "debian-12-server", "debian-11-compute",
                                         "rhel-8"));

}  // namespace
}  // namespace proctape
