// SPDX-License-Identifier: Apache-2.0
//
// Every fixture host (tests/fixtures/<host>/{proc,sys}) gives its golden snapshot
// (tests/golden/<host>.txt): all members of the newest log version that are not zero, as
// the since-boot sample stores them. After a deliberate change:
//
//   PROCTAPE_RENEW_GOLDEN=1 ctest --preset debug -R Golden     and read the diff
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "collector/collector.h"
#include "rawlog/layout/field_values.h"
#include "rawlog/layout/header_record.h"
#include "rawlog/layout/system_record.h"
#include "rawlog/layout/task_record.h"
#include "sample/deviation/deviation.h"
#include "tests/support/fake_clock.h"
#include "tests/support/layout_words.h"

namespace proctape {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> fixture_hosts() {
  std::vector<std::string> hosts;
  for (const auto& entry : std::filesystem::directory_iterator(FIXTURES)) {
    if (std::filesystem::exists(entry.path() / "proc")) hosts.push_back(entry.path().filename());
  }
  std::ranges::sort(hosts);
  return hosts;
}

template <const auto& Table, typename Source>
void print(const Source& source, Count page_size, std::string_view name, std::ostream& out) {
  const auto& record = record_of<Table>(kNewestVersion);
  std::vector<std::byte> block(record.size());
  record.encode(source, page_size, block.data());
  for_each_value(record.layout(), name, block, [&](const FieldValue& value) {
    const std::string text = to_text(value);
    if (text != "0" && !text.empty()) out << value.path << " = " << text << '\n';
  });
}

std::string text_of(const std::string& host) {
  const FakeClock clock(WallTime(1'790'000'000s), 5000s);
  auto collector = Collector::open(std::string(FIXTURES) + '/' + host, {.oom_score = true}, clock);
  if (!collector) return collector.error().message;
  Snapshot snapshot;
  std::vector<SourceProblem> problems;
  if (const auto read = collector->collect({}, snapshot, problems); !read) {
    return read.error().message;
  }
  Sample sample;
  deviation({}, snapshot, {}, sample);

  std::ostringstream out;
  const Host& h = collector->host();
  out << "host " << h.node_name << ' ' << h.kernel_release << " numa " << h.numa << " zswap "
      << h.zswap_enabled << " pid digits " << h.pid_digits << '\n';
  for (const SourceProblem& problem : problems) {
    std::string message = problem.error.message;
    if (const auto root = message.find(FIXTURES); root != message.npos) {
      message.erase(root, std::string_view(FIXTURES).size());
    }
    out << "problem " << problem.source << ": " << message << '\n';
  }
  print<kSstat>(sample.system, h.page_size, "sstat", out);
  for (const Task& task : sample.tasks) {
    out << "-- " << (task.identity.is_process ? "process " : "thread ") << task.identity.pid
        << '\n';
    print<kTstat>(task, h.page_size, "tstat", out);
  }
  return out.str();
}

class GoldenOf : public testing::TestWithParam<std::string> {};

TEST_P(GoldenOf, TheFixtureHostGivesItsGoldenSnapshot) {
  const std::string ours = text_of(GetParam());
  const std::string path = std::string(SOURCE_DIR) + "/tests/golden/" + GetParam() + ".txt";
  if (::getenv("PROCTAPE_RENEW_GOLDEN")) std::ofstream(path, std::ios::binary) << ours;
  std::ostringstream golden;
  golden << std::ifstream(path, std::ios::binary).rdbuf();
  EXPECT_EQ(ours, golden.str());
}

INSTANTIATE_TEST_SUITE_P(, GoldenOf, testing::ValuesIn(fixture_hosts()), [](const auto& param) {
  std::string name = param.param;
  for (char& c : name) {
    if (!isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
});

}  // namespace
}  // namespace proctape
