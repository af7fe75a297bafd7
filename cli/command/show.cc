// SPDX-License-Identifier: Apache-2.0
#include "cli/command/show.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ctime>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text/json.h"
#include "cli/command/drawing.h"
#include "cli/input/log_names.h"
#include "cli/input/period.h"
#include "cli/input/sample_series.h"
#include "cli/input/time_argument.h"
#include "cli/input/users.h"
#include "cli/output/exit_code.h"
#include "cli/output/human.h"
#include "cli/output/iso_time.h"
#include "cli/output/nearest.h"
#include "cli/output/output.h"
#include "cli/output/terminal_width.h"
#include "cli/view/answer_text.h"
#include "query/measure/elapsed.h"
#include "query/topic/topic.h"
#include "report/picture/svg.h"
#include "report/plot/time_lines.h"

namespace proctape {
namespace {

struct ShowArguments {
  SampleSeries samples;
  std::string subject;  // of the topic "process"
  std::string sort;     // a column
  std::string step;     // a duration
  std::optional<std::size_t> rows;
  std::optional<std::size_t> top;
  bool all = false;
  bool each = false;
  bool wide = false;
  bool json = false;
  bool csv = false;
  bool svg = false;
  bool watch = false;
  Count count = 0;  // of samples that are watched; 0: no end

  bool for_people() const { return !json && !csv; }
};

constexpr char kOverview[] = "overview";
constexpr std::size_t kRowsOfTimeLine = 40;
constexpr std::size_t kRowsOfTopic = 20;
constexpr std::size_t kRowsOfList = 5;

// The column of the times of parts, before those of a topic.
constexpr Column kTimeOfPart{"time", "time", ColumnUnit::kTime, "end of the part of the period"};

class Show : public SampleTaker {
 public:
  Show(const TopicRow& topic, const ShowArguments& arguments, Count step)
      : topic_(topic), arguments_(arguments), step_(step) {
    question_.subject = arguments.subject;
    question_.for_people = arguments.for_people();
    question_.top = arguments.top.value_or(kRowsOfList);
    if (in_parts()) {
      question_.points = 1;
    } else if (!arguments.all && arguments.for_people()) {
      question_.points = arguments.rows.value_or(kRowsOfTimeLine);
    }
    question_.user_name = [this](Count uid) { return users_.name_of(uid); };
  }

  void open(const Host& host, Version version) override {
    host_ = host;
    version_ = version;
    users_.use_for(host.node_name);
    answer_ = topic_.make(question_);
  }

  void begin(const Sample& sample) override {
    const Seconds time = bounded(sample.time);
    if (samples_ == 0) first_ = time;
    if (in_parts() && samples_ > 0 && part_of(time) != part_of(last_)) close_part();
    last_ = time;
    ++samples_;
    seconds_ += sample.since_boot ? 0 : seconds_of(sample);
    cpus_ = sample.system.cpus.online;
    memory_ = used(sample.system.memory.total);
    answer_->begin(*host_, sample);
  }
  void take(const Task& task, bool is_meant) override { answer_->take(task, is_meant); }
  bool end() override {
    answer_->end();
    if (arguments_.watch && problem_.empty()) show_what_is_new();
    const bool has_seen_all = arguments_.count > 0 && watched_ == arguments_.count;
    return problem_.empty() && is_heard_ && !has_seen_all;
  }

  // False: it has told why not.
  bool finish() {
    if (arguments_.watch && !problem_.empty()) complain(problem_);
    if (arguments_.watch) return problem_.empty();
    if (samples_ == 0) return true;
    if (in_parts()) {
      close_part();
    } else {
      tables_ = answer_->answer();
      sort(tables_);
    }
    if (!problem_.empty()) {
      complain(problem_);
      return false;
    }
    print_tables();
    return true;
  }

 private:
  bool in_parts() const { return arguments_.each || step_ > 0; }

  // Parts begin at whole multiples of the step since midnight.
  Count part_of(Seconds time) const {
    if (arguments_.each) return time.value;
    // A sample tells of the time before it.
    return (time.value - 1 + utc_offset(time)) / step_;
  }
  static Count utc_offset(Seconds time) {
    const std::time_t seconds = time.value;
    std::tm local{};
    return localtime_r(&seconds, &local) ? local.tm_gmtoff : 0;
  }

  void sort(std::vector<Table>& tables) {
    if (arguments_.sort.empty()) return;
    const bool reversed = arguments_.sort.starts_with('+');
    const std::string name = arguments_.sort.substr(reversed ? 1 : 0);
    bool found = false;
    std::vector<std::string> names;
    for (Table& table : tables) {
      const std::size_t column = table.find(name);
      for (const Column& each : table.columns) names.emplace_back(each.name);
      if (column == Table::npos) continue;
      table.sort(column, reversed);
      found = true;
    }
    if (!found && problem_.empty()) {
      problem_ = "--sort: " + std::string(topic_.name) + " has no column " + name +
                 suggestion(name, names) +
                 "; its columns: " + fmt::format("{}", fmt::join(names, ", "));
    }
  }

