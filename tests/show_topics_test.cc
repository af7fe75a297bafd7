// SPDX-License-Identifier: Apache-2.0
//
// The real `proctape show` of every topic on the logs that each release of atop recorded: it
// answers, its text, CSV and JSON are whole and tell the same, and what they tell of CPUs, memory,
// disks and network is what atop itself says of the log.
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "query/topic/topic.h"
#include "tests/support/logs.h"
#include "tests/support/run.h"

namespace proctape {
namespace {

using Json = rapidjson::Value;

Finished show(std::string_view topic, const std::string& log,
              const std::vector<std::string>& options) {
  ::setenv("TZ", "UTC", 1);
  std::vector<std::string> words = {PROCTAPE, "show", std::string(topic)};
  const auto rows = topics();
  const auto row = std::ranges::find(rows, topic, &TopicRow::name);
  if (row != rows.end() && !row->subject.empty()) words.emplace_back("1");
  words.push_back(log);
  words.insert(words.end(), options.begin(), options.end());
  Finished finished = run(words);
  EXPECT_EQ(finished.exit_code, 0) << topic << ' ' << log << ": " << finished.err;
  return finished;
}

using Fields = std::vector<std::string>;

// RFC 4180.
std::vector<Fields> parse_csv(const std::string& text) {
  std::vector<Fields> lines;
  Fields fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      fields.back() += c;
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == ',') {
      fields.emplace_back();
    } else if (!quoted && c == '\n') {
      lines.push_back(std::move(fields));
      fields = Fields(1);
    } else {
      fields.back() += c;
    }
  }
  EXPECT_FALSE(quoted);
  EXPECT_EQ(fields, Fields(1)) << "the last line has no end";
  return lines;
}

void expect_same(const Json& value, const std::string& field, const std::string& where) {
  if (value.IsNull()) {
    EXPECT_EQ(field, "") << where;
  } else if (value.IsString()) {
    const std::string text(value.GetString(), value.GetStringLength());
    // A text that a spreadsheet would take for a formula, and what no text can show.
    const bool is_marked = field == '\'' + text;
    const bool is_hidden = std::ranges::any_of(text, [](char c) { return c < ' ' || c == 0x7f; });
    EXPECT_TRUE(field == text || is_marked || is_hidden) << where << ": " << field << ", " << text;
  } else {
    ASSERT_TRUE(value.IsNumber()) << where;
    const double number = value.GetDouble();
    EXPECT_TRUE(std::isfinite(number)) << where;
    EXPECT_NEAR(std::strtod(field.c_str(), nullptr), number, 2e-6 + 1e-9 * std::abs(number))
        << where;
  }
}

// The tables of an answer, in their order.
std::vector<std::pair<std::string, const Json*>> tables_of(const Json& answer) {
  std::vector<std::pair<std::string, const Json*>> tables;
  for (const auto& member : answer.GetObject()) {
    if (member.value.IsArray()) tables.emplace_back(member.name.GetString(), &member.value);
  }
  return tables;
}

void expect_unique_names(const Json& object, const std::string& where) {
  std::set<std::string> names;
  for (const auto& member : object.GetObject()) {
    EXPECT_TRUE(names.insert(member.name.GetString()).second)
        << where << ": twice " << member.name.GetString();
  }
}

