// SPDX-License-Identifier: Apache-2.0
//
// Names that others chose, with everything that a terminal obeys, through every command of both
// programs and every message: nothing of it comes out as it is, and none begins a line.
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/text/text.h"
#include "base/text/visible_text.h"
#include "rawlog/file/encoder.h"
#include "tests/support/cgroup_host.h"
#include "tests/support/logs.h"
#include "tests/support/plausible_sample.h"
#include "tests/support/run.h"
#include "tests/support/settings.h"

namespace proctape {
namespace {

namespace fs = std::filesystem;

// Each fits the 15 bytes of a process's name.
const std::string_view kHostile[] = {
    "\x1b[2J\x1b[31mred",
    "\x9b"
    "31mC1 as byte",
    "\u009b31mC1",
    "\u202egnp.sh",
    "a\u2066b\u200b\u061c",
    "x\nFORGED line",
    "x\rFORGED line",
    "\u2028FORGED",
    "\x7f\x7f\a\b",
    "\xff\xfe\xc3(",
};

// Those that a file's name may be.
std::string hostile_name() { return "n\x1b]0;title\a\u009b2J\u202e\xff\nFORGED"; }

void expect_visible(std::string_view text, const std::string& what) {
  const std::size_t clean = visible_length(text, Lines::kMany);
  EXPECT_EQ(clean, text.size()) << what << ", at: " << visible(text.substr(clean, 40));
  // A value in quotes may have lines of its own there.
  if (what.find("--csv") != what.npos) return;
  while (!text.empty()) {
    EXPECT_FALSE(next_line(text).starts_with("FORGED")) << what;
  }
}

std::string describe(const std::vector<std::string>& command) {
  std::string text;
  for (const std::string& word : command) text += visible(word) + ' ';
  return text;
}

// Runs it, and looks at what it says.
Finished expect_visible(const std::vector<std::string>& command) {
  auto finished = run(command);
  expect_visible(finished.out, describe(command));
  expect_visible(finished.err, describe(command));
  EXPECT_LT(finished.exit_code, 128) << describe(command);
  return finished;
}

Task hostile_process(Count pid, std::string_view text) {
  Task task = plausible_process(pid, "x");
  task.identity.name = text;
  task.identity.command_line.assign(std::string(text) + " --option");
  task.identity.container = text;
  task.identity.host_name.assign(text);
  return task;
}

// Records of a host on which everything is named by somebody hostile.
std::string hostile_log(Version version) {
  Host host = plausible_host();
  host.node_name = host.kernel_version = std::string(kHostile[0]) + std::string(kHostile[5]);
  host.system_name = host.machine = host.domain_name = kHostile[2];
  host.kernel_release = kHostile[3];
  host.cgroup_v2 = version >= v2_11;
  Encoder encoder(version, host);
  std::string log;
  const auto add = [&](std::span<const std::byte> bytes) {
    log.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  };
  for (int i = 0; i < 3; ++i) {
    Sample sample = plausible_sample(Seconds{1'800'000'000 + 10 * i});
    sample.cgroup_v2 = host.cgroup_v2;
    Cgroup root;
    root.identity.parent = -1;
    if (host.cgroup_v2) sample.cgroups.push_back(root);
    for (const std::string_view& text : kHostile) {
      const auto number = static_cast<Count>(&text - kHostile);
      sample.tasks.push_back(hostile_process(1000 + number, text));
      Disk disk = sample.system.disks.physical.front();
      disk.name = text;
      sample.system.disks.physical.push_back(disk);
      Interface interface = sample.system.interfaces.each.front();
      interface.name = text;
      sample.system.interfaces.each.push_back(interface);
      if (!host.cgroup_v2) continue;
      Cgroup group;
      group.name = text;
      group.identity.name_length = static_cast<Count>(text.size());
      group.identity.full_name_length = group.identity.name_length;
      group.identity.sequence = number + 1;
      group.identity.parent = 0;
      group.identity.depth = 1;
      sample.cgroups.push_back(group);
    }
    const auto record = encoder.encode(sample);
    if (i == 0) add(encoder.file_header());
    add(record);
  }
  return log;
}

class HostileText : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return (directory_.path() / name).string(); }
  static std::vector<std::string> proctape(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), PROCTAPE);
    return arguments;
  }
  static void expect_json(const std::string& lines, const std::string& what) {
    std::string_view rest = lines;
    while (!rest.empty()) {
      const std::string line(next_line(rest));
      rapidjson::Document document;
      document.Parse(line.c_str());
      EXPECT_FALSE(document.HasParseError()) << what << ": " << line.substr(0, 300);
    }
  }

