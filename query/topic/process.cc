// SPDX-License-Identifier: Apache-2.0
#include "query/topic/process.h"

#include <fnmatch.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/text/duration_text.h"
#include "base/time_bounds.h"
#include "query/measure/cgroup_paths.h"
#include "query/measure/elapsed.h"
#include "query/measure/exit_list.h"
#include "query/measure/process_series.h"
#include "query/measure/task_groups.h"
#include "query/topic/task_columns.h"

namespace proctape {
namespace {

// A row of the time line.
struct Moment {
  const ProcessPoint& point;
  const ProcessStory& story;
  std::string remark;
};
using MomentColumn = ColumnOf<Moment>;

double share_of(const Moment& row, double seconds) {
  return row.point.seconds > 0 ? 100 * seconds / row.point.seconds : kNotKnown;
}
double rate_of(const Moment& row, double amount) {
  return row.point.seconds > 0 ? amount / row.point.seconds : kNotKnown;
}

constexpr MomentColumn kMoments[] = {
    {{"time", "time", ColumnUnit::kTime, "end of the interval"},
     [](const Moment& row) { return Value(double(row.point.time.value)); }},
    {{"pid", "pid", ColumnUnit::kCount, "process id"},
     [](const Moment& row) { return Value(double(row.story.pid)); }},
    {{"cpu", "CPU %", ColumnUnit::kPercent, "share of one CPU"},
     [](const Moment& row) { return Value(share_of(row, row.point.user + row.point.system)); }},
    {{"cpu_system", "system %", ColumnUnit::kPercent, "of cpu, what the kernel used for it", true},
     [](const Moment& row) { return Value(share_of(row, row.point.system)); }},
    {{"run_delay", "waited %", ColumnUnit::kPercent,
      "of the time: it waited for a CPU; of several threads together"},
     [](const Moment& row) { return Value(share_of(row, row.point.run_delay)); }},
    {{"block_io_delay", "I/O wait %", ColumnUnit::kPercent,
      "of the time: it waited for block I/O, where the kernel counts it"},
     [](const Moment& row) { return Value(share_of(row, row.point.block_io_delay)); }},
    {{"resident", "resident", ColumnUnit::kBytes, "resident memory at the end, the most"},
     [](const Moment& row) { return Value(row.point.resident); }},
    {{"proportional", "PSS", ColumnUnit::kBytes,
      "proportional set size at the end, the most, where it was recorded"},
     [](const Moment& row) {
       return row.point.proportional > 0 ? Value(row.point.proportional) : Value{};
     }},
    {{"swap", "swapped", ColumnUnit::kBytes, "memory in swap at the end, the most"},
     [](const Moment& row) { return Value(row.point.swap); }},
    {{"read", "read/s", ColumnUnit::kBytesPerSecond,
      "read from disks, without what children did that it waited for"},
     [](const Moment& row) { return Value(rate_of(row, row.point.read)); }},
    {{"written", "written/s", ColumnUnit::kBytesPerSecond,
      "written to disks, without what children did that it waited for"},
     [](const Moment& row) { return Value(rate_of(row, row.point.written)); }},
    {{"threads", "threads", ColumnUnit::kCount, "threads at the end, the most"},
     [](const Moment& row) { return Value(row.point.threads); }},
    {{"state", "state", ColumnUnit::kText, "state at the end, as the kernel calls it; E ended"},
     [](const Moment& row) {
       return row.point.state == 0 ? Value{} : Value(std::string(1, row.point.state));
     }},
    {{"minor_faults", "faults/s", ColumnUnit::kPerSecond, "page faults without I/O", true},
     [](const Moment& row) { return Value(rate_of(row, row.point.minor_faults)); }},
    {{"major_faults", "major/s", ColumnUnit::kPerSecond, "page faults that needed a disk"},
     [](const Moment& row) { return Value(rate_of(row, row.point.major_faults)); }},
    {{"voluntary_switches", "yields/s", ColumnUnit::kPerSecond, "times that it gave up the CPU",
      true},
     [](const Moment& row) { return Value(rate_of(row, row.point.voluntary_switches)); }},
    {{"involuntary_switches", "preempted/s", ColumnUnit::kPerSecond,
      "times that the CPU was taken from it", true},
     [](const Moment& row) { return Value(rate_of(row, row.point.involuntary_switches)); }},
    {{"seconds", "seconds", ColumnUnit::kSeconds, "of the intervals that the row tells of", true},
     [](const Moment& row) { return row.point.seconds > 0 ? Value(row.point.seconds) : Value{}; }},
    {{"remark", "", ColumnUnit::kText, "its beginning and end; gaps before it; since boot"},
     [](const Moment& row) { return Value(row.remark); }},
};

// Who it is.
struct Portrait {
  const TaskUse& use;
  const ExitRecord* exit;  // null: it lives
  double seconds;          // of the samples
  const Question& question;
};
using PortraitColumn = ColumnOf<Portrait>;

constexpr PortraitColumn kPortraits[] = {
    {{"pid", "pid", ColumnUnit::kCount, "process id"},
     [](const Portrait& row) { return Value(double(row.use.pid)); }},
    {{"ppid", "parent", ColumnUnit::kCount, "pid of its parent"},
     [](const Portrait& row) { return Value(double(row.use.ppid)); }},
    {{"user", "user", ColumnUnit::kText, "effective user"},
     [](const Portrait& row) { return Value(user_text(row.use.uid, row.question)); }},
    {{"name", "name", ColumnUnit::kText, "name of the program"},
     [](const Portrait& row) { return text_value(row.use.name); }},
    {{"started", "started", ColumnUnit::kTime, "when it began"},
     [](const Portrait& row) { return Value(double(row.use.started.value)); }},
    {{"ended", "ended", ColumnUnit::kTime, "when it ended; nothing: it lived at the end"},
     [](const Portrait& row) { return row.exit ? Value(row.exit->ended) : Value{}; }},
    {{"status", "status", ColumnUnit::kText, "how it ended"},
     [](const Portrait& row) { return row.exit ? Value(to_text(row.exit->status)) : Value{}; }},
    {{"life", "life", ColumnUnit::kSeconds, "how long it lived, so far"},
     [](const Portrait& row) {
       if (row.exit) return Value(row.exit->life);
       return Value(used(row.use.seen_last - row.use.started));
     }},
    {{"cpu_time", "CPU time", ColumnUnit::kSeconds, "CPU time used in the period"},
     [](const Portrait& row) { return Value(row.use.cpu()); }},
    {{"cpu", "CPU %", ColumnUnit::kPercent, "share of one CPU over the whole period", true},
     [](const Portrait& row) {
       return row.seconds > 0 ? Value(100 * row.use.cpu() / row.seconds) : Value{};
     }},
    {{"read_total", "read", ColumnUnit::kBytes, "read from disks in the period"},
     [](const Portrait& row) { return Value(row.use.read); }},
    {{"written_total", "written", ColumnUnit::kBytes, "written to disks in the period"},
     [](const Portrait& row) { return Value(row.use.written); }},
    {{"resident", "resident", ColumnUnit::kBytes, "the most resident memory"},
     [](const Portrait& row) { return Value(row.use.resident.peak); }},
    {{"resident_time", "when", ColumnUnit::kTime, "when it had that", true},
     [](const Portrait& row) {
       const Seconds time = row.use.resident.peak_time;
       return time.value > 0 ? Value(double(time.value)) : Value{};
     }},
    {{"container", "container", ColumnUnit::kText, "its container or pod", true},
     [](const Portrait& row) { return text_value(row.use.container); }},
    {{"cgroup", "cgroup", ColumnUnit::kText, "path of its cgroup", true},
     [](const Portrait& row) { return text_value(row.use.cgroup); }},
    {{"command", "command", ColumnUnit::kText, "command line"},
     [](const Portrait& row) { return text_value(row.use.command_line); }},
};

// One row, written downwards.
Table downwards(const Table& table) {
  Table result{.name = table.name, .title = table.title};
  result.columns = {{"property", "", ColumnUnit::kText, "what is known of it"},
                    {"value", "", ColumnUnit::kText, "its value"}};
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const Value& value = table.rows.front()[i];
    const auto* number = std::get_if<double>(&value);
    if (std::holds_alternative<std::monostate>(value)) continue;
    result.is_whole = true;
    result.rows.push_back({std::string(table.columns[i].heading),
                           number ? Value(Measured{*number, table.columns[i].unit}) : value});
  }
  return result;
}

class ProcessTopic : public Topic {
 public:
  explicit ProcessTopic(const Question& question) : question_(question) {
    const std::string& subject = question.subject;
    const auto [end, error] =
        std::from_chars(subject.data(), subject.data() + subject.size(), pid_);
    is_pid_ = error == std::errc{} && end == subject.data() + subject.size();
  }

