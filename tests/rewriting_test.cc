// SPDX-License-Identifier: Apache-2.0
//
// The subcommands of proctape that make logs of logs, and those that look at every byte:
// the real program on the logs that each release of atop recorded.
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "base/text/text.h"
#include "rawlog/file/encoder.h"
#include "rawlog/layout/cgroup_record.h"
#include "rawlog/layout/field_values.h"
#include "rawlog/layout/lost_members.h"
#include "rawlog/layout/system_record.h"
#include "rawlog/layout/task_record.h"
#include "tests/support/layout_words.h"
#include "tests/support/logs.h"
#include "tests/support/plausible_sample.h"
#include "tests/support/real_atop.h"
#include "tests/support/run.h"
#include "tests/support/time_zone.h"

namespace proctape {
namespace {

namespace fs = std::filesystem;

Finished proctape(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), PROCTAPE);
  return run(arguments);
}

std::vector<std::string> damaged_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(std::string(FIXTURES) + "/logs/damaged")) {
    names.push_back("damaged/" + entry.path().stem().string());
  }
  std::ranges::sort(names);
  EXPECT_GE(names.size(), 27U);
  return names;
}

// Logs that no reader can make anything of.
const std::set<std::string> kUnreadable = {"damaged/empty", "damaged/filehdr-truncated",
                                           "damaged/version-only"};

std::vector<Count> times_of(const std::string& path) {
  std::vector<Count> times;
  for (const Sample& sample : samples_of(path)) times.push_back(sample.time.value);
  return times;
}

class RewritingTest : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return (directory_.path() / name).string(); }
  bool nothing_written() const { return fs::is_empty(directory_.path()); }
  std::string copy(const std::string& log, const std::string& name) const {
    fs::copy_file(log_path(log), path(name));
    return path(name);
  }

  // A time, the interval before it, and whether a run begins.
  struct Time {
    Count time;
    Count interval;
    bool since_boot = false;
  };
  void write_log(const std::string& name, const std::vector<Time>& times) const {
    Encoder encoder(v2_12, plausible_host());
    std::ofstream file(path(name), std::ios::binary);
    const auto write = [&](std::span<const std::byte> bytes) {
      file.write(reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes));
    };
    write(encoder.file_header());
    for (const Time& time : times) {
      Sample sample = plausible_sample(Seconds{time.time});
      sample.interval = Seconds{time.interval};
      sample.since_boot = time.since_boot;
      write(encoder.encode(sample));
    }
  }

  TestDirectory directory_;
  TimeZone utc_{"UTC"};
};

// ---- check ----

TEST_F(RewritingTest, CheckFindsNothingInGoodLogs) {
  for (const std::string& name : log_names()) {
    const auto checked = proctape({"check", log_path(name)});
    EXPECT_EQ(checked.exit_code, 0) << name << checked.out;
    EXPECT_EQ(checked.err, "");
    EXPECT_TRUE(checked.out.ends_with(" records, no problems\n")) << checked.out;
  }
}

TEST_F(RewritingTest, CheckNamesTheOffsetInEveryDamagedLog) {
  for (const std::string& name : damaged_names()) {
    const auto checked = proctape({"check", log_path(name)});
    EXPECT_EQ(checked.exit_code, kUnreadable.contains(name) ? 3 : 1) << name;
    EXPECT_NE((checked.out + checked.err).find(log_path(name) + ": offset "), std::string::npos)
        << name << checked.out << checked.err;
  }
}

TEST_F(RewritingTest, CheckTellsTheSameAsJson) {
  const auto checked =
      proctape({"check", "--json", log_path("atop-2.3"), log_path("damaged/flip-task"),
                log_path("damaged/empty"), "/nonexistent"});
  EXPECT_EQ(checked.exit_code, 3);
  std::vector<rapidjson::Document> logs;
  std::string_view text = checked.out;
  while (!text.empty()) {
    const std::string line(next_line(text));
    ASSERT_FALSE(logs.emplace_back().Parse(line.c_str()).HasParseError()) << line;
  }
  ASSERT_EQ(logs.size(), 4U);
  EXPECT_STREQ(logs[0]["version"].GetString(), "2.3");
  EXPECT_EQ(logs[0]["records"].GetInt(), 4);
  EXPECT_TRUE(logs[0]["problems"].Empty());
  EXPECT_EQ(logs[1]["records"].GetInt(), 3);
  ASSERT_EQ(logs[1]["problems"].Size(), 1U);
  EXPECT_EQ(logs[1]["problems"][0]["offset"].GetInt(), 4391);
  EXPECT_EQ(logs[1]["problems"][0]["skipped"].GetInt(), 3778);
  EXPECT_TRUE(logs[2].HasMember("error"));
  EXPECT_TRUE(logs[3].HasMember("error"));
}

// ---- repair ----

TEST_F(RewritingTest, ARepairedLogIsWholeAndHasAllThatWasWhole) {
  for (const std::string& name : damaged_names()) {
    const auto repaired = proctape({"repair", log_path(name), "-o", path("out")});
    if (kUnreadable.contains(name) || name == "damaged/filehdr-only") {
      EXPECT_EQ(repaired.exit_code, kUnreadable.contains(name) ? 3 : 1) << name;
      EXPECT_NE(repaired.err, "");
      EXPECT_TRUE(nothing_written()) << name;
      continue;
    }
    EXPECT_EQ(repaired.exit_code, 1) << name << repaired.err;
    auto expected = read_log(log_path(name)).samples;
    if (name == "damaged/time-goes-back") expected.erase(expected.begin() + 2);
    EXPECT_EQ(samples_of(path("out")), expected) << name;
    EXPECT_EQ(proctape({"check", path("out")}).exit_code, 0) << name;
    fs::remove(path("out"));
  }
}