  // Each sample by itself, on a screen of its own where that is a terminal.
  void show_what_is_new() {
    tables_ = answer_->answer();
    sort(tables_);
    if (arguments_.for_people()) begin_screen();
    print_tables();
    is_heard_ = flush_output();
    answer_ = topic_.make(question_);
    ++watched_;
    samples_ = 0;
    seconds_ = 0;
  }

  void print_tables() {
    // Text says how many more there are.
    if (arguments_.top && !in_parts() && !arguments_.for_people()) {
      for (Table& table : tables_) cut(*arguments_.top, table);
    }
    if (arguments_.csv) {
      print_csv();
    } else if (arguments_.json) {
      print_json();
    } else {
      print(heading_text());
      for (const Table& table : tables_) print('\n' + answer_text(table, style()));
    }
  }

  // 0: all.
  static void cut(std::size_t top, Table& table) {
    if (top > 0 && !table.is_whole && table.rows.size() > top) table.rows.resize(top);
  }

  // The end of a part of the period: its rows, with the time.
  void close_part() {
    std::vector<Table> part = answer_->answer();
    answer_ = topic_.make(question_);
    sort(part);
    for (Table& table : part) {
      if (arguments_.for_people() || arguments_.top)
        cut(arguments_.top.value_or(kRowsOfList), table);
      // A time line has it already.
      if (table.find(kTimeOfPart.name) == Table::npos) {
        table.columns.insert(table.columns.begin(), kTimeOfPart);
        for (auto& row : table.rows) row.insert(row.begin(), static_cast<double>(last_.value));
      }
      const auto known = std::ranges::find(tables_, table.name, &Table::name);
      if (known == tables_.end()) {
        tables_.push_back(std::move(table));
      } else {
        std::ranges::move(table.rows, std::back_inserter(known->rows));
      }
    }
    if (arguments_.csv) print_csv();
  }

  void print_csv() {
    if (tables_.empty()) return;
    Table& table = tables_.front();
    if (!has_heading_) print(csv_heading(table));
    has_heading_ = true;
    print(csv_rows(table));
    table.rows.clear();
  }

  void print_json() {
    Json json;
    {
      const JsonObject object(json);
      object.add("topic", topic_.name);
      object.add("host", host_->node_name);
      object.add("from", iso_time(first_));
      object.add("to", iso_time(last_));
      object.add("samples", samples_);
      object.add("seconds", seconds_);
      for (const Table& table : tables_) add_to(object, table, table.name);
    }
    print_line(json.text());
  }

  TextStyle style() const {
    TextStyle style;
    style.width = arguments_.wide ? 0 : terminal_width();
    style.wide = arguments_.wide;
    style.one_day = time_text(first_, "%F") == time_text(last_, "%F");
    const bool has_own_top = in_parts() || topic_.name == kOverview;
    style.top = has_own_top ? 0 : arguments_.top.value_or(kRowsOfTopic);
    return style;
  }

  std::string heading_text() const {
    return fmt::format(
        "{}: {} {} {}, {} CPUs, {} of memory\n{} to {}, {} samples, log of atop {}\n",
        printable(host_->node_name, 64), printable(host_->system_name, 64),
        printable(host_->kernel_release, 64), printable(host_->machine, 64), cpus_,
        size_text(memory_), time_text(first_, kDateAndTime),
        time_text(last_, "%Y-%m-%d %H:%M:%S %Z"), samples_, to_string(version_));
  }