void expect_same_answers(const std::string& csv, const std::string& json,
                         const std::string& where) {
  rapidjson::Document answer;
  answer.Parse(json.data(), json.size());
  ASSERT_FALSE(answer.HasParseError()) << where << ": " << json.substr(0, 300);
  expect_unique_names(answer, where);
  const auto tables = tables_of(answer);
  ASSERT_FALSE(tables.empty()) << where;
  for (const auto& [name, rows] : tables) {
    for (const Json& row : rows->GetArray()) expect_unique_names(row, where + ' ' + name);
  }
  const auto lines = parse_csv(csv);
  ASSERT_FALSE(lines.empty()) << where;
  const Fields& heading = lines.front();
  EXPECT_EQ(std::set<std::string>(heading.begin(), heading.end()).size(), heading.size())
      << where << ": columns of the same name";
  const Json& rows = *tables.front().second;
  ASSERT_EQ(lines.size() - 1, rows.Size()) << where;
  for (rapidjson::SizeType i = 0; i < rows.Size(); ++i) {
    const Fields& fields = lines[i + 1];
    ASSERT_EQ(fields.size(), heading.size()) << where << ", line " << i + 2;
    ASSERT_EQ(rows[i].MemberCount(), heading.size()) << where;
    for (std::size_t k = 0; k < fields.size(); ++k) {
      const auto member = rows[i].FindMember(heading[k].c_str());
      ASSERT_NE(member, rows[i].MemberEnd()) << where << ": " << heading[k];
      expect_same(member->value, fields[k], where + ": " + heading[k]);
    }
  }
}

void expect_readable(const std::string& text, const std::string& where) {
  std::istringstream lines(text);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    for (const char* nonsense : {" nan", " -nan", " inf", " -inf"}) {
      EXPECT_EQ(line.find(nonsense), line.npos) << where << ": " << line;
    }
  }
  EXPECT_GE(count, 4) << where << ": " << text;
}

// The lines that its release of atop printed of the log.
std::string said_of(const std::string& log) {
  std::ostringstream said;
  said << std::ifstream(std::string(FIXTURES) + "/logs/" + log + ".P.txt").rdbuf();
  return said.str();
}

class ShowTopics : public testing::TestWithParam<std::string> {};

TEST_P(ShowTopics, AnswerOnEveryLogTheSameInEachForm) {
  const std::string log = log_path(GetParam());
  for (const TopicRow& topic : topics()) {
    const std::string where = std::string(topic.name) + " of " + GetParam();
    expect_readable(show(topic.name, log, {}).out, where);
    expect_same_answers(show(topic.name, log, {"--csv"}).out, show(topic.name, log, {"--json"}).out,
                        where);
    expect_same_answers(show(topic.name, log, {"--csv", "--each"}).out,
                        show(topic.name, log, {"--json", "--each"}).out, where + ", each sample");
  }
}

// ---- What atop says ----

// Of one sample: the words behind the interval, by label and, of devices, by name.
struct AtopSample {
  std::string time;  // as in JSON
  double seconds = 0;
  bool since_boot = false;
  std::map<std::string, std::vector<Fields>> lines;
};

std::vector<AtopSample> parse_atop(const std::string& text) {
  std::vector<AtopSample> samples;
  std::istringstream lines(text);
  bool since_boot = false;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream rest(line);
    const Fields words(std::istream_iterator<std::string>(rest), {});
    if (words.size() == 1) {
      if (words[0] == "RESET") since_boot = true;
      continue;
    }
    // Label, host, epoch, date, time, interval.
    if (words.size() < 7) continue;
    const std::time_t epoch = std::stoll(words[2]);
    std::tm utc{};
    ::gmtime_r(&epoch, &utc);
    char time[32];
    std::strftime(time, sizeof time, "%Y-%m-%dT%H:%M:%SZ", &utc);
    if (samples.empty() || samples.back().time != time || since_boot) {
      samples.push_back({time, std::stod(words[5]), since_boot, {}});
      since_boot = false;
    }
    samples.back().lines[words[0]].emplace_back(words.begin() + 6, words.end());
  }
  return samples;
}

// The row of that time in which the member `key` is `name`.
const Json* find_row(const Json& rows, const std::string& time, const char* key,
                     const std::string& name) {
  for (const Json& row : rows.GetArray()) {
    if (time == row["time"].GetString() && (!key || name == row[key].GetString())) return &row;
  }
  return nullptr;
}

double sum_of(const Fields& words, std::initializer_list<std::size_t> places) {
  double sum = 0;
  for (const std::size_t place : places) sum += std::stod(words.at(place));
  return sum;
}

