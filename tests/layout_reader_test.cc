// SPDX-License-Identifier: Apache-2.0
//
// What proctaped writes of this host in 2.8, 2.12 and 2.13, read by the measured layouts
// alone and compared with what the host itself says.
#include "tests/support/layout_reader.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "tests/support/run.h"
#include "tests/support/settings.h"

namespace proctape {
namespace {

class WrittenAs : public testing::TestWithParam<const char*> {};

// The chain holds together, and the process `child` is in one of its groups.
void expect_cgroups(const LayoutReader& layout, const TakenApart::Record& record, pid_t child) {
  EXPECT_EQ(layout.number(record.header, "rawrecord.flags") & 0x0100, 0x0100);
  auto rest = record.cgroups;
  std::int64_t entries = 0;
  std::int64_t pids = 0;
  for (; !rest.empty(); ++entries) {
    const auto gen = [&](const char* m) {
      return layout.number(rest, std::string("cstat.gen.") + m);
    };
    ASSERT_GE(gen("structlen"), 440);
    ASSERT_LE(gen("structlen"), static_cast<std::int64_t>(rest.size()));
    EXPECT_EQ(gen("sequence"), entries);
    EXPECT_LT(gen("parentseq"), entries);
    EXPECT_EQ(gen("parentseq") < 0, entries == 0);
    EXPECT_EQ(gen("namelen"), static_cast<std::int64_t>(strlen(rest.data() + 432)));
    pids += gen("nprocs");
    rest.erase(0, static_cast<std::size_t>(gen("structlen")));
  }
  EXPECT_EQ(layout.number(record.header, "rawrecord.ncgroups"), entries);
  EXPECT_GE(entries, 1);
  EXPECT_EQ(layout.number(record.header, "rawrecord.ncgpids"), pids);
  std::int64_t found = 0;
  for (std::size_t at = 0; at < record.cgroup_pids.size(); at += 4) {
    std::int32_t pid = 0;
    std::memcpy(&pid, record.cgroup_pids.data() + at, sizeof pid);
    found += pid == child ? 1 : 0;
  }
  EXPECT_EQ(found, 1) << "the child in one group";
}

TEST_P(WrittenAs, TheLogHoldsWhatThisHostIs) {
  const std::string version = GetParam();
  const LayoutReader layout(version);
  TestDirectory logs;
  // A second thread, and a process with a name of its own, both to be found in the log.
  std::atomic<bool> recorded = false;
  std::thread thread([&] { recorded.wait(false); });
  Program child({"sleep", "30"});
  const SettingsFile config;
  const auto done =
      run({PROCTAPED, "--config", config.path().string(), "--log-dir", logs.path().string(),
           "--interval", "1s", "--samples", "3", "--format", version});
  recorded = true;
  recorded.notify_all();
  thread.join();
  ASSERT_EQ(done.exit_code, 0) << done.err;
  const auto file = std::filesystem::directory_iterator(logs.path())->path().string();
  const TakenApart log = take_apart(file, layout);
  const auto header = [&](const char* m) { return layout.number(log.header, m); };

  EXPECT_EQ(header("rawheader.magic"), 0xfeedbeef);
  EXPECT_EQ(header("rawheader.aversion"), 0x8200 + std::stoi(version.substr(2)));
  EXPECT_EQ(header("rawheader.rawheadlen"), 480);
  EXPECT_EQ(header("rawheader.rawreclen"), 96);
  EXPECT_EQ(header("rawheader.sstatlen"), static_cast<std::int64_t>(layout.size("sstat")));
  EXPECT_EQ(header("rawheader.tstatlen"), static_cast<std::int64_t>(layout.size("tstat")));
  if (layout.has("rawheader.cstatlen")) {
    EXPECT_EQ(header("rawheader.cstatlen"), 432);
  }
  EXPECT_EQ(header("rawheader.hertz"), sysconf(_SC_CLK_TCK));
  EXPECT_EQ(header("rawheader.pagesize"), sysconf(_SC_PAGESIZE));
  EXPECT_EQ(header("rawheader.supportflags") & 0x35, 0x35);
  utsname names{};
  ::uname(&names);
  EXPECT_EQ(layout.text(log.header, "rawheader.utsname.release"), names.release);
  const std::string node = names.nodename;
  EXPECT_EQ(layout.text(log.header, "rawheader.utsname.nodename"), node.substr(0, node.find('.')));

  ASSERT_EQ(log.records.size(), 3U);
  std::int64_t last_time = 0;
  for (const auto& record : log.records) {
    const auto in_header = [&](const std::string& m) {
      return layout.number(record.header, "rawrecord." + m);
    };
    const auto in_system = [&](const std::string& m, std::size_t i = 0) {
      return layout.number(record.system, "sstat." + m, i);
    };
    const bool first = &record == &log.records.front();
    EXPECT_EQ(in_header("flags") & 0x0001, first ? 1 : 0);
    EXPECT_GT(in_header("curtime"), last_time);
    const std::int64_t passed = in_header("curtime") - last_time;
    last_time = in_header("curtime");
    EXPECT_GE(in_header("interval"), 1);
    if (!first) {
      // Both are whole seconds, each rounded for itself.
      EXPECT_LE(std::abs(in_header("interval") - passed), 1);
    }

    // Counts, by their rules.
    std::map<std::string, std::int64_t> counted;
    bool self_has_threads = false;
    bool child_seen = false;
    for (const auto& task : record.tasks) {
      const auto gen = [&](const std::string& m) { return layout.number(task, "tstat.gen." + m); };
      const auto state = static_cast<char>(gen("state"));
      self_has_threads |=
          gen("tgid") == ::getpid() && gen("isproc") == 0 && gen("pid") != gen("tgid");
      if (gen("pid") == child.pid()) {
        child_seen = true;
        EXPECT_EQ(layout.text(task, "tstat.gen.name"), "sleep");
        EXPECT_EQ(layout.text(task, "tstat.gen.cmdline"), "sleep 30");
        EXPECT_EQ(gen("ppid"), ::getpid());
        EXPECT_EQ(gen("isproc"), 1);
        EXPECT_EQ(gen("nthr"), 1);
        EXPECT_EQ(state, 'S');
        EXPECT_EQ(gen("excode") < 0, first) << "new in the first record only";
        EXPECT_EQ(layout.number(task, "tstat.cpu.prio"), 120 + ::getpriority(PRIO_PROCESS, 0));
        EXPECT_GT(layout.number(task, "tstat.mem.vmem"), 1000);
        EXPECT_EQ(layout.number(task, "tstat.mem.vgrow"),
                  first ? layout.number(task, "tstat.mem.vmem") : 0);
      }
      if (gen("isproc") == 0) continue;
      ++counted["totproc"];
      if (gen("wasinactive") == 0) ++counted["nactproc"];
      if (state == 'Z') {
        ++counted["totzomb"];
        continue;
      }
      counted["totrun"] += gen("nthrrun");
      counted["totslpi"] += gen("nthrslpi");
      counted["totslpu"] += gen("nthrslpu");
      if (version != "2.8") counted["totidle"] += gen("nthridle");
    }
    EXPECT_TRUE(self_has_threads);
    EXPECT_TRUE(child_seen);
    EXPECT_EQ(in_header("ndeviat"), static_cast<std::int64_t>(record.tasks.size()));
    EXPECT_EQ(in_header("ntask"), in_header("ndeviat"));
    for (const auto& [member, value] : counted) EXPECT_EQ(in_header(member), value) << member;

    EXPECT_EQ(in_system("cpu.nrcpu"), sysconf(_SC_NPROCESSORS_ONLN));
    EXPECT_EQ(in_system("mem.physmem"), sysconf(_SC_PHYS_PAGES));
    EXPECT_GT(in_system("mem.freemem"), 0);
    EXPECT_GT(in_system("cpu.csw"), 0);
    std::int64_t all = 0;
    std::int64_t each = 0;
    for (const char* time : {"utime", "stime", "ntime", "itime", "wtime", "Itime", "Stime"}) {
      all += in_system(std::string("cpu.all.") + time);
      for (int i = 0; i < in_system("cpu.nrcpu"); ++i) {
        each += in_system(std::string("cpu.cpu[].") + time, static_cast<std::size_t>(i));
      }
    }
    // A virtual machine may be given less than its time, but not more. The interval is rounded.
    const std::int64_t second = sysconf(_SC_CLK_TCK) * in_system("cpu.nrcpu");
    const std::int64_t most = in_header("interval") * second;
    EXPECT_GT(all, 0);
    EXPECT_LE(all, most + std::max(most / 4, second / 2) + 40);
    // Each time of each CPU is one of whole ticks, which loses half a tick on average.
    const std::int64_t lost = 7 * in_system("cpu.nrcpu") + 40;
    EXPECT_LE(std::abs(each - all), lost) << each << " of " << all;
    ASSERT_GE(in_system("intf.nrintf"), 1);
    EXPECT_EQ(layout.text(record.system, "sstat.intf.intf[].name"), "lo");
    EXPECT_EQ(static_cast<char>(in_system("intf.intf[].type")), 'v');
    EXPECT_EQ(layout.text(record.system, "sstat.intf.intf[].name",
                          static_cast<std::size_t>(in_system("intf.nrintf"))),
              "");
    if (version == "2.13") {
      EXPECT_GE(in_system("cpu.maxcpu"), in_system("cpu.nrcpu"));
      EXPECT_EQ(in_system("cpu.cpu[].online"), 1);
      EXPECT_GT(in_system("mem.lowwatermark"), 0);
    }
    if (version != "2.8") {
      expect_cgroups(layout, record, child.pid());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, WrittenAs, testing::Values("2.8", "2.12", "2.13"),
                         [](const auto& param) {
                           std::string name = std::string("Atop") + param.param;
                           std::ranges::replace(name, '.', '_');
                           return name;
                         });

}  // namespace
}  // namespace proctape