TEST_F(RewritingTest, RepairKeepsWholeRecordsByteByByte) {
  const std::string whole = read_text(log_path("atop-2.13"));
  ASSERT_EQ(proctape({"repair", log_path("damaged/flip-task"), "-o", path("out")}).exit_code, 1);
  EXPECT_EQ(read_text(path("out")), whole.substr(0, 4391) + whole.substr(8169));
  for (const char* name : {"atop-2.3", "atop-2.13-appended"}) {
    ASSERT_EQ(proctape({"repair", log_path(name), "-o", path("out")}).exit_code, 0);
    EXPECT_EQ(read_text(path("out")), read_text(log_path(name))) << name;
  }
}

TEST_F(RewritingTest, RepairInPlaceKeepsTheOriginal) {
  const std::string damaged = read_text(log_path("damaged/flip-task"));
  for (const char* kept : {"log.orig", "log.orig-1", "log.orig-2"}) {
    fs::remove(path("log"));
    copy("damaged/flip-task", "log");
    const auto repaired = proctape({"repair", "--in-place", path("log")});
    EXPECT_EQ(repaired.exit_code, 1) << repaired.err;
    EXPECT_NE(repaired.err.find("3778 bytes lost"), std::string::npos) << repaired.err;
    EXPECT_EQ(read_text(path(kept)), damaged);
    EXPECT_EQ(samples_of(path("log")).size(), 3U);
  }
  const auto again = proctape({"repair", "--in-place", path("log")});
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_EQ(again.out, path("log") + ": nothing to repair\n");
  EXPECT_FALSE(fs::exists(path("log.orig-3")));
}

TEST_F(RewritingTest, RepairWantsToKnowWhereTo) {
  const std::string log = log_path("atop-2.13");
  EXPECT_EQ(proctape({"repair", log}).exit_code, 2);
  EXPECT_EQ(proctape({"repair", "--in-place", log, "-o", path("out")}).exit_code, 2);
  EXPECT_EQ(proctape({"repair", "/dev/null", "-o", path("out")}).exit_code, 3);
}

// ---- convert ----

using Values = std::map<std::string, std::string>;  // path -> bytes

void add_values(const Layout& layout, const std::string& name, std::span<const std::byte> block,
                Values& values) {
  for_each_value(layout, name, block, [&](const FieldValue& value) {
    const auto* text = std::get_if<std::string_view>(&value.value);
    values[std::string(value.path)] = text ? std::string(*text) : to_text(value);
  });
}

struct Tree {
  Version version;
  Values header;
  std::vector<Values> records;
};

// All values of a log by path. cgroup entries count where both versions have them.
Tree tree_of(const std::string& path) {
  Tree tree{};
  auto reader = Reader::open(path, no_damage());
  EXPECT_TRUE(reader) << path;
  const Version version = tree.version = reader->version();
  add_values(layout_of<kRawheader>(version), "rawheader", reader->stored_header(), tree.header);
  Sample sample;
  while (*reader->next(sample)) {
    const RawRecord& record = reader->record();
    Values& values = tree.records.emplace_back();
    add_values(layout_of<kRawrecord>(version), "rawrecord", record.stored, values);
    add_values(layout_of<kSstat>(version), "sstat", record.system, values);
    const Layout& task = layout_of<kTstat>(version);
    for (std::size_t i = 0; i < sample.tasks.size(); ++i) {
      const std::string name = "task[" + std::to_string(i) + "]";
      add_values(task, name, record.tasks.subspan(i * task.size), values);
      // Undefined without GPU use.
      if (sample.tasks[i].gpu->state != 0) continue;
      std::erase_if(values, [&](const auto& v) { return v.first.starts_with(name + ".gpu."); });
    }
    for (std::size_t i = 0; i < sample.cgroups.size(); ++i) {
      const Cgroup& cgroup = sample.cgroups[i];
      const std::string name = "cgroup[" + std::to_string(i) + "]";
      std::vector<std::byte> fixed(kCstatSize);
      record_of<kCstat>(version).encode(cgroup, reader->host().page_size, fixed.data());
      add_values(layout_of<kCstat>(version), name, fixed, values);
      values[name + ".cgname"] = cgroup.name;
    }
  }
  return tree;
}

bool ends_with_any(const std::string& path, std::initializer_list<std::string_view> ends) {
  return std::ranges::any_of(ends, [&](std::string_view end) { return path.ends_with(end); });
}

// Members that both versions have under one name, and that differ all the same, with why.
bool may_differ(const std::string& path, Version from, Version to) {
  const auto crosses = [&](Version first) { return (from < first) != (to < first); };
  const auto in_2_7_to_2_9 = [](Version v) { return v >= v2_7 && v <= v2_9; };
  // What says which version it is, and how long the packed blocks are.
  if (ends_with_any(path, {".aversion", "statlen", "complen", ".coriglen"})) return true;
  // What says whether what one of the versions lacks is there.
  if (ends_with_any(path, {".supportflags", "rawrecord.flags"})) return true;
  if (ends_with_any(path, {".ncgroups", ".ncgpids"})) return from < v2_11 || to < v2_11;
  // Worked out by the reader, undefined in the log.
  if (path.ends_with(".cgroupix")) return true;
  // 2.7 to 2.9 count idle threads as uninterruptible ones.
  if (ends_with_any(path, {".nthrslpu", ".totslpu"})) {
    return in_2_7_to_2_9(from) != in_2_7_to_2_9(to);
  }
  // Unknown (-1) is 0 in versions until 2.6.
  if (ends_with_any(path, {".vmwballoon", ".zfsarcsize"})) return crosses(v2_7);
  // Of exited processes -1, 0 until 2.7.
  if (path.ends_with(".curcpu")) return crosses(v2_8);
  // And from 2.10 on.
  if (ends_with_any(path, {".zswstored", ".zswtotpool"})) return crosses(v2_10);
  // A name of 39 characters, of 15 before.
  if (path.ends_with(".utsname")) return crosses(v2_13);
  return false;
}

// From 2.11 on readers want a cgroup in each record: one without gets the root, with all processes.
bool is_added_root(const std::string& path, const std::string& before) {
  return before == "0" && ends_with_any(path, {"rawrecord.ncgroups", "rawrecord.ncgpids"});
}