class Comparison {
 public:
  explicit Comparison(const std::string& log) : log_(log) {}

  const Json& table(const char* topic, const char* name, const char* option) {
    rapidjson::Document& answer = answers_[topic];
    if (!answer.IsObject()) answer.Parse(show(topic, log_, {"--json", option}).out.c_str());
    return answer[name];
  }

  void compare(const Json* row, const char* member, double expected, const std::string& where) {
    ++compared_;
    const double tolerance = 1e-5 + std::abs(expected) * 1e-6;
    if (!row || !(*row)[member].IsNumber()) {
      differences_ += where + ' ' + member + " is not there\n";
    } else if (const double found = (*row)[member].GetDouble();
               std::abs(found - expected) > tolerance) {
      differences_ += where + ' ' + member + " is " + std::to_string(found) + ", of atop " +
                      std::to_string(expected) + '\n';
    }
  }
  int compared() const { return compared_; }
  const std::string& differences() const { return differences_; }

 private:
  std::string log_;
  std::map<std::string, rapidjson::Document> answers_;
  int compared_ = 0;
  std::string differences_;
};

// Words are: ticks per second, number, system, user, nice, idle, wait, irq, softirq, steal, guest.
void compare_cpu(const AtopSample& sample, const Fields& words, const std::string& name,
                 Comparison& with) {
  const Json* row = find_row(with.table("cpus", "cpus", "--each"), sample.time, "cpu", name);
  const double whole = sum_of(words, {2, 3, 4, 5, 6, 7, 8, 9});
  const std::string where = "CPU " + name + " at " + sample.time;
  const auto share = [&](std::initializer_list<std::size_t> places) {
    return 100 * sum_of(words, places) / whole;
  };
  with.compare(row, "busy_percent", share({2, 3, 4, 7, 8}), where);
  with.compare(row, "system_percent", share({2}), where);
  with.compare(row, "user_percent", share({3}), where);
  with.compare(row, "nice_percent", share({4}), where);
  with.compare(row, "idle_percent", share({5}), where);
  with.compare(row, "iowait_percent", share({6}), where);
  with.compare(row, "irq_percent", share({7}), where);
  with.compare(row, "softirq_percent", share({8}), where);
  with.compare(row, "steal_percent", share({9}), where);
  with.compare(row, "guest_percent", share({10}), where);
}

// Page size, total, free, cached, buffers, slab, dirty, reclaimable slab, balloon, shared.
void compare_memory(const AtopSample& sample, const Fields& words, Comparison& with) {
  const Json* row = find_row(with.table("memory", "timeline", "--each"), sample.time, nullptr, "");
  const std::string where = "memory at " + sample.time;
  const double page = std::stod(words.at(0));
  with.compare(row, "memory_free_bytes", page * sum_of(words, {2}), where);
  with.compare(row, "memory_cache_bytes", page * sum_of(words, {3, 4}), where);
  with.compare(row, "memory_slab_bytes", page * sum_of(words, {5}), where);
  with.compare(row, "memory_dirty_bytes", page * sum_of(words, {6}), where);
  with.compare(row, "memory_shmem_bytes", page * sum_of(words, {9}), where);
}

// Name, ms busy, reads, sectors read, writes, sectors written.
void compare_disk(const AtopSample& sample, const Fields& words, Comparison& with) {
  const Json* row =
      find_row(with.table("disks", "disks", "--each"), sample.time, "disk", words.at(0));
  const std::string where = "disk " + words[0] + " at " + sample.time;
  const double seconds = sample.seconds;
  with.compare(row, "busy_percent", std::min(sum_of(words, {1}) / 10 / seconds, 100.0), where);
  with.compare(row, "reads_per_second", sum_of(words, {2}) / seconds, where);
  with.compare(row, "read_bytes_per_second", 512 * sum_of(words, {3}) / seconds, where);
  with.compare(row, "writes_per_second", sum_of(words, {4}) / seconds, where);
  with.compare(row, "written_bytes_per_second", 512 * sum_of(words, {5}) / seconds, where);
}

