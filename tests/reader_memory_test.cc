// SPDX-License-Identifier: Apache-2.0
//
// How much memory a log can make a reader take: bounded, whatever the log claims, also packed ones
// that are a thousand times as large when they are unpacked; and what is genuine is read, however
// large. The real program, all subcommands.
#include <bzlib.h>
#include <gtest/gtest.h>
#include <lzma.h>
#include <malloc.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "rawlog/file/encoder.h"
#include "rawlog/file/record_check.h"
#include "rawlog/layout/system_record.h"
#include "rawlog/layout/task_record.h"
#include "tests/support/gzip.h"
#include "tests/support/logs.h"
#include "tests/support/plausible_sample.h"
#include "tests/support/run.h"

namespace proctape {
namespace {

// What docs/SECURITY.md promises: kilobytes resident at most for any log of 1 MB, and what xz and
// zstd may need on top.
#ifdef PROCTAPE_SANITIZED
constexpr long kMost = 1'000'000;
#else
constexpr long kMost = 100'000;
#endif
constexpr long kMostDictionary = 72 * 1024;

struct Usage {
  int exit_code;
  long kilobytes;  // resident at most
};

Usage usage_of(const std::vector<std::string>& arguments) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    ::dup2(nowhere, 1);
    ::dup2(nowhere, 2);
    std::vector<char*> argv;
    for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
  }
  int status = 0;
  rusage usage{};
  ::wait4(pid, &status, 0, &usage);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), usage.ru_maxrss};
}

// Every subcommand that reads logs.
std::vector<std::vector<std::string>> commands(const std::string& log, const std::string& out) {
  return {{PROCTAPE, "check", log},
          {PROCTAPE, "check", "--json", log},
          {PROCTAPE, "info", log},
          {PROCTAPE, "show", log},
          {PROCTAPE, "dump", "--fields", "tasks.gen.pid", log},
          {PROCTAPE, "dump", "--json", "--fields", "tasks.gen.name", log},
          {PROCTAPE, "dump", "--csv", "--fields", "cgroups.path,tasks.gen.ppid", log},
          {PROCTAPE, "convert", "--to", "2.8", log, "-o", out},
          {PROCTAPE, "convert", "--to", "2.13", log, "-o", out},
          {PROCTAPE, "cat", log, "-o", out},
          {PROCTAPE, "cut", "-b", "00:00", log, "-o", out},
          {PROCTAPE, "repair", log, "-o", out}};
}

class ReaderMemory : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return (directory_.path() / name).string(); }
  std::string write(const std::string& name, std::string_view bytes) const {
    std::ofstream(path(name), std::ios::binary) << bytes;
    return path(name);
  }

  // `fine`: the log is whole.
  void expect_bounded(const std::string& log, bool fine, long most = kMost) const {
    for (const auto& command : commands(log, path("out"))) {
      const Usage usage = usage_of(command);
      const std::string what = command[1] + ' ' + command[2] + ' ' + log;
      EXPECT_LT(usage.kilobytes, most) << what;
      EXPECT_LE(usage.exit_code, 3) << what;
      if (fine) {
        EXPECT_EQ(usage.exit_code, 0) << what;
      }
    }
  }

  TestDirectory directory_;
};

std::string log_of(Version version, const Sample& sample, TaskSource tasks) {
  Host host = plausible_host();
  host.cgroup_v2 = true;
  Encoder encoder(version, host);
  const auto record = encoder.encode(sample, tasks);
  std::string log(reinterpret_cast<const char*>(encoder.file_header().data()), kFileHeaderSize);
  log.append(reinterpret_cast<const char*>(record.data()), record.size());
  return log;
}