void expect_same_where_both_have_it(const Values& ours, const Values& theirs, Version from,
                                    Version to, const std::string& where) {
  std::size_t compared = 0;
  for (const auto& [path, value] : theirs) {
    const auto found = ours.find(path);
    if (found == ours.end() || may_differ(path, from, to)) continue;
    if (is_added_root(path, value)) continue;
    ++compared;
    EXPECT_EQ(found->second, value) << where << ' ' << path;
  }
  EXPECT_GT(compared, theirs.size() / 3) << where;
}

class Conversion : public testing::TestWithParam<std::string> {};

// To which each log is converted. Sanitizers look at the code, of which these three run all.
#ifdef PROCTAPE_SANITIZED
constexpr std::array kTargets = {v2_3, v2_9, v2_13};
#else
constexpr auto kTargets = kVersions;
#endif

TEST_P(Conversion, ToEveryVersionKeepsWhatBothHave) {
  const TestDirectory directory;
  const std::string in = log_path(GetParam());
  const Tree original = tree_of(in);
  for (const Version version : kTargets) {
    const std::string where = GetParam() + " to " + to_string(version);
    const std::string out = (directory.path() / "out").string();
    const auto converted = proctape({"convert", "--to", to_string(version), in, "-o", out});
    ASSERT_EQ(converted.exit_code, 0) << where << converted.err;
    EXPECT_LE(std::ranges::count(converted.err, '\n'), 1) << converted.err;
    const Tree result = tree_of(out);
    EXPECT_EQ(result.version, version);
    expect_same_where_both_have_it(result.header, original.header, original.version, version,
                                   where);
    ASSERT_EQ(result.records.size(), original.records.size()) << where;
    for (std::size_t i = 0; i < result.records.size(); ++i) {
      expect_same_where_both_have_it(result.records[i], original.records[i], original.version,
                                     version, where + " record " + std::to_string(i));
    }
    // Of a log without cgroups more than the copy is made: it gets their roots.
    if (version == original.version && GetParam() != "atop-2.13-nocgroup") {
      EXPECT_EQ(converted.err, "");
      EXPECT_EQ(samples_of(out), samples_of(in)) << where;
      EXPECT_EQ(result.header, original.header) << where;
    }
  }
}

// The newest version has almost everything, so that little is lost on the way there and back.
TEST_P(Conversion, ToTheNewestVersionAndBackKeepsAlmostAll) {
  const TestDirectory directory;
  const std::string in = log_path(GetParam());
  const std::string there = (directory.path() / "there").string();
  const std::string back = (directory.path() / "back").string();
  const Tree original = tree_of(in);
  ASSERT_EQ(proctape({"convert", "--to", "2.13", in, "-o", there}).exit_code, 0);
  ASSERT_EQ(proctape({"convert", "--to", to_string(original.version), there, "-o", back}).exit_code,
            0);
  const Tree result = tree_of(back);
  ASSERT_EQ(result.records.size(), original.records.size());
  for (std::size_t i = 0; i < result.records.size(); ++i) {
    for (const auto& [path, value] : original.records[i]) {
      if (may_differ(path, original.version, v2_13) || is_added_root(path, value)) continue;
      // Only in 2.8 to 2.10, and until 2.9.
      if (path.find(".cg") != path.npos || path.ends_with(".container")) continue;
      EXPECT_EQ(result.records[i].at(path), value) << path;
    }
  }
}

// Of the lines that atop -P prints for all CPUs together: ticks per second, number of CPUs
// and ticks in each state, which all versions print alike.
std::vector<std::vector<std::string>> cpu_lines(std::string_view text) {
  constexpr std::size_t kBefore = 6;  // label, host, and times
  constexpr std::size_t kSame = 11;
  std::vector<std::vector<std::string>> lines;
  while (!text.empty()) {
    auto line = next_line(text);
    if (!line.starts_with("CPU ")) continue;
    for (std::size_t i = 0; i < kBefore; ++i) next_word(line);
    auto& words = lines.emplace_back();
    for (std::size_t i = 0; i < kSame; ++i) words.emplace_back(next_word(line));
  }
  return lines;
}

// Whatever the log is like, what is made of it is whole.
TEST_P(Conversion, ToEveryVersionPassesCheckAndRightOnesAreReadByTheRealAtop) {
  const TestDirectory directory;
  for (const Version version : kTargets) {
    const std::string where = GetParam() + " to " + to_string(version);
    const std::string out = (directory.path() / "out").string();
    // One whose header does not say what its records have.
    std::string log = read_text(log_path(GetParam()));
    if (GetParam().find("nocgroup") == std::string::npos) log[440 + 1] = 0;
    std::ofstream(directory.path() / "in", std::ios::binary) << log;
    for (const std::string& in : {log_path(GetParam()), (directory.path() / "in").string()}) {
      ASSERT_LE(proctape({"convert", "--to", to_string(version), in, "-o", out}).exit_code, 1);
      const auto checked = proctape({"check", out});
      EXPECT_EQ(checked.exit_code, 0) << where << checked.out;
      EXPECT_EQ(checked.err, "");
      if (version != real_atop()) continue;
      const auto atop = run({"atop", "-r", out, "-P", "ALL"});
      EXPECT_EQ(atop.exit_code, 0) << where << atop.err;
    }
  }
}

// Members of which the value is elsewhere in the other version, or follows from others.
bool has_another_place(const std::string& path, Version from, Version to) {
  // Of the packed blocks, of the version.
  if (path.find("statlen") != path.npos || path.ends_with("aversion")) return true;
  if (path.starts_with("rawrecord.")) {
    return ends_with_any(path, {"complen", "coriglen", "ncgroups", "ncgpids"});
  }
  if (path.ends_with(".cgroupix")) return true;
  // Until 2.12 all that are there are online.
  if (path == "sstat.cpu.maxcpu" || path == "sstat.cpu.cpu.online") return to <= v2_12;
  if (path.ends_with(".container") || path.ends_with(".utsname")) {
    return !(from >= v2_13 && to <= v2_12);
  }
  // To the task, or to its group.
  if (path.starts_with("cgroup.gen.")) return true;
  if (from >= v2_11 && to >= v2_8 && to <= v2_10 && path.starts_with("cgroup.")) {
    return ends_with_any(path, {".cgname", ".cpuweight", ".cpumax", ".memmax", ".swpmax"});
  }
  if (from >= v2_8 && from <= v2_10 && to >= v2_11) {
    return ends_with_any(path, {".cgpath", ".cgcpuweight", ".cgcpumax", ".cgmemmax", ".cgswpmax"});
  }
  return false;
}

