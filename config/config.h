// SPDX-License-Identifier: Apache-2.0
//
// What proctaped can be told, with the value of everything it is not told. The file that
// sets it and the keys' meaning for users: config/proctape.toml.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace proctape {

// Read when the command line names no other file; it need not exist.
inline constexpr char kConfigFile[] = "/etc/proctape/proctape.toml";

// Where a daemon tells of itself that is not told otherwise, for `proctape status`.
inline constexpr char kStateFile[] = "/run/proctape/status.json";

// Each writes every sample; and somebody wrote that many by mistake.
inline constexpr std::size_t kMostLogs = 16;

inline constexpr std::chrono::nanoseconds kShortestInterval = std::chrono::milliseconds(100);
inline constexpr std::chrono::nanoseconds kLongestInterval = std::chrono::hours(24);

// Among the patterns of `redact`: what looks like a secret without them.
inline constexpr char kDefaultRedaction[] = "default";

struct Config {
  struct Log {
    enum class Kind { kAtop };
    enum class Sync { kRecord, kMinute, kNone };

    Kind kind = Kind::kAtop;
    std::string directory = "/var/log/atop";  // of its own
    std::string format = "auto";              // or an atop version, "2.12"
    // What its files may take; 0: no limit.
    std::int64_t max_age_days = 28;
    std::int64_t max_size = std::int64_t{2} << 30;  // bytes, of all
    std::int64_t min_free_percent = 10;             // of the file system
    std::int64_t min_keep_days = 2;                 // what min_free leaves
    std::int64_t max_file_size = 0;                 // bytes, of one
    Sync sync = Sync::kMinute;
    // Of what is made: permissions, and the group, by name or number; empty: the process's.
    std::int64_t mode = 0640;
    std::int64_t directory_mode = 0750;
    std::string group;

    friend bool operator==(const Log&, const Log&) = default;
  };

  // How the daemon runs beside others. 0 and kInherit: as it was started.
  struct Process {
    enum class Scheduling { kInherit, kOther, kBatch, kIdle, kFifo, kRoundRobin };

    std::int64_t nice = 0;
    Scheduling scheduling = Scheduling::kInherit;
    std::int64_t priority = 1;  // with kFifo and kRoundRobin
    std::int64_t oom_score_adj = 0;
    bool lock_memory = true;

    friend bool operator==(const Process&, const Process&) = default;
  };

  // Extra samples while the host is under pressure.
  struct Pressure {
    bool extra_samples = false;
    // The part of the time, in percent, that some task waits; 0: not watched.
    std::int64_t cpu = 50;
    std::int64_t memory = 10;
    std::int64_t io = 30;
    bool oom_kills = true;
    std::chrono::nanoseconds interval = std::chrono::seconds(1);
    std::chrono::nanoseconds duration = std::chrono::seconds(30);
    std::chrono::nanoseconds rest = std::chrono::minutes(5);

    friend bool operator==(const Pressure&, const Pressure&) = default;
  };

  enum class FirstRecord { kSinceBoot, kSkip };
  enum class LogLevel { kDebug, kInfo, kWarning, kError };
  enum class Threads { kAll, kNone, kBusy, kNamed };
  enum class Pss { kOff, kAlways, kBudget };
  enum class Gpu { kOff, kAuto };
  enum class TaskSource { kAuto, kBpf, kProc };
  enum class Exits { kAuto, kBpf, kTaskstats, kNone };
  enum class Network { kAuto, kPayload, kOff };
  enum class Containers { kAuto, kUnits, kOff };

  std::chrono::nanoseconds interval = std::chrono::seconds(10);
  FirstRecord first_record = FirstRecord::kSinceBoot;
  std::string root = "/";                // holds proc/ and sys/
  LogLevel log_level = LogLevel::kInfo;  // of the daemon's own messages
  std::string state_file = kStateFile;   // empty: none
  std::vector<Log> logs{Log{}};          // at least one; all made of the same samples
  TaskSource task_source = TaskSource::kAuto;
  Threads threads = Threads::kAll;
  std::vector<std::string> threads_of;  // names of processes, with Threads::kNamed
  Pss pss = Pss::kBudget;
  bool wait_channel = false;
  // kDefaultRedaction, and what Pattern::compile takes; of what `redact_allow` matches nothing is
  // hidden.
  std::vector<std::string> redact{kDefaultRedaction};
  std::vector<std::string> redact_allow;
  bool perf_counters = false;
  Gpu gpu = Gpu::kAuto;
  Exits exits = Exits::kAuto;        // what tells of processes that end
  Network network = Network::kAuto;  // what counts the traffic of tasks
  Containers containers = Containers::kAuto;
  Process process;
  Pressure pressure;

  std::string text;  // of the file that it was read from; empty: of none

  friend bool operator==(const Config&, const Config&) = default;
};

}  // namespace proctape