  TestDirectory directory_;
};

TEST_F(HostileText, OfALogComesOutOfNoSubcommand) {
  for (const Version version : {v2_8, v2_12}) {
    const std::string name = hostile_name() + to_string(version);
    const std::string log = hostile_log(version);
    directory_.write(name, log);
    std::string damaged = log;
    damaged.replace(damaged.size() / 2, 3, "\x1b[2");
    directory_.write("damaged" + name, damaged);
    for (const std::string& file : {path(name), path("damaged" + name)}) {
      for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
               {"info"},
               {"show"},
               {"show", "--all", "--top", "50"},
               {"dump"},
               {"dump", "--csv"},
               {"dump", "--fields", hostile_name()},
               {"check"},
               {"convert", "-o", path("o" + name), "--to", "2.10"},
               {"repair", "-o", path("o" + name)},
               {"repair", "-o", path("not/there" + name)},
               {"cut", "-o", path("o" + name), "-b", "00:00"},
               {"cut", "-o", path("o" + name), "-b", hostile_name()},
               {"cat", log_path("atop-2.8"), "-o", path("o" + name)},
               {"cat", log_path("atop-2.12"), "-o", path("o" + name)}}) {
        auto whole = proctape(command);
        whole.insert(whole.begin() + 2, file);
        const auto finished = expect_visible(whole);
        EXPECT_FALSE(finished.out.empty() && finished.err.empty() && command.front() != "convert" &&
                     command.front() != "cut" && command.front() != "repair")
            << describe(whole);
      }
      for (const std::string command : {"info", "dump", "check"}) {
        const auto finished = expect_visible(proctape({command, file, "--json"}));
        expect_json(finished.out, command);
        EXPECT_NE(finished.out, "") << command;
      }
    }
    expect_visible(proctape({"repair", "--in-place", path(name)}));
    expect_visible(proctape({"repair", "--in-place", path("damaged" + name)}));
  }
}

// That the test above sees them at all.
TEST_F(HostileText, OfALogIsShownEscaped) {
  directory_.write("log", hostile_log(v2_12));
  const auto shown = expect_visible(proctape({"show", path("log"), "--top", "50"}));
  EXPECT_NE(shown.out.find("\\u001b[2J"), std::string::npos) << shown.out;
  EXPECT_NE(shown.out.find("\\u202egnp.sh"), std::string::npos) << shown.out;
  const auto dumped = expect_visible(proctape({"dump", path("log")}));
  EXPECT_NE(dumped.out.find("x\\nFORGED line"), std::string::npos);
  const auto json = expect_visible(proctape({"dump", "--json", path("log")}));
  EXPECT_NE(json.out.find("\"x\\u000aFORGED line\""), std::string::npos);
  EXPECT_NE(json.out.find("\\u202egnp.sh"), std::string::npos);
}

TEST_F(HostileText, OfTheCommandLineComesOutOfNoMessage) {
  const std::string name = hostile_name();
  for (const std::string command : {"info", "show", "procfs", "dump", "check", "repair", "convert",
                                    "cut", "cat", "status", "migrate"}) {
    expect_visible(proctape({command, path(name)}));
    expect_visible(proctape({command, "--" + name, path(name)}));
    expect_visible(proctape({command, path(name), "-o", path(name), "--to", name}));
  }
  expect_visible(proctape({name}));
  expect_visible(proctape({"--" + name}));
  for (const std::string option :
       {"--config", "--interval", "--log-dir", "--format", "--root", "--samples", "--last-good"}) {
    expect_visible({PROCTAPED, "--check-config", option, name});
  }
  expect_visible({PROCTAPED, name});
  expect_visible({PROCTAPED, "--" + name, "x"});
}

TEST_F(HostileText, OfSettingsComesOutOfNoMessage) {
  const std::string name = hostile_name();
  directory_.write(name, "LOGPATH='" + name + "'\nLOGINTERVAL=" + name + "\n" + name +
                             "='x'\nLOGOPTS='" + name + "'\n");
  expect_visible(proctape({"migrate", path(name)}));
  expect_visible(proctape({"migrate", path(name), "--write", path("o" + name)}));
  for (const std::string& settings :
       {"interval = '" + std::string("\u202e") + "'\n",
        std::string("\"\u009b31m\\nFORGED\\u001b\" = 1\n"),
        std::string("[\"\u202e\\nFORGED\"]\nx = 1\n"), std::string("interval = \u202e10s\n"),
        std::string("[tasks]\nredact = [ \"(\\u001b\\nFORGED\" ]\n"), "x = '" + name + "'\n",
        std::string("[log]\ndirectory = \"/proc/\\u001b\\nFORGED\"\n")}) {
    const SettingsFile config(settings);
    expect_visible({PROCTAPED, "--check-config", "--config", config.path().string()});
    expect_visible({PROCTAPED, "--samples", "1", "--config", config.path().string()});
  }
}