// Names of the members that the original has and the result has not, or not with that value.
std::set<std::string> lost_members(const Tree& original, const Tree& result) {
  std::map<std::string, std::string> renamed;
  for (const auto& [a, b] : {std::pair("sstat.mem.tothugepage", "sstat.mem.stothugepage"),
                             std::pair("sstat.mem.freehugepage", "sstat.mem.sfreehugepage"),
                             std::pair("sstat.mem.hugepagesz", "sstat.mem.shugepagesz"),
                             std::pair("task.gpu.sample", "task.gpu.samples")}) {
    renamed[a] = b;
    renamed[b] = a;
  }
  std::set<std::string> lost;
  for (std::size_t i = 0; i < original.records.size(); ++i) {
    for (const auto& [path, value] : original.records[i]) {
      if (value.empty() || value == "0" || value == "-1" || value == "-2") continue;
      const std::string plain = without_indexes(path);
      if (has_another_place(plain, original.version, result.version)) continue;
      if (may_differ(path, original.version, result.version) && result.records[i].contains(path)) {
        continue;
      }
      std::string there = path;
      if (const auto other = renamed.find(plain);
          other != renamed.end() && !result.records[i].contains(path)) {
        there.replace(there.rfind('.'), there.npos, other->second.substr(other->second.rfind('.')));
      }
      const auto found = result.records[i].find(there);
      if (found == result.records[i].end() || found->second != value) lost.insert(plain);
    }
  }
  return lost;
}

TEST_P(Conversion, ToEveryVersionNamesAllThatIsLost) {
  const TestDirectory directory;
  const std::string in = log_path(GetParam());
  const Tree original = tree_of(in);
  for (const Version version : kTargets) {
    const std::string out = (directory.path() / "out").string();
    const auto converted = proctape({"convert", "--to", to_string(version), in, "-o", out});
    ASSERT_EQ(converted.exit_code, 0) << converted.err;
    // "task" in the tree is what dump, and a loss, calls "tstat".
    for (std::string name : lost_members(original, tree_of(out))) {
      if (name.starts_with("task.")) name.replace(0, 4, "tstat");
      if (name.starts_with("cgroup.")) name.replace(0, 6, "cgroups");
      const bool named = (converted.err + ',').find(' ' + name + ',') != std::string::npos ||
                         converted.err.find(' ' + name + '\n') != std::string::npos;
      EXPECT_TRUE(named) << GetParam() << " to " << to_string(version) << ": " << name << '\n'
                         << converted.err;
    }
  }
}

TEST_P(Conversion, ToTheVersionOfTheRealAtopIsReadByIt) {
  const auto version = real_atop();
  if (!version) GTEST_SKIP() << "atop is not installed: nobody tells whether it reads our logs";
  const TestDirectory directory;
  const std::string out = (directory.path() / "out").string();
  ASSERT_EQ(
      proctape({"convert", "--to", to_string(*version), log_path(GetParam()), "-o", out}).exit_code,
      0);
  const auto atop = run({"atop", "-r", out, "-P", "ALL"});
  EXPECT_EQ(atop.exit_code, 0);
  EXPECT_EQ(atop.err, "");
  std::size_t samples = 0;
  std::string_view text = atop.out;
  while (!text.empty()) samples += next_line(text) == "SEP";
  EXPECT_EQ(samples, samples_of(out).size());
  const std::string recorded =
      read_text(fs::path(log_path(GetParam())).replace_extension(".P.txt"));
  const auto ours = cpu_lines(atop.out);
  EXPECT_EQ(ours.size(), samples);
  EXPECT_EQ(ours, cpu_lines(recorded));
}

INSTANTIATE_TEST_SUITE_P(, Conversion, testing::ValuesIn(log_names()), test_name);

TEST_F(RewritingTest, ConvertSaysOnceWhatIsLeftOut) {
  const auto converted =
      proctape({"convert", "--to", "2.8", log_path("atop-2.13"), "-o", path("out")});
  EXPECT_EQ(converted.exit_code, 0);
  EXPECT_TRUE(converted.err.starts_with("proctape: " + path("out") +
                                        ": left out, as version 2.8 has no place for it: cgroups"))
      << converted.err;
  EXPECT_EQ(std::ranges::count(converted.err, '\n'), 1);
}

TEST_F(RewritingTest, ConvertGoesOnBehindDamageAndHealsContradictions) {
  const auto converted = proctape(
      {"convert", "--to", "2.13", log_path("damaged/ndeviat-too-large"), "-o", path("out")});
  EXPECT_EQ(converted.exit_code, 1);
  EXPECT_EQ(samples_of(path("out")).size(), 4U);
}

TEST_F(RewritingTest, ConvertWritesToAPipe) {
  const auto converted = proctape({"convert", "--to", "2.6", log_path("atop-2.13"), "-o", "-"});
  EXPECT_EQ(converted.exit_code, 0);
  EXPECT_EQ(read_all(input_of(converted.out)).samples.size(), 4U);
}

// ---- all that write ----