// The most tasks that a record may claim.
std::string log_of_many_tasks(Version version, bool alike) {
  return log_of(version, plausible_sample(Seconds{1'795'235'953}), [&](TaskVisitor visit) {
    Task task = plausible_process(1, "worker");
    for (std::size_t i = 0; i < kMostTasks; ++i) {
      if (!alike) task.identity.pid = task.identity.tgid = static_cast<Count>(i + 1);
      visit(task);
    }
  });
}

TEST_F(ReaderMemory, OfAMillionTasksIsThatOfAFew) {
  for (const Version version : {v2_8, v2_13}) {
    const bool alike = version == v2_8;
    write("log", log_of_many_tasks(version, alike));
    EXPECT_LT(std::filesystem::file_size(path("log")), alike ? 8'000'000U : 20'000'000U);
    expect_bounded(path("log"), true);
  }
}

TEST_F(ReaderMemory, OfAHostWith100000ThreadsIsSmallAndAllOfThemAreRead) {
  Sample sample = plausible_sample(Seconds{1'795'235'953});
  const std::string log = log_of(v2_13, sample, [&](TaskVisitor visit) {
    Task task = plausible_process(1, "java");
    visit(task);
    task.identity.is_process = false;
    for (Count i = 1; i <= 100'000; ++i) {
      task.identity.pid = i;
      task.identity.name.assign("worker-" + std::to_string(i));
      task.cpu.user = Ticks{i % 17};
      task.cpu.run_delay = Nanoseconds{i * 7919};
      visit(task);
    }
  });
  const std::string file = write("threads", log);
  expect_bounded(file, true);
  const auto dump = run({PROCTAPE, "dump", "--csv", "--fields", "tasks.gen.pid", file});
  EXPECT_EQ(std::ranges::count(dump.out, '\n'), 1 + 1 + 100'001);
}

TEST_F(ReaderMemory, OfTheLargestCgroupBlocksIsBounded) {
  Sample sample = plausible_sample(Seconds{1'795'235'953});
  sample.cgroup_v2 = true;
  for (std::size_t i = 0; i < kMostCgroups; ++i) {
    Cgroup& cgroup = sample.cgroups.emplace_back();
    // As deep as can be: paths of megabytes.
    cgroup.identity.parent = static_cast<Count>(i) - 1;
    cgroup.identity.depth = static_cast<Count>(i);
    cgroup.identity.processes = 16;
    if (i > 0) cgroup.name = std::string(60, 'n');
  }
  sample.cgroup_pids.assign(kMostCgroupPids, 1);
  const std::string log =
      log_of(v2_13, sample, [](TaskVisitor visit) { visit(plausible_process(1, "init")); });
  EXPECT_LT(log.size(), 3'000'000U);
  expect_bounded(write("cgroups", log), true);
}

// ---- packed ----

std::string xz_of(const std::string& text) {
  std::string out(lzma_stream_buffer_bound(text.size()), '\0');
  std::size_t length = 0;
  EXPECT_EQ(lzma_easy_buffer_encode(
                9, LZMA_CHECK_CRC64, nullptr, reinterpret_cast<const std::uint8_t*>(text.data()),
                text.size(), reinterpret_cast<std::uint8_t*>(out.data()), &length, out.size()),
            LZMA_OK);
  out.resize(length);
  return out;
}

std::string zstd_of(const std::string& text, int level = 9) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  const std::size_t length = ZSTD_compress(out.data(), out.size(), text.data(), text.size(), level);
  EXPECT_FALSE(ZSTD_isError(length));
  out.resize(length);
  return out;
}

std::string bzip2_of(const std::string& text) {
  std::string out(text.size() + text.size() / 50 + 1000, '\0');
  auto length = static_cast<unsigned>(out.size());
  EXPECT_EQ(BZ2_bzBuffToBuffCompress(out.data(), &length, const_cast<char*>(text.data()),
                                     static_cast<unsigned>(text.size()), 9, 0, 0),
            BZ_OK);
  out.resize(length);
  return out;
}

const std::map<std::string, std::string (*)(const std::string&)> kPackings = {
    {"gzip", gzipped},
    {"xz", xz_of},
    {"zstd", [](const std::string& text) { return zstd_of(text); }},
    {"bzip2", bzip2_of},
};

TEST_F(ReaderMemory, OfPackedLogsIsBoundedWhateverTheyBecome) {
  // A record that claims blocks of 48 MB, and has them: stored ones, as nobody packs them.
  std::string bomb =
      read_text(log_path("atop-2.13")).substr(0, kFileHeaderSize + kRecordHeaderSize);
  const auto put = [&](std::string_view member, std::uint32_t value) {
    for (const Layout::Member& m : layout_of<kRawrecord>(v2_13).members) {
      if (m.name == member) std::memcpy(&bomb[kFileHeaderSize + m.offset], &value, sizeof value);
    }
  };
  put("pcomplen", 40'000'000);
  put("ndeviat", 41'000);
  put("ntask", 41'000);
  bomb += read_text(log_path("atop-2.13")).substr(bomb.size(), 3000);
  bomb.resize(100'000'000);
  for (const auto& [name, pack] : kPackings) {
    const std::string packed = pack(bomb);
    EXPECT_LT(packed.size(), 1'000'000U) << name;
    write(name, packed);
  }
  // A program that is started counts as its own what this one has.
  std::string().swap(bomb);
  ::malloc_trim(0);
  for (const auto& [name, pack] : kPackings) {
    const bool dictionary = name == "xz" || name == "zstd";
    expect_bounded(path(name), false, kMost + (dictionary ? kMostDictionary : 0));
  }
}

TEST_F(ReaderMemory, EveryPackingGivesTheSameLog) {
  const std::string log = read_text(log_path("atop-2.13"));
  const auto dump_of = [&](const std::string& file) {
    const auto done = run({PROCTAPE, "dump", file});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    return done.out;
  };
  const std::string plain = dump_of(log_path("atop-2.13"));
  for (const auto& [name, pack] : kPackings) {
    const std::string packed = pack(log);
    EXPECT_EQ(dump_of(write(name, packed)), plain) << name;
    // Two streams, as when one was added to the other; the second is the rest.
    const std::string half = pack(log.substr(0, 5000)) + pack(log.substr(5000));
    EXPECT_EQ(dump_of(write(name, half)), plain) << name;
    const auto info = run({PROCTAPE, "info", path(name)});
    EXPECT_NE(info.out.find("packed by " + name), std::string::npos) << info.out;
    // Cut off, and damaged.
    const auto torn = run({PROCTAPE, "check", write(name, packed.substr(0, packed.size() / 2))});
    EXPECT_GE(torn.exit_code, 1) << name;
    EXPECT_LE(torn.exit_code, 3) << name;
    EXPECT_NE((torn.out + torn.err).find(name + " stream"), std::string::npos)
        << torn.out << torn.err;
    std::string damaged = packed;
    damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x55);
    const auto found = run({PROCTAPE, "check", write(name, damaged)});
    EXPECT_GE(found.exit_code, 1) << name;
    EXPECT_LE(found.exit_code, 3) << name;
  }
}

TEST_F(ReaderMemory, WhatWantsMoreToBeUnpackedIsRefusedAndSaysSo) {
  std::string large(200'000'000, 'x');
  const auto refused = run({PROCTAPE, "check", write("large", zstd_of(large, 22))});
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_NE(refused.err.find("memory"), std::string::npos) << refused.err;
}

TEST_F(ReaderMemory, OtherFilesAreCalledByTheirName) {
  for (const auto& [bytes, name] :
       {std::pair<std::string, const char*>{"PK\x03\x04zip", "a zip archive"},
        {std::string("\x04\x22\x4D\x18", 4) + "lz4", "a file packed by lz4"},
        {"\x7F"
         "ELF",
         "a program"}}) {
    const auto refused = run({PROCTAPE, "show", write("other", bytes + std::string(1000, ' '))});
    EXPECT_EQ(refused.exit_code, 3);
    EXPECT_NE(refused.err.find(name), std::string::npos) << refused.err;
  }
}

}  // namespace
}  // namespace proctape