// Name, packets received, bytes received, packets sent, bytes sent.
void compare_interface(const AtopSample& sample, const Fields& words, Comparison& with) {
  if (words.at(0) == "upper") return;
  const Json* row =
      find_row(with.table("network", "interfaces", "--each"), sample.time, "interface", words[0]);
  const std::string where = "interface " + words[0] + " at " + sample.time;
  const double seconds = sample.seconds;
  with.compare(row, "packets_received_per_second", sum_of(words, {1}) / seconds, where);
  with.compare(row, "received_bytes_per_second", sum_of(words, {2}) / seconds, where);
  with.compare(row, "packets_sent_per_second", sum_of(words, {3}) / seconds, where);
  with.compare(row, "sent_bytes_per_second", sum_of(words, {4}) / seconds, where);
}

Comparison compare_with(const std::string& atop, const std::string& log) {
  Comparison with(log);
  for (const AtopSample& sample : parse_atop(atop)) {
    const auto of = [&](const char* label) -> std::vector<Fields> {
      const auto found = sample.lines.find(label);
      return found == sample.lines.end() ? std::vector<Fields>{} : found->second;
    };
    for (const Fields& words : of("MEM")) compare_memory(sample, words, with);
    for (const Fields& words : of("SWP")) {
      const Json* row =
          find_row(with.table("memory", "timeline", "--each"), sample.time, nullptr, "");
      const double page = std::stod(words.at(0));
      const double used = std::stod(words.at(1)) - std::stod(words.at(2));
      with.compare(row, "swap_used_bytes", page * used, "swap at " + sample.time);
      with.compare(row, "memory_committed_bytes", page * std::stod(words.at(4)), sample.time);
    }
    if (sample.since_boot) continue;
    for (const Fields& words : of("CPU")) compare_cpu(sample, words, "all", with);
    for (const Fields& words : of("cpu")) compare_cpu(sample, words, words.at(1), with);
    for (const Fields& words : of("DSK")) compare_disk(sample, words, with);
    for (const Fields& words : of("NET")) compare_interface(sample, words, with);
    for (const Fields& words : of("PSI")) {
      if (words.at(0) != "y") continue;
      const Json* row =
          find_row(with.table("pressure", "timeline", "--each"), sample.time, nullptr, "");
      const std::string where = "pressure at " + sample.time;
      const auto percent = [&](std::size_t place) {
        return std::min(std::stod(words.at(place)) / 1e4 / sample.seconds, 100.0);
      };
      with.compare(row, "pressure_cpu_some_percent", percent(4), where);
      with.compare(row, "pressure_memory_some_percent", percent(8), where);
      with.compare(row, "pressure_memory_full_percent", percent(12), where);
      with.compare(row, "pressure_io_some_percent", percent(16), where);
      with.compare(row, "pressure_io_full_percent", percent(20), where);
    }
  }
  return with;
}

TEST_P(ShowTopics, TellWhatItsReleaseOfAtopTells) {
  // Two samples of one second, of which atop prints each: which row is meant is not clear.
  if (GetParam() == "atop-2.13-usr2" || GetParam() == "atop-2.13-appended") GTEST_SKIP();
  const Comparison result = compare_with(said_of(GetParam()), log_path(GetParam()));
  EXPECT_EQ(result.differences(), "");
  EXPECT_GT(result.compared(), 40);
}