TEST_F(RewritingTest, TheInputIsNeverChangedAndNothingIsLeftBehind) {
  const std::string log = copy("damaged/flip-task", "log");
  const std::string before = read_text(log);
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"convert", "--to", "2.8"}, {"repair"}, {"cat"}, {"cut"}}) {
    for (const std::string& out : {log, path("./log"), path("no/such/directory")}) {
      auto arguments = command;
      arguments.insert(arguments.end(), {log, "-o", out});
      EXPECT_EQ(proctape(arguments).exit_code, 3) << command[0];
    }
    auto arguments = command;
    arguments.insert(arguments.end(), {log, "-o", path("out")});
    EXPECT_EQ(proctape(arguments).exit_code, 1) << command[0];
    EXPECT_TRUE(fs::remove(path("out"))) << command[0];
    arguments.back() = "/dev/full";
    EXPECT_EQ(proctape(arguments).exit_code, 3) << command[0];
  }
  EXPECT_EQ(read_text(log), before);
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_.path()), {}), 1);
}

TEST_F(RewritingTest, WrongUsageIsToldFromTheRest) {
  const std::string log = log_path("atop-2.13");
  EXPECT_EQ(proctape({"check", "--twice"}).exit_code, 2);
  EXPECT_EQ(proctape({"convert", log, "-o", path("out")}).exit_code, 2);
  EXPECT_EQ(proctape({"convert", "--to", "2.14", log, "-o", path("out")}).exit_code, 2);
  EXPECT_EQ(proctape({"convert", "--to", "2.8", log}).exit_code, 2);
  EXPECT_EQ(proctape({"cut", "--begin", "soon", log, "-o", path("out")}).exit_code, 2);
  EXPECT_EQ(
      proctape({"cut", "--begin", "11:00", "--end", "10:00", log, "-o", path("out")}).exit_code, 2);
  EXPECT_EQ(proctape({"dump", "--json", "--csv", log}).exit_code, 2);
  EXPECT_EQ(proctape({"dump", "--fields", "sstat.no", log}).exit_code, 2);
  EXPECT_TRUE(nothing_written());
  EXPECT_EQ(proctape({"dump", "/nonexistent"}).exit_code, 3);
  EXPECT_EQ(proctape({"cat", log, "/nonexistent", "-o", path("out")}).exit_code, 3);
  EXPECT_TRUE(nothing_written());
  for (const char* command : {"check", "repair", "convert", "cat", "cut", "dump"}) {
    const auto help = proctape({command, "--help"});
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_NE(help.out.find("Examples:"), std::string::npos) << command;
  }
}

// ---- cut ----

TEST_F(RewritingTest, CutTakesWhatLiesBetweenTheTimes) {
  const std::string in = log_path("atop-2.13");
  const std::string bytes = read_text(in);
  const auto times = times_of(in);
  ASSERT_EQ(times.size(), 4U);
  const std::string second = std::to_string(times[1]);
  const std::string third = std::to_string(times[2]);
  const auto cut = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "cut");
    arguments.insert(arguments.end(), {in, "-o", path("out")});
    const auto done = proctape(arguments);
    EXPECT_EQ(done.exit_code, 0) << done.err;
    return read_text(path("out"));
  };
  EXPECT_EQ(cut({}), bytes);
  EXPECT_EQ(cut({"--begin", second, "--end", third}),
            bytes.substr(0, 480) + bytes.substr(4391, 11937 - 4391));
  EXPECT_EQ(cut({"-b", second}), bytes.substr(0, 480) + bytes.substr(4391));
  EXPECT_EQ(cut({"-e", second}), bytes.substr(0, 8169));
  // 2026-11-21 04:39:13 UTC.
  EXPECT_EQ(times[1], 1795235953);
  EXPECT_EQ(cut({"-b", "04:39:13", "-e", "2026-11-21T04:39:13"}),
            bytes.substr(0, 480) + bytes.substr(4391, 8169 - 4391));
}

TEST_F(RewritingTest, CutWritesNoLogWithoutRecords) {
  const auto cut =
      proctape({"cut", "--begin", "2030-01-01", log_path("atop-2.13"), "-o", path("out")});
  EXPECT_EQ(cut.exit_code, 1);
  EXPECT_EQ(cut.err,
            "proctape: " + log_path("atop-2.13") +
                ": no sample covers 2030-01-01 00:00:00 UTC and later; the log covers 2026-11-21 "
                "04:39:12 UTC to 2026-11-21 04:39:15 UTC\n"
                "proctape: " +
                path("out") + ": not written, as there is no record for it\n");
  EXPECT_TRUE(nothing_written());
}

TEST_F(RewritingTest, CutTakesTheSamplesThatCoverAMoment) {
  write_log("in", {{1000, 900, true}, {1600, 600}, {2200, 600}, {2800, 600}, {3000, 9000, true}});
  const auto cut = [&](const std::string& begin, const std::string& end) {
    const auto done = proctape({"cut", "-b", begin, "-e", end, path("in"), "-o", path("out")});
    EXPECT_LE(done.exit_code, 1) << done.err;
    return done.exit_code == 0 ? times_of(path("out")) : std::vector<Count>{};
  };
  EXPECT_EQ(cut("@1700", "@1800"), (std::vector<Count>{2200}));
  EXPECT_EQ(cut("@1600", "@1600"), (std::vector<Count>{1600}));
  EXPECT_EQ(cut("@1600", "@2200"), (std::vector<Count>{1600, 2200}));
  EXPECT_EQ(cut("@100", "@200"), (std::vector<Count>{})) << "before it was recorded";
  EXPECT_EQ(cut("@1000", "@1000"), (std::vector<Count>{1000}));
  EXPECT_EQ(cut("@2900", "@3100"), (std::vector<Count>{3000}));
}

TEST_F(RewritingTest, CutFindsATimeThatTheLogHasOnceOnWhicheverDay) {
  // 2026-11-20 22:00 to 2026-11-21 12:00 UTC, twice an hour.
  std::vector<Time> times;
  for (Count time = 1795212000; time <= 1795262400; time += 1800) times.push_back({time, 1800});
  write_log("in", times);
  const auto cut = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "cut");
    arguments.insert(arguments.end(), {path("in"), "-o", path("out")});
    const auto done = proctape(arguments);
    EXPECT_EQ(done.exit_code, 0) << done.err;
    const auto found = times_of(path("out"));
    return std::pair(found.front(), found.back());
  };
  constexpr Count kMidnight = 1795219200;
  EXPECT_EQ(cut({"-b", "10:00", "-e", "11:00"}), std::pair(kMidnight + 36000, kMidnight + 39600));
  EXPECT_EQ(cut({"-b", "23:00", "-e", "02:00"}), std::pair(kMidnight - 3600, kMidnight + 7200));
  EXPECT_EQ(cut({"-e", "23:00"}), std::pair(kMidnight - 7200, kMidnight - 3600));
  EXPECT_EQ(cut({"-b", "202611211000", "-e", "1100"}),
            std::pair(kMidnight + 36000, kMidnight + 39600));
}

