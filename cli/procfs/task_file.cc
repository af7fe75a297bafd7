// SPDX-License-Identifier: Apache-2.0
#include "cli/procfs/task_file.h"

#include <string>

#include "base/text/text.h"

namespace proctape {
namespace {

constexpr std::string_view kStatFields[] = {
    "pid",        "comm",        "state",       "ppid",        "pgrp",      "session",
    "tty_nr",     "tpgid",       "flags",       "minflt",      "cminflt",   "majflt",
    "cmajflt",    "utime",       "stime",       "cutime",      "cstime",    "priority",
    "nice",       "num_threads", "itrealvalue", "starttime",   "vsize",     "rss",
    "rsslim",     "startcode",   "endcode",     "startstack",  "kstkesp",   "kstkeip",
    "signal",     "blocked",     "sigignore",   "sigcatch",    "wchan",     "nswap",
    "cnswap",     "exit_signal", "processor",   "rt_priority", "policy",    "delayacct_blkio_ticks",
    "guest_time", "cguest_time", "start_data",  "end_data",    "start_brk", "arg_start",
    "arg_end",    "env_start",   "env_end",     "exit_code"};

constexpr std::string_view kStatusFields[] = {"Name",
                                              "Umask",
                                              "State",
                                              "Tgid",
                                              "Ngid",
                                              "Pid",
                                              "PPid",
                                              "TracerPid",
                                              "Uid",
                                              "Gid",
                                              "FDSize",
                                              "Groups",
                                              "NStgid",
                                              "NSpid",
                                              "NSpgid",
                                              "NSsid",
                                              "Kthread",
                                              "VmPeak",
                                              "VmSize",
                                              "VmLck",
                                              "VmPin",
                                              "VmHWM",
                                              "VmRSS",
                                              "RssAnon",
                                              "RssFile",
                                              "RssShmem",
                                              "VmData",
                                              "VmStk",
                                              "VmExe",
                                              "VmLib",
                                              "VmPTE",
                                              "VmPMD",
                                              "VmSwap",
                                              "HugetlbPages",
                                              "CoreDumping",
                                              "THP_enabled",
                                              "untag_mask",
                                              "Threads",
                                              "SigQ",
                                              "SigPnd",
                                              "ShdPnd",
                                              "SigBlk",
                                              "SigIgn",
                                              "SigCgt",
                                              "CapInh",
                                              "CapPrm",
                                              "CapEff",
                                              "CapBnd",
                                              "CapAmb",
                                              "NoNewPrivs",
                                              "Seccomp",
                                              "Seccomp_filters",
                                              "Speculation_Store_Bypass",
                                              "SpeculationIndirectBranch",
                                              "Cpus_allowed",
                                              "Cpus_allowed_list",
                                              "Mems_allowed",
                                              "Mems_allowed_list",
                                              "voluntary_ctxt_switches",
                                              "nonvoluntary_ctxt_switches",
                                              "x86_Thread_features",
                                              "x86_Thread_features_locked"};

constexpr std::string_view kIoFields[] = {
    "rchar", "wchar", "syscr", "syscw", "read_bytes", "write_bytes", "cancelled_write_bytes"};

Result<> visit_stat(std::string_view text, FieldVisitor visit) {
  // The name may hold parentheses, blanks and newlines; behind it are only numbers.
  const auto open = text.find('(');
  const auto close = text.rfind(')');
  if (open == text.npos || close == text.npos || close < open) {
    return malformed("stat of a task", "'<pid> (<name>) <state> ...'", text);
  }
  visit(kStatFields[0], trimmed(text.substr(0, open)));
  visit(kStatFields[1], text.substr(open + 1, close - open - 1));
  std::string_view rest = trimmed(text.substr(close + 1));
  for (std::size_t field = 2; !rest.empty(); ++field) {
    const auto value = next_word(rest);
    if (field < std::size(kStatFields)) {
      visit(kStatFields[field], value);
    } else {
      visit("field" + std::to_string(field + 1), value);
    }
  }
  return {};
}

Result<> visit_keys(std::string_view text, std::string_view place, FieldVisitor visit) {
  while (!text.empty()) {
    const auto line = next_line(text);
    const auto colon = line.find(':');
    if (colon == line.npos) return malformed(place, "'<key>: <value>'", line);
    const auto name = line.substr(0, colon);
    const auto value = line.substr(colon + 1);
    // "Name:\t  of blanks "
    visit(name,
          name == kStatusFields[0] && value.starts_with('\t') ? value.substr(1) : trimmed(value));
  }
  return {};
}

}  // namespace

const char* name_of(TaskFile file) {
  static constexpr std::array kNames = {"stat", "status", "io"};
  return kNames[index_of(file)];
}

std::span<const std::string_view> known_fields(TaskFile file) {
  switch (file) {
    case TaskFile::kStat:
      return kStatFields;
    case TaskFile::kStatus:
      return kStatusFields;
    case TaskFile::kIo:
      break;
  }
  return kIoFields;
}

Result<> visit_fields(TaskFile file, std::string_view text, FieldVisitor visit) {
  switch (file) {
    case TaskFile::kStat:
      return visit_stat(text, visit);
    case TaskFile::kStatus:
      return visit_keys(text, "status of a task", visit);
    case TaskFile::kIo:
      break;
  }
  return visit_keys(text, "io of a task", visit);
}

}  // namespace proctape