TEST_F(HostileText, OfAStateFileComesOutOfNoStatus) {
  std::string state =
      R"({"program":"\u001b[2J","version":"\u009b","pid":1,"logs":[{"file":"a\nFORGED"}],)"
      R"("exits":"\u202e","sources":[{"name":"\u001b\nFORGED","state":"\u2028"}],)"
      R"("problems":[{"what":"\u001b","message":"\nFORGED"}],"configuration":"\nFORGED"})";
  for (const std::string& text :
       {state, "{\"program\":\"" + hostile_name() + "\"}", hostile_name()}) {
    const std::string name = "s" + hostile_name();
    directory_.write(name, text);
    expect_visible(proctape({"status", path(name)}));
    const auto json = expect_visible(proctape({"status", path(name), "--json"}));
    expect_json(json.out, "status");
  }
}

// Of a host: what its users name, and what its kernel says of it.
TEST_F(HostileText, OfAHostComesOutOfNoMessageOfTheDaemon) {
  const CgroupHost host;
  host.write("proc/meminfo", "MemTotal: 1000 kB\n");
  host.write("proc/stat", "cpu 1 2 3 4\ncpu0 1 2 3 4\n");
  host.write("proc/diskstats", "8 0 \x1b[2J 1 0 \u202e 0 1 0 8 0 0 1 1 0 0 0 0\n");
  host.write("proc/vmstat", "oom_kill \x9b\nFORGED\n");
  host.write("proc/loadavg", "\x1b\nFORGED\n");
  host.write("proc/pressure/cpu", "some \u009b\n");
  host.write("proc/net/dev", "a\nb\n \x1b[2J: \u202e\n");
  host.group("", {});
  for (const std::string_view& text : kHostile) {
    const long pid = 10 + (&text - kHostile);
    CgroupHost::Proc process{.name = std::string(text)};
    process.command_line = std::string(text);
    host.process(pid, process);
    const std::string group = "/g" + std::string(text);
    host.group(group, {.processes = std::to_string(pid) + "\n"});
    host.group_file(group, "cpu.stat", "usage_usec \x1b[2J\u202e\n");
    host.group_file(group, "memory.stat", std::string(text));
    host.write("proc/" + std::to_string(pid) + "/cgroup", "0::" + group + "\n");
    host.write("proc/" + std::to_string(pid) + "/io", "rchar: \x1b\u202e\n");
  }
  const std::string logs = path("logs" + hostile_name());
  const SettingsFile config("state_file = \"" + path("status.json") +
                            "\"\n[pressure]\nextra_samples = true\n");
  const std::vector<std::string> of_host = {PROCTAPED, "--config", config.path().string(), "--root",
                                            host.path().string()};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), of_host.begin(), of_host.end());
    return more;
  };
  const auto listed = expect_visible(with({"--list-sources"}));
  EXPECT_NE(listed.out.find("meminfo"), std::string::npos) << listed.out << listed.err;

  for (const char* const format : {"2.8", "2.12"}) {
    Program daemon(with({"--log-dir", logs + format, "--interval", "100ms", "--format", format}));
    std::string state;
    ASSERT_TRUE(eventually([&] { return fs::exists(path("status.json")); })) << daemon.err();
    state = read_text(path("status.json"));
    expect_visible(state, "status.json");
    expect_json(state, "status.json");
    const auto status = expect_visible(proctape({"status", path("status.json")}));
    EXPECT_NE(status.out.find("logsn\\u001b]0;title"), std::string::npos) << status.out;
    expect_visible(proctape({"status", path("status.json"), "--json"}));
    daemon.send(SIGTERM);
    const auto finished = daemon.wait();
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    expect_visible(finished.err, "the daemon's messages");
    EXPECT_NE(finished.err.find("found '\\u001b FORGED'"), std::string::npos) << finished.err;
    for (const auto& file : fs::directory_iterator(logs + format)) {
      for (const char* const command : {"show", "dump", "info", "check"}) {
        expect_visible(proctape({command, file.path().string()}));
      }
    }
  }
  // Neither do those of a directory that it may not have.
  directory_.write("file" + hostile_name(), "");
  const auto refused =
      expect_visible(with({"--samples", "1", "--log-dir", path("file" + hostile_name())}));
  EXPECT_EQ(refused.exit_code, 1) << refused.err;
}

}  // namespace
}  // namespace proctape
