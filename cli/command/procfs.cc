// SPDX-License-Identifier: Apache-2.0
#include "cli/command/procfs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "cli/input/period.h"
#include "cli/input/sample_series.h"
#include "cli/output/exit_code.h"
#include "cli/output/iso_time.h"
#include "cli/output/output.h"
#include "cli/procfs/live_tasks.h"
#include "cli/procfs/recorded_task.h"
#include "cli/procfs/task_table.h"
#include "cli/procfs/task_totals.h"

namespace proctape {
namespace {

struct ProcfsArguments {
  TaskTable::Contents contents;
  bool titles = false;
  std::vector<Count> pids;  // none: all
  // Live.
  std::string root = "/";
  Count repeat = 1;  // 0: no end
  double sleep = 1;  // seconds
  // Recorded.
  SampleSeries samples;
};

// The table as it is printed.
class PrintedTable {
 public:
  explicit PrintedTable(const ProcfsArguments& arguments) : table_(arguments.contents) {}

  TaskTable& table() { return table_; }
  void append_titles() { table_.append_titles(text_); }
  void end_row() {
    constexpr std::size_t kEnough = std::size_t{1} << 16U;
    table_.end_row(text_);
    if (text_.size() > kEnough) write();
  }
  // False: standard output takes no more.
  bool flush() {
    write();
    return flush_output();
  }

 private:
  void write() {
    print_bytes(text_);
    text_.clear();
  }

  TaskTable table_;
  std::string text_;
};

// ---- Live ----

class LiveTable {
 public:
  explicit LiveTable(const ProcfsArguments& arguments)
      : arguments_(arguments), printed_(arguments) {}

  int show() {
    auto tasks = LiveTasks::open(
        arguments_.root, {arguments_.contents.files, arguments_.contents.threads, arguments_.pids});
    if (!tasks) {
      complain(tasks.error().message);
      return kExitUnreadable;
    }
    using Clock = std::chrono::steady_clock;
    const auto pause =
        std::chrono::ceil<Clock::duration>(std::chrono::duration<double>(arguments_.sleep));
    auto next = Clock::now();
    for (Count round = 0; arguments_.repeat == 0 || round < arguments_.repeat; ++round) {
      if (round > 0) std::this_thread::sleep_until(next);
      // A round that took longer than the pause is not made up for.
      next = std::max(next + pause, Clock::now());
      const auto shown = show_round(*tasks, round == 0);
      if (!shown) {
        complain(shown.error().message);
        return kExitUnreadable;
      }
      // main() reports it.
      if (!printed_.flush()) break;
    }
    return exit_code_;
  }

 private:
  Result<> show_round(LiveTasks& tasks, bool first) {
    if (arguments_.contents.time) time_ = iso_time(SystemClock().wall());
    if (!first) {
      auto done = tasks.visit([&](const LiveTask& task) { add_row(task); });
      report_unreadable(tasks);
      return done;
    }
    // Its rows wait until all of it was read: only then the fields of this kernel are known.
    std::vector<LiveTask> held;
    auto done = tasks.visit([&](const LiveTask& task) {
      add_columns(task);
      held.push_back(task);
    });
    if (!done) return done;
    if (arguments_.titles) printed_.append_titles();
    for (const LiveTask& task : held) add_row(task);
    report_unreadable(tasks);
    if (!arguments_.pids.empty()) report_missing(tasks.missing());
    return {};
  }

  void visit(const LiveTask& task, FileFieldVisitor visit) {
    for (const TaskFile file : kTaskFiles) {
      const auto& text = task.files[index_of(file)];
      if (!text) continue;
      const auto understood = visit_fields(
          file, *text,
          [&](std::string_view name, std::string_view value) { visit(file, name, value); });
      if (!understood) report_once(understood.error().message);
    }
  }
  void add_columns(const LiveTask& task) {
    visit(task, [&](TaskFile file, std::string_view name, std::string_view) {
      printed_.table().add_column(file, name);
    });
  }
  void add_row(const LiveTask& task) {
    TaskTable& table = printed_.table();
    table.begin_row(time_, task.tgid, task.pid);
    visit(task, [&](TaskFile file, std::string_view name, std::string_view value) {
      if (table.set(file, name, value)) return;
      report_once(fmt::format("{} of {} is left out: no task had it in the first round", name,
                              name_of(file)));
    });
    printed_.end_row();
  }

  void report_once(const std::string& message) {
    if (reported_.insert(message).second) complain(message);
  }
  void report_unreadable(const LiveTasks& tasks) {
    for (const TaskFile file : kTaskFiles) {
      const LiveTasks::Unreadable& unreadable = tasks.unreadable()[index_of(file)];
      bool& reported = unreadable_reported_[index_of(file)];
      if (unreadable.tasks == 0 || reported) continue;
      reported = true;
      const bool one = unreadable.tasks == 1;
      const char* const tasks_are = arguments_.contents.threads ? (one ? "thread" : "threads")
                                                                : (one ? "process" : "processes");
      complain(fmt::format("{}: the fields are empty for {} {}", unreadable.reason,
                           unreadable.tasks, tasks_are));
    }
  }
  void report_missing(const std::vector<Count>& missing) {
    for (const Count pid : missing) complain(fmt::format("there is no process {}", pid));
    if (!missing.empty()) exit_code_ = kExitProblems;
  }