  void begin(const Host& host, const Sample& sample) override {
    if (!sample.since_boot) seconds_ += seconds_of(sample);
    cgroups_.next(sample);
    groups_.begin(host, sample, cgroups_);
    exits_.begin(host, sample);
    series_.begin(host, sample);
  }
  void take(const Task& task, bool is_meant) override {
    if (!is_meant) return;
    if (!matches(task.identity)) {
      remember(task.identity);
      return;
    }
    if (!task.identity.is_process) return;
    found_ = true;
    groups_.take(task);
    exits_.take(task);
    series_.take(task);
  }
  void end() override {
    groups_.end();
    exits_.end();
  }

  std::vector<Table> answer() const override;

 private:
  struct Chosen {
    const ProcessStory* story;
    const ExitRecord* exit;
  };

  bool matches(const TaskIdentity& task) const;
  void remember(const TaskIdentity& task);
  std::string why_none() const;
  const ExitRecord* exit_of(Count pid, Seconds started) const;
  Table time_line_of(const std::vector<Chosen>& chosen, std::size_t points) const;
  Table portraits() const;

  Question question_;
  Count pid_ = 0;
  bool is_pid_ = false;
  bool found_ = false;
  double seconds_ = 0;
  CgroupPaths cgroups_;
  TaskGroups groups_{GroupBy::kProcess};
  ExitList exits_{20'000};
  ProcessSeries series_;
  // While there is none that matches.
  std::unordered_set<std::string> names_;
  std::string thread_of_;
};

// The kernel cuts names after 15 bytes.
bool ProcessTopic::matches(const TaskIdentity& task) const {
  if (is_pid_ && task.is_process && task.pid == pid_) return true;
  const std::string_view name = task.name;
  const std::string& subject = question_.subject;
  if (name == std::string_view(subject).substr(0, decltype(task.name)::kCapacity)) return true;
  if (subject.find_first_of("*?[") == subject.npos) return false;
  return fnmatch(subject.c_str(), std::string(name).c_str(), 0) == 0;
}

void ProcessTopic::remember(const TaskIdentity& task) {
  constexpr std::size_t kMostNames = 4096;
  if (found_) return;
  if (task.is_process) {
    if (names_.size() < kMostNames) names_.emplace(task.name.view());
  } else if (is_pid_ && task.pid == pid_ && thread_of_.empty()) {
    thread_of_ = std::to_string(task.tgid) + " (" + std::string(task.name.view()) + ")";
  }
}

std::size_t common_prefix(std::string_view a, std::string_view b) {
  std::size_t length = 0;
  while (length < a.size() && length < b.size() && a[length] == b[length]) ++length;
  return length;
}

std::string ProcessTopic::why_none() const {
  const std::string& subject = question_.subject;
  if (!thread_of_.empty()) return subject + " is a thread of process " + thread_of_;
  if (is_pid_) return "no process of the period had pid " + subject;
  // Those that contain it, or begin alike.
  constexpr std::size_t kShown = 8, kAlike = 3;
  std::vector<std::string> near;
  for (const std::string& name : names_) {
    if (name.empty()) continue;
    const bool contains = name.find(subject) != name.npos || subject.find(name) != subject.npos;
    if (contains || common_prefix(name, subject) >= std::min(kAlike, subject.size())) {
      near.push_back(name);
    }
  }
  std::ranges::sort(near, [&](const std::string& a, const std::string& b) {
    const auto of_a = common_prefix(a, subject), of_b = common_prefix(b, subject);
    return of_a != of_b ? of_a > of_b : a < b;
  });
  if (near.size() > kShown) near.resize(kShown);
  std::string text = "no process of the period is called " + subject;
  for (std::size_t i = 0; i < near.size(); ++i)
    text += (i == 0 ? "; near it are " : ", ") + near[i];
  return text;
}

const ExitRecord* ProcessTopic::exit_of(Count pid, Seconds started) const {
  for (const ExitRecord& exit : exits_.all()) {
    if (exit.pid == pid && std::abs(bounded(exit.started).value - bounded(started).value) <= 1) {
      return &exit;
    }
  }
  return nullptr;
}

Table ProcessTopic::time_line_of(const std::vector<Chosen>& chosen, std::size_t points) const {
  Table table = table_of<Moment>(
      "process", "Over time (100 % is one CPU, or one thread that waits)", kMoments);
  bool are_joined = series_.joined() > 1;
  for (const auto& [story, exit] : chosen) {
    const std::vector<ProcessPoint> rows = folded(story->points, points);
    are_joined = are_joined || rows.size() < story->points.size();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const ProcessPoint& point = rows[i];
      std::string remark;
      const auto add = [&](const std::string& what) {
        remark += (remark.empty() ? "" : "; ") + what;
      };
      if (point.since_boot) add("first of a recording");
      if (point.gap.value > 0)
        add("nothing recorded for " + duration_text(point.gap.value) + " before");
      if (i == 0 && story->begun_within) add("began");
      if (i + 1 == rows.size() && exit) add("ended: " + to_text(exit->status));
      table.rows.push_back(values_of<Moment>(Moment{point, *story, std::move(remark)}, kMoments));
    }
  }
  if (chosen.size() == 1) table.columns[table.find("pid")].wide = true;
  // What all rows lack needs no room.
  for (const std::string_view name : {"block_io_delay", "proportional", "swap", "major_faults"}) {
    const std::size_t column = table.find(name);
    table.columns[column].wide = std::ranges::none_of(table.rows, [&](const auto& row) {
      const auto* number = std::get_if<double>(&row[column]);
      return number && *number > 0;
    });
  }
  if (are_joined) {
    table.notes.emplace_back("A line is of several samples: rates are means, levels the most" +
                             std::string(question_.for_people ? "; --all shows every one." : "."));
  }
  if (series_.left_out() > 0) {
    table.notes.emplace_back("Further processes of that name are left out.");
  }
  table.if_empty = why_none();
  table.is_whole = true;
  return table;
}

Table ProcessTopic::portraits() const {
  Table table = table_of<Portrait>("processes", "Processes", kPortraits);
  std::vector<const TaskUse*> uses = groups_.all();
  std::ranges::sort(uses, [](const TaskUse* a, const TaskUse* b) {
    return std::pair(a->started, a->pid) < std::pair(b->started, b->pid);
  });
  for (const TaskUse* use : uses) {
    const Portrait portrait{*use, exit_of(use->pid, use->started), seconds_, question_};
    table.rows.push_back(values_of<Portrait>(portrait, kPortraits));
  }
  table.if_empty = why_none();
  return table;
}

std::vector<Table> ProcessTopic::answer() const {
  std::vector<Chosen> all;
  for (const ProcessStory& story : series_.all()) {
    all.push_back({&story, exit_of(story.pid, story.started)});
  }
  std::ranges::sort(
      all, {}, [](const Chosen& each) { return std::pair(each.story->pid, each.story->started); });
  if (!question_.for_people) return {time_line_of(all, question_.points), portraits()};

  Table who = portraits();
  if (who.rows.empty()) return {std::move(who)};
  // A screen has room for a few.
  constexpr std::size_t kLeastRows = 8;
  const std::size_t points = question_.points;
  const std::size_t most = points == 0 ? all.size() : std::max<std::size_t>(points / kLeastRows, 1);
  const bool are_many = all.size() > most;
  if (are_many) {
    std::ranges::stable_sort(all, std::greater{},
                             [](const Chosen& each) { return each.story->cpu; });
    all.resize(most);
  }
  Table line = time_line_of(all, points == 0 ? 0 : std::max<std::size_t>(points / all.size(), 1));
  if (are_many) {
    line.notes.push_back("Of the " + std::to_string(most) +
                         " with most CPU time; a pid shows another one.");
  }
  if (who.rows.size() == 1) {
    who.title = "Process";
    return {downwards(who), std::move(line)};
  }
  return {std::move(who), std::move(line)};
}

}  // namespace

std::unique_ptr<Topic> process_topic(const Question& question) {
  return std::make_unique<ProcessTopic>(question);
}

}  // namespace proctape