  const TopicRow& topic_;
  const ShowArguments& arguments_;
  Count step_;  // seconds; 0: the period is not divided
  Question question_;
  Users users_;
  std::optional<Host> host_;
  Version version_{};
  std::unique_ptr<Topic> answer_;
  std::vector<Table> tables_;
  std::string problem_;
  bool has_heading_ = false;
  Count watched_ = 0;
  bool is_heard_ = true;  // what is printed can be written
  Count samples_ = 0;
  Seconds first_, last_;
  double seconds_ = 0;
  Count cpus_ = 0;
  double memory_ = 0;
};

// The time lines of the overview as a picture.
int show_svg(const TopicRow& topic, ShowArguments& arguments) {
  if (topic.name != kOverview) {
    complain("--svg: there is a picture of the overview only; proctape plot draws processes");
    return kExitUsage;
  }
  Drawing drawing(time_lines_plot, {});
  const int exit_code = arguments.samples.read(drawing);
  if (const auto picture = drawing.picture()) print(svg_of(*picture));
  return exit_code;
}

int show(const TopicRow& topic, ShowArguments& arguments) {
  if (arguments.svg) return show_svg(topic, arguments);
  Count step = 0;
  if (!arguments.step.empty()) {
    const auto duration = parse_span(arguments.step);
    if (!duration || *duration <= 0) {
      complain("--step: expected a duration such as 10m, 1h or 30s, found " + arguments.step);
      return kExitUsage;
    }
    step = *duration;
  }
  Show shown(topic, arguments, step);
  const int exit_code =
      arguments.watch ? arguments.samples.watch(shown) : arguments.samples.read(shown);
  if (exit_code == kExitUsage) return exit_code;
  return shown.finish() ? exit_code : int{kExitUsage};
}

// The topic is the first word, if it is one of them; then the rest are logs.
const TopicRow* take_topic(ShowArguments& arguments) {
  std::vector<std::string>& words = arguments.samples.names();
  const auto all = topics();
  if (words.empty()) return &all.front();
  const auto found = std::ranges::find(all, words.front(), &TopicRow::name);
  if (found == all.end()) {
    std::vector<std::string> names;
    for (const TopicRow& topic : all) names.emplace_back(topic.name);
    const std::string hint = suggestion(words.front(), names);
    if (hint.empty() || names_log(words.front())) return &all.front();
    complain("no topic and no log is called " + words.front() + hint);
    return nullptr;
  }
  words.erase(words.begin());
  if (!found->subject.empty()) {
    if (words.empty()) {
      complain("show " + std::string(found->name) + ": expected " + std::string(found->subject));
      return nullptr;
    }
    arguments.subject = words.front();
    words.erase(words.begin());
  }
  return &*found;
}

std::string topics_text() {
  std::string text = "TOPIC is one of:\n";
  for (const TopicRow& topic : topics()) {
    const std::string name =
        std::string(topic.name) + (topic.subject.empty() ? "" : " ") + std::string(topic.subject);
    text += fmt::format("  {:<18} {}\n", name, topic.meaning);
  }
  return text;
}

}  // namespace

void add_show(CLI::App& app, int& exit_code) {
  const auto arguments = std::make_shared<ShowArguments>();
  CLI::App* show_app =
      app.add_subcommand("show", "Show what logs say of a topic: [TOPIC] [FILE...]");
  arguments->samples.add_to(*show_app);
  const auto count = CLI::Range(0, 1'000'000).description("");
  show_app
      ->add_option("--sort", arguments->sort,
                   "by this column, the most first; +COLUMN: the other way round")
      ->type_name("COLUMN");
  show_app->add_option("--top", arguments->top, "at most so many rows of each table; 0: all")
      ->type_name("N")
      ->check(count);
  CLI::Option* each = show_app->add_flag("--each", arguments->each, "rows for each sample");
  show_app->add_option("--step", arguments->step, "rows for each part of the period: 10m, 1h")
      ->type_name("TIME")
      ->excludes(each);
  show_app->add_option("--rows", arguments->rows, "about how many lines of a time line [40]")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000).description(""));
  show_app->add_flag("--all", arguments->all, "a line of the time line for every sample");
  show_app
      ->add_flag("--watch", arguments->watch,
                 "each sample as it is recorded, in the configured directory or the one named")
      ->excludes(each);
  show_app->add_option("--count", arguments->count, "with --watch: end after so many samples")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000'000).description(""));
  show_app->add_flag("--wide", arguments->wide, "all columns, whatever the terminal's width");
  CLI::Option* json = show_app->add_flag("--json", arguments->json, "one JSON object");
  show_app->add_flag("--csv", arguments->csv, "CSV with a heading; of the topic's first table")
      ->excludes(json);
  show_app->add_flag("--svg", arguments->svg, "the time lines of the overview as a picture, in SVG")
      ->excludes("--json")
      ->excludes("--csv")
      ->excludes("--each")
      ->excludes("--step")
      ->excludes("--watch");
  show_app->footer(
      topics_text() + '\n' + kTimeHelp +
      "\n"
      "CPU % of the overview is of all CPUs together: neither idle, nor waiting for I/O, nor\n"
      "stolen by the hypervisor; of processes 100 % is one CPU. Disk and net count each byte\n"
      "once: not again for volumes on disks, paths to them, bonds, bridges and other virtual\n"
      "interfaces, unless there is nothing else. The I/O of a process is its own, without that\n"
      "of children it waited for, as far as they ended here. The first sample of a recording\n"
      "counts since boot; its rates are left out. The columns are in docs/COLUMNS.md.\n"
      "\n"
      "Examples:\n"
      "  proctape show                                  today so far\n"
      "  proctape show --from '10m ago'\n"
      "  proctape show processes --at 03:17 yesterday\n"
      "  proctape show exits --name 'cc1*' --from 14:00 --to 15:00\n"
      "  proctape show cpus --step 1h --csv y > cpus.csv\n"
      "  proctape show programs --watch                 as it happens; Ctrl-C ends it\n"
      "  proctape show --svg y > yesterday.svg\n"
      "  proctape show process mysqld --sort resident yy y today\n"
      "  ssh host cat /var/log/atop/atop_20261121 | proctape show -");
  show_app->callback([arguments, &exit_code] {
    const TopicRow* topic = take_topic(*arguments);
    exit_code = topic ? show(*topic, *arguments) : int{kExitUsage};
  });
}

}  // namespace proctape