  const ProcfsArguments& arguments_;
  PrintedTable printed_;
  std::string time_;
  std::set<std::string> reported_;
  std::array<bool, kTaskFiles.size()> unreadable_reported_{};
  int exit_code_ = kExitFine;
};

// ---- Recorded ----

class RecordedTable : public SampleTaker {
 public:
  explicit RecordedTable(const ProcfsArguments& arguments)
      : arguments_(arguments), printed_(arguments) {
    if (arguments.titles) printed_.append_titles();
  }

  void open(const Host& host, Version version) override {
    host_ = host;
    version_ = version;
  }
  void begin(const Sample& sample) override {
    if (arguments_.contents.time) time_ = iso_time(sample.time);
    has_io_ = sample.task_io;
    totals_.begin(sample);
  }
  void take(const Task& task, bool /*is_meant*/) override {
    const Task whole = totals_.whole(task);
    if (is_meant(task.identity)) add_row(whole);
  }
  bool end() override {
    totals_.end();
    return printed_.flush();
  }

 private:
  bool is_meant(const TaskIdentity& task) const {
    const auto& pids = arguments_.pids;
    if (!pids.empty() && std::ranges::find(pids, task.tgid) == pids.end()) return false;
    if (!arguments_.contents.threads) return task.is_process;
    // A process of one thread has no entry for it.
    return !task.is_process || (task.threads == 1 && task.state != TaskIdentity::kExited);
  }
  void add_row(const Task& task) {
    TaskTable& table = printed_.table();
    table.begin_row(time_, task.identity.tgid, task.identity.pid);
    visit_fields(RecordedTask{task, *host_, version_, has_io_},
                 [&](TaskFile file, std::string_view name, std::string_view value) {
                   table.set(file, name, value);
                 });
    printed_.end_row();
  }

  const ProcfsArguments& arguments_;
  PrintedTable printed_;
  TaskTotals totals_;
  std::optional<Host> host_;
  Version version_ = kNewestVersion;
  bool has_io_ = false;
  std::string time_;
};

int procfs(ProcfsArguments& arguments) {
  auto& files = arguments.contents.files;
  if (std::ranges::find(files, true) == files.end()) files[index_of(TaskFile::kStat)] = true;
  if (arguments.samples.names().empty()) return LiveTable(arguments).show();
  RecordedTable table(arguments);
  arguments.samples.keep_inherited_io();
  return arguments.samples.read(table);
}

}  // namespace

void add_procfs(CLI::App& app, int& exit_code) {
  const auto arguments = std::make_shared<ProcfsArguments>();
  CLI::App* procfs_app =
      app.add_subcommand("procfs", "Print stat, status and io of /proc/PID as CSV: [PID...]");
  procfs_app->add_option("PID", arguments->pids, "these processes [all]")
      ->type_name("")
      ->check(CLI::Range(1, 1 << 30).description(""));
  auto& contents = arguments->contents;
  const auto add_file = [&](const char* option, TaskFile file, const char* meaning) {
    procfs_app->add_flag(option, contents.files[index_of(file)], meaning);
  };
  add_file("--stat", TaskFile::kStat,
           "the fields of /proc/PID/stat; so it is without any of these");
  add_file("--status", TaskFile::kStatus, "those of /proc/PID/status");
  add_file("--io", TaskFile::kIo, "those of /proc/PID/io");
  procfs_app->add_flag("--threads", contents.threads, "a row for each thread, not each process");
  procfs_app->add_flag("--titles", arguments->titles, "the names of the columns first");
  procfs_app->add_flag("--time", contents.time, "a first column with the time, as ISO 8601");

  CLI::Option* log =
      procfs_app
          ->add_option("--log", arguments->samples.names(),
                       "what a log tells instead: a file, a directory or a day; several times for "
                       "several")
          ->type_name("FILE")
          ->expected(1)
          ->take_all();
  arguments->samples.add_period_to(*procfs_app);
  for (const char* option : {"--begin", "--end", "--at", "--utc"}) {
    procfs_app->get_option(option)->needs(log);
  }

  CLI::Option* repeat =
      procfs_app->add_option("--repeat", arguments->repeat, "so many rounds; 0: no end [1]")
          ->type_name("N")
          ->check(CLI::Range(0, 1'000'000'000).description(""))
          ->excludes(log);
  constexpr double kLongestSleep = 366 * 86400;
  procfs_app->add_option("--sleep", arguments->sleep, "from the begin of one round to the next [1]")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.0, kLongestSleep).description(""))
      ->needs(repeat);
  procfs_app->add_option("--root", arguments->root, "directory that holds the proc/ to read [/]")
      ->type_name("DIR")
      ->excludes(log);
  procfs_app->footer(
      "Columns and values are the kernel's (man proc_pid_stat, proc_pid_status, proc_pid_io), the\n"
      "same ones in each row; fields that proctape does not know come last. What a log does not\n"
      "hold is empty. Its counters add up from the start of a process on, or from the first "
      "sample\n"
      "that is read, if no sample tells of the start.\n"
      "\n" +
      std::string(kTimeHelp) +
      "\n"
      "Examples:\n"
      "  proctape procfs --titles --stat --io > all.csv\n"
      "  proctape procfs --titles --time --status --repeat 60 --sleep 1 $(pidof mysqld)\n"
      "  proctape procfs --titles --time --threads --log yesterday --from 03:00 --to 04:00");
  procfs_app->callback([arguments, &exit_code] { exit_code = procfs(*arguments); });
}

}  // namespace proctape