TEST_F(RewritingTest, CutMeansBothHoursWhereOneComesTwice) {
  const TimeZone berlin("CET-1CEST,M3.5.0,M10.5.0/3");
  constexpr Count kHalfPastOne = 1792884600;  // 2026-10-25 01:30 CEST
  std::vector<Time> times;
  for (Count i = 0; i < 8; ++i) times.push_back({kHalfPastOne + i * 1800, 1800});
  write_log("in", times);
  const auto cut = [&](const std::string& begin, const std::string& end) {
    const auto done = proctape({"cut", "-b", begin, "-e", end, path("in"), "-o", path("out")});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    std::vector<Count> half_hours;
    for (const Count time : times_of(path("out"))) {
      half_hours.push_back((time - kHalfPastOne) / 1800);
    }
    return half_hours;
  };
  EXPECT_EQ(cut("02:00", "02:30"), (std::vector<Count>{1, 2, 3, 4}));
  EXPECT_EQ(cut("01:30", "02:00"), (std::vector<Count>{0, 1, 2, 3}));
  EXPECT_EQ(cut("03:00", "04:00"), (std::vector<Count>{5, 6, 7}));
}

TEST_F(RewritingTest, CutReadsAPipeForWhichALogMustBeKnownToItsEnd) {
  const std::string in = log_path("atop-2.13");
  const std::string command =
      std::string("cat ") + in + " | " + PROCTAPE + " cut -b 04:39 - -o " + path("out");
  EXPECT_EQ(run({"sh", "-c", command}).exit_code, 0);
  EXPECT_EQ(read_text(path("out")), read_text(in));
}

// ---- dump ----