// A comparison that nothing fails says nothing.
TEST(ShowTopicsBesideAtop, SeeADifference) {
  const std::string said = said_of("atop-2.8");
  for (const std::string label : {"cpu ", "CPU ", "MEM ", "DSK ", "PSI ", "SWP "}) {
    std::string changed;
    std::istringstream lines(said);
    for (std::string line; std::getline(lines, line);) {
      const std::size_t first = line.starts_with(label) ? line.find(" 100 ") : line.npos;
      if (first != line.npos) {  // of CPUs: the time in the kernel
        line.insert(line.find(' ', first + 5) + 1, "7");
      } else if (line.starts_with(label)) {
        // Two places before the end of what versions have in common.
        std::istringstream rest(line);
        Fields words(std::istream_iterator<std::string>(rest), {});
        for (std::size_t i = 8; i < words.size() && i < 13; ++i) words[i].insert(0, "7");
        line.clear();
        for (const std::string& word : words) line += word + ' ';
      }
      changed += line + '\n';
    }
    EXPECT_NE(compare_with(changed, log_path("atop-2.8")).differences(), "") << label;
  }
}

INSTANTIATE_TEST_SUITE_P(Logs, ShowTopics, testing::ValuesIn(log_names()), [](const auto& of) {
  std::string name = of.param;
  std::ranges::replace_if(
      name, [](char c) { return c == '-' || c == '.'; }, '_');
  return name;
});

// The atop of this machine, if it is one that can read the log.
TEST(ShowTopicsBesideAtop, TellWhatTheInstalledAtopTells) {
  const Finished version = run({"atop", "-V"});
  const std::size_t at = version.out.find("Version: ");
  if (version.exit_code != 0 || at == version.out.npos) GTEST_SKIP() << "no atop is installed";
  const std::string release = version.out.substr(at + 9, version.out.find('.', at + 11) - at - 9);
  const std::string log = log_path("atop-" + release);
  const Finished atop = run({"atop", "-r", log, "-P", "CPU,cpu,MEM,SWP,DSK,NET,PSI"});
  if (atop.exit_code != 0) GTEST_SKIP() << "atop " << release << " reads no such log";
  const Comparison result = compare_with(atop.out, log);
  EXPECT_EQ(result.differences(), "");
  EXPECT_GT(result.compared(), 40) << atop.out;
}

// Its percentages are whole, and of all CPUs together: 100 each.
TEST(ShowTopicsBesideAtop, TellTheCpuThatAtopsarTells) {
  ::setenv("TZ", "UTC", 1);
  const std::string log = log_path("atop-2.8");
  const Finished atopsar = run({"atopsar", "-r", log, "-c"});
  if (atopsar.exit_code != 0) GTEST_SKIP() << "no atopsar that reads logs of 2.8";
  rapidjson::Document answer;
  answer.Parse(show("cpus", log, {"--json", "--each"}).out.c_str());
  std::istringstream lines(atopsar.out);
  int compared = 0;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream rest(line);
    const Fields words(std::istream_iterator<std::string>(rest), {});
    if (words.size() != 11 || words[1] != "all") continue;
    const Json* row = find_row(answer["cpus"], "2026-11-21T" + words[0] + "Z", "cpu", "all");
    ASSERT_TRUE(row) << line;
    const auto expect = [&](const char* member, std::size_t place) {
      EXPECT_NEAR(2 * (*row)[member].GetDouble(), std::stod(words[place]), 2) << line << member;
    };
    expect("user_percent", 2);
    expect("nice_percent", 3);
    expect("system_percent", 4);
    expect("iowait_percent", 9);
    expect("idle_percent", 10);
    ++compared;
  }
  EXPECT_EQ(compared, 3) << atopsar.out;
}

// A topic that names a CPU, a disk or a process has parts of the period, too.
TEST(ShowTopicsInParts, HaveOneTimeAndTheRowsOfEachPart) {
  const std::string log = log_path("atop-2.13");
  for (const char* topic : {"memory", "pressure", "cpus", "cgroups"}) {
    const auto lines = parse_csv(show(topic, log, {"--csv", "--step", "1h"}).out);
    ASSERT_GE(lines.size(), 2U) << topic;
    EXPECT_EQ(std::ranges::count(lines[0], "time"), 1) << topic;
    // What is since boot stays apart.
    if (std::string(topic) == "memory") {
      EXPECT_EQ(lines.size(), 3U);
    }
  }
}

}  // namespace
}  // namespace proctape