TEST_F(RewritingTest, RowsHaveNoControlCharacters) {
  Sample sample = plausible_sample(Seconds{1'795'235'953});
  // C0, DEL, C1 and bidirectional ones, and what CSV itself has a meaning for.
  sample.tasks[0].identity.command_line = std::string(
      "a\x1b]0;b\x07 \x7f \xc2\x9b"
      "31m \xe2\x80\xae \n\r, \"c\"");
  Encoder encoder(v2_12, plausible_host());
  std::ofstream file(path("log"), std::ios::binary);
  for (const auto bytes : {encoder.file_header(), encoder.encode(sample)}) {
    file.write(reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes));
  }
  file.close();
  const auto dumped = proctape({"dump", "--csv", "--fields", "tasks.gen.cmdline", path("log")});
  EXPECT_EQ(dumped.exit_code, 0) << dumped.err;
  EXPECT_NE(dumped.out.find(R"(,"a\u001b]0;b\u0007 \u007f \u009b31m \u202e \n\r, ""c""")"),
            std::string::npos)
      << dumped.out;
  for (const char c : dumped.out) EXPECT_TRUE(c == '\n' || (c >= ' ' && c != '\x7f')) << int{c};
}

// ---- snapshots ----

TEST_F(RewritingTest, ALogOfASnapshotOfAtopIsReadWithANoteAndWithoutDamage) {
  for (const auto& [of, named] : {std::pair("2.11", "\x0a"), {"2.13", "\x0c"}, {"2.4", "\x03"}}) {
    std::string log = read_text(log_path(std::string("atop-") + of));
    log[4] = *named;  // the lower byte of aversion
    std::ofstream(path("log"), std::ios::binary) << log;
    const auto checked = proctape({"check", path("log")});
    EXPECT_EQ(checked.exit_code, 0) << checked.out;
    EXPECT_NE(checked.err.find("a snapshot of atop between"), std::string::npos) << checked.err;
    EXPECT_EQ(samples_of(path("log")), samples_of(log_path(std::string("atop-") + of)));
    ASSERT_EQ(proctape({"convert", "--to", of, path("log"), "-o", path("out")}).exit_code, 0);
    EXPECT_EQ(proctape({"check", path("out")}).err, "");
  }
}

// ---- cat ----

TEST_F(RewritingTest, CatPutsTogetherWhatCutTookApart) {
  const std::string in = log_path("atop-2.13");
  const auto times = times_of(in);
  for (const auto& [name, arguments] :
       {std::pair{path("a"), std::vector<std::string>{"-e", std::to_string(times[1])}},
        std::pair{path("b"), std::vector<std::string>{"-b", std::to_string(times[2])}}}) {
    std::vector<std::string> command = {"cut", in, "-o", name};
    command.insert(command.end(), arguments.begin(), arguments.end());
    ASSERT_EQ(proctape(command).exit_code, 0);
  }
  ASSERT_EQ(proctape({"cat", path("b"), path("a"), "-o", path("out")}).exit_code, 0);
  EXPECT_EQ(samples_of(path("out")), samples_of(in));
}

TEST_F(RewritingTest, CatMergesVersionsByTimeAndKeepsWhereARunBegins) {
  std::vector<std::string> command = {"cat"};
  std::vector<Sample> expected;
  for (const char* name : {"atop-2.9", "atop-2.3", "atop-2.13", "atop-2.3-pss"}) {
    command.push_back(log_path(name));
    for (Sample& sample : samples_of(log_path(name))) expected.push_back(std::move(sample));
  }
  std::ranges::stable_sort(expected, {}, &Sample::time);
  command.insert(command.end(), {"-o", path("out")});
  for (const char* version : {"", "2.8"}) {
    auto arguments = command;
    if (*version) arguments.insert(arguments.end(), {"--to", version});
    const auto merged = proctape(arguments);
    ASSERT_EQ(merged.exit_code, 0) << merged.err;
    const auto result = samples_of(path("out"));
    ASSERT_EQ(result.size(), expected.size());
    std::size_t runs = 0;
    for (std::size_t i = 0; i < result.size(); ++i) {
      EXPECT_EQ(result[i].time, expected[i].time);
      EXPECT_EQ(result[i].since_boot, expected[i].since_boot);
      EXPECT_EQ(result[i].system.cpus.all, expected[i].system.cpus.all);
      ASSERT_EQ(result[i].tasks.size(), expected[i].tasks.size());
      runs += result[i].since_boot;
    }
    EXPECT_EQ(runs, 4U);
    EXPECT_EQ(tree_of(path("out")).version, *version ? v2_8 : v2_13);
  }
}

// All of a log but its header, which may have bytes that mean nothing.
std::string records_of(const std::string& path) {
  return read_text(path).substr(layout_of<kRawheader>(v2_6).size);
}

TEST_F(RewritingTest, CatCopiesLogsOfTheVersionItWrites) {
  const std::string in = log_path("atop-2.6");
  ASSERT_EQ(proctape({"cat", in, "-o", path("out")}).exit_code, 0);
  EXPECT_EQ(records_of(path("out")), records_of(in));
}

TEST_F(RewritingTest, CatTellsNothingTwice) {
  const std::string in = log_path("atop-2.6");
  const auto merged = proctape({"cat", in, in, "-o", path("out")});
  ASSERT_EQ(merged.exit_code, 0);
  EXPECT_EQ(records_of(path("out")), records_of(in));
  EXPECT_EQ(merged.err, "proctape: " + in + ": " + std::to_string(samples_of(in).size()) +
                            " samples left out, as " + in + " has samples of the same time\n");

  // Another interval, and another second in the minute.
  write_log("fine", {{1000, 10}, {1010, 10}, {1020, 10}, {1030, 10}, {1040, 10}});
  write_log("coarse", {{1025, 20}, {1045, 20}, {1065, 20}, {1085, 20}});
  ASSERT_EQ(proctape({"cat", path("fine"), path("coarse"), "-o", path("out")}).exit_code, 0);
  EXPECT_EQ(times_of(path("out")), (std::vector<Count>{1000, 1010, 1020, 1030, 1040, 1065, 1085}));
  // A restart within an interval loses nothing.
  write_log("before", {{1000, 10}, {1010, 10}, {1013, 3}});
  write_log("after", {{1014, 500, true}, {1020, 6}, {1030, 10}});
  ASSERT_EQ(proctape({"cat", path("before"), path("after"), "-o", path("out")}).exit_code, 0);
  EXPECT_EQ(times_of(path("out")), (std::vector<Count>{1000, 1010, 1013, 1014, 1020, 1030}));
}

TEST_F(RewritingTest, CatRefusesLogsOfSeveralHosts) {
  std::string other = read_text(log_path("atop-2.6"));
  const std::size_t at = file_header_offset("utsname") + 65;
  other[at] = 'X';
  directory_.write("other", other);
  const auto merged = proctape({"cat", log_path("atop-2.6"), path("other"), "-o", path("out")});
  EXPECT_EQ(merged.exit_code, 2);
  EXPECT_NE(merged.err.find(" of Xixture: they do not"), std::string::npos) << merged.err;
  EXPECT_FALSE(fs::exists(path("out")));
}

// ---- dump ----

// The JSON value at the path that field_values gives, without the record's name.
const rapidjson::Value* find(const rapidjson::Value& top, std::string_view path) {
  const rapidjson::Value* value = &top;
  while (!path.empty()) {
    if (path.starts_with('[')) {
      const auto end = path.find(']');
      const auto index = to_number(path.substr(1, end - 1));
      if (!value->IsArray() || !index || *index >= value->Size()) return nullptr;
      value = &(*value)[static_cast<rapidjson::SizeType>(*index)];
      path.remove_prefix(end + 1);
      continue;
    }
    path.remove_prefix(path.starts_with('.') ? 1 : 0);
    const auto end = path.find_first_of(".[");
    const std::string name(path.substr(0, end));
    if (!value->IsObject() || !value->HasMember(name.c_str())) return nullptr;
    value = &(*value)[name.c_str()];
    path.remove_prefix(std::min(end, path.size()));
  }
  return value;
}

std::string text_of(const rapidjson::Value& value) {
  if (value.IsString()) return {value.GetString(), value.GetStringLength()};
  if (value.IsInt64()) return std::to_string(value.GetInt64());
  return "?";
}

void expect_values(const rapidjson::Value& json, const Layout& layout,
                   std::span<const std::byte> block, const std::string& where) {
  std::size_t count = 0;
  for_each_value(layout, "", block, [&](const FieldValue& field) {
    ++count;
    const auto* value = find(json, field.path);
    ASSERT_TRUE(value) << where << field.path;
    if (const auto* real = std::get_if<double>(&field.value)) {
      ASSERT_TRUE(value->IsNumber());
      EXPECT_EQ(static_cast<float>(value->GetDouble()), static_cast<float>(*real)) << field.path;
    } else {
      EXPECT_EQ(text_of(*value), to_text(field)) << where << field.path;
    }
  });
  EXPECT_GE(count, 15U);
}

class Dump : public testing::TestWithParam<std::string> {};

TEST_P(Dump, JsonHasEveryValueOfTheRecords) {
  const auto dumped = proctape({"dump", "--json", log_path(GetParam())});
  EXPECT_EQ(dumped.exit_code, 0);
  EXPECT_EQ(dumped.err, "");
  std::string_view text = dumped.out;
  auto reader = Reader::open(log_path(GetParam()), no_damage());
  ASSERT_TRUE(reader);
  const Version version = reader->version();
  Sample sample;
  while (*reader->next(sample)) {
    const std::string line(next_line(text));
    rapidjson::Document json;
    json.Parse<rapidjson::kParseValidateEncodingFlag>(line.c_str());
    ASSERT_FALSE(json.HasParseError()) << line;
    const RawRecord& record = reader->record();
    expect_values(json, layout_of<kRawrecord>(version), record.stored, "record");
    expect_values(json["sstat"], layout_of<kSstat>(version), record.system, "sstat");
    const Layout& task = layout_of<kTstat>(version);
    ASSERT_EQ(json["tasks"].Size(), sample.tasks.size());
    for (unsigned i = 0; i < sample.tasks.size(); ++i) {
      expect_values(json["tasks"][i], task, record.tasks.subspan(i * task.size), "task");
    }
    ASSERT_EQ(json.HasMember("cgroups"), !sample.cgroups.empty());
    auto entries = record.cgroups;
    std::size_t pids = 0;
    for (unsigned i = 0; i < sample.cgroups.size(); ++i) {
      const auto& entry = json["cgroups"][i];
      expect_values(entry, layout_of<kCstat>(version), entries, "cgroup");
      entries = entries.subspan(cgroup_entry_size(sample.cgroups[i].name.size()));
      EXPECT_EQ(entry["cgname"].GetString(), sample.cgroups[i].name);
      EXPECT_EQ(entry["path"].GetString(), cgroup_path(sample.cgroups, i));
      for (const auto& pid : entry["pids"].GetArray()) {
        EXPECT_EQ(pid.GetInt(), sample.cgroup_pids.at(pids++));
      }
    }
    EXPECT_EQ(pids, sample.cgroup_pids.size());
  }
  EXPECT_TRUE(text.empty());
}

TEST_P(Dump, LinesAndCsvHaveTheSameValues) {
  const auto lines = proctape({"dump", log_path(GetParam())});
  const auto csv = proctape({"dump", "--csv", log_path(GetParam())});
  EXPECT_EQ(lines.exit_code + csv.exit_code, 0);
  const auto count = std::ranges::count(lines.out, '\n');
  EXPECT_GT(count, 1000);
  EXPECT_EQ(std::ranges::count(csv.out, '\n'), count + 1);
}

INSTANTIATE_TEST_SUITE_P(, Dump, testing::ValuesIn(log_names()), test_name);

TEST_F(RewritingTest, DumpShowsPathUnitAndValueOfWhatWasAskedFor) {
  const auto lines = proctape({"dump", "--fields",
                               "sstat.mem.physmem,sstat.dsk.dsk.name,"
                               "cgroups.path",
                               log_path("atop-2.13")});
  EXPECT_EQ(lines.exit_code, 0) << lines.err;
  EXPECT_TRUE(
      lines.out.starts_with("record.curtime s 1795235952\n"
                            "sstat.mem.physmem pages 6171023\n"
                            "sstat.dsk.dsk[0].name text vda\n"))
      << lines.out;
  EXPECT_NE(lines.out.find("\ncgroups[0].path text /\n"), std::string::npos) << lines.out;
  const auto csv =
      proctape({"dump", "--csv", "--fields", "sstat.mem.physmem", log_path("atop-2.13")});
  EXPECT_TRUE(
      csv.out.starts_with("time,record,path,unit,value\n"
                          "1795235952,1,record.curtime,s,1795235952\n"
                          "1795235952,1,sstat.mem.physmem,pages,6171023\n"))
      << csv.out;
  const auto json = proctape({"dump", "--json", "--fields", "cgroups.pids", log_path("atop-2.13")});
  EXPECT_TRUE(json.out.starts_with("{\"curtime\":1795235952,\"cgroups\":[{\"pids\":[")) << json.out;
}

// A log with what hostile or odd hosts put into it.
TEST_F(RewritingTest, DumpIsValidWhateverTheLogHolds) {
  auto reader = Reader::open(log_path("atop-2.13"), no_damage());
  ASSERT_TRUE(reader);
  Sample sample;
  ASSERT_TRUE(*reader->next(sample));
  sample.tasks[0].identity.name = "caf\xe9\"\\,\n";
  sample.tasks[0].identity.command_line = "\x01\xff\xc3";
  sample.system.cpus.load1 = std::numeric_limits<float>::quiet_NaN();
  sample.system.cpus.load5 = -std::numeric_limits<float>::infinity();
  sample.system.memory.oom_kills = std::numeric_limits<Count>::min();
  Encoder encoder(v2_13, reader->host());
  const auto header = encoder.file_header();
  std::string log(reinterpret_cast<const char*>(header.data()), header.size());
  const auto record = encoder.encode(sample);
  log.append(reinterpret_cast<const char*>(record.data()), record.size());
  directory_.write("odd", log);

  const auto dumped = proctape({"dump", "--json", path("odd")});
  rapidjson::Document json;
  json.Parse<rapidjson::kParseValidateEncodingFlag>(dumped.out.c_str());
  ASSERT_FALSE(json.HasParseError());
  EXPECT_STREQ(json["tasks"][0]["gen"]["name"].GetString(), "caf\uFFFD\"\\,\n");
  EXPECT_STREQ(json["tasks"][0]["gen"]["cmdline"].GetString(), "\x01\uFFFD\uFFFD");
  EXPECT_TRUE(json["sstat"]["cpu"]["lavg1"].IsNull());
  EXPECT_TRUE(json["sstat"]["cpu"]["lavg5"].IsNull());
  EXPECT_EQ(json["sstat"]["mem"]["oomkills"].GetInt64(), std::numeric_limits<Count>::min());

  const auto csv = proctape({"dump", "--csv", "--fields", "tasks.gen.name", path("odd")});
  EXPECT_NE(csv.out.find(",tasks[0].gen.name,text,\"caf\\xe9\"\"\\,\\n\"\n"), std::string::npos)
      << csv.out;
  const auto lines = proctape({"dump", "--fields", "tasks.gen.name", path("odd")});
  EXPECT_NE(lines.out.find("tasks[0].gen.name text caf\\xe9\"\\,\\n\n"), std::string::npos)
      << lines.out;
}

}  // namespace
}  // namespace proctape
