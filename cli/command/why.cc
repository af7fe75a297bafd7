// SPDX-License-Identifier: Apache-2.0
#include "cli/command/why.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text/json.h"
#include "cli/input/period.h"
#include "cli/input/sample_series.h"
#include "cli/input/time_argument.h"
#include "cli/output/exit_code.h"
#include "cli/output/human.h"
#include "cli/output/iso_time.h"
#include "cli/output/output.h"
#include "cli/output/terminal_width.h"
#include "cli/view/finding_text.h"
#include "query/measure/elapsed.h"
#include "query/why/evidence.h"
#include "query/why/rules.h"

namespace proctape {
namespace {

constexpr Seconds kHour{3600};
constexpr Seconds kDay{86400};
constexpr int kDaysBefore = 7;
// Of --at: what is looked at before and after the moment.
constexpr Seconds kAround{150};

struct WhyArguments {
  SampleSeries samples;
  std::string baseline;
  bool json = false;
};

// What the options mean in the logs that are read.
struct Parts {
  Period period;
  std::vector<Period> baselines;
};

// FROM..TO; a clock time is the last one before the period.
std::optional<std::pair<TimeArgument, TimeArgument>> parse_baseline(const std::string& text) {
  const auto dots = text.find("..");
  if (dots == text.npos) return std::nullopt;
  const Seconds now{std::time(nullptr)};
  auto from = TimeArgument::parse(text.substr(0, dots), now);
  auto to = TimeArgument::parse(text.substr(dots + 2), now);
  if (!from || !to) return std::nullopt;
  return std::pair(*from, *to);
}

Seconds before(const TimeArgument& time, Seconds end) {
  const Seconds today = time.on(end).first;
  return time.clock_only() && today > end ? time.on(end, -1).first : today;
}

class Why : public SampleTaker {
 public:
  explicit Why(WhyArguments& arguments) : arguments_(arguments) {}

  // Called before the first sample: what is read besides the period.
  std::vector<Period> divide(const Period& asked) {
    parts_.period = asked;
    if (asked.moments_only) {
      parts_.period = {asked.begin - kAround, asked.begin + kAround, false};
    }
    const Period& period = parts_.period;
    const bool is_all = period.begin == Period{}.begin || period.end == Period{}.end;
    if (arguments_.baseline == "none") {
      // Nothing.
    } else if (const auto given = parse_baseline(arguments_.baseline)) {
      const Seconds end =
          period.begin == Period{}.begin ? Seconds{std::time(nullptr)} : period.begin;
      const Seconds to = before(given->second, end);
      parts_.baselines.push_back({before(given->first, to), to, false});
    } else if (period.begin != Period{}.begin) {
      parts_.baselines.push_back({period.begin - kHour, period.begin, false});
      // Of a whole day, those before are other days.
      for (int day = 1; !is_all && day <= kDaysBefore && period.end - period.begin < kDay; ++day) {
        const Seconds back{day * kDay.value};
        parts_.baselines.push_back({period.begin - back, period.end - back, false});
      }
    }
    auto more = parts_.baselines;
    more.push_back(parts_.period);
    return more;
  }

  void open(const Host& host, Version) override { host_ = host; }

  void begin(const Sample& sample) override {
    is_wanted_ = true;
    const bool in_baseline = std::ranges::any_of(
        parts_.baselines, [&](const Period& period) { return covers(period, sample); });
    const bool in_period = covers(parts_.period, sample) && !(in_baseline && is_explicit());
    is_wanted_ = in_period || in_baseline;
    if (!is_wanted_) return;
    ++(in_period ? samples_ : baseline_samples_);
    evidence_.begin(*host_, sample, in_period);
  }
  void take(const Task& task, bool is_meant) override {
    if (is_wanted_) evidence_.take(task, is_meant);
  }
  bool end() override {
    if (is_wanted_) evidence_.end();
    return true;
  }

  int finish(int exit_code) {
    if (samples_ == 0) {
      if (exit_code != kExitFine) return exit_code;
      complain("no sample covers " + to_string(parts_.period));
      return kExitProblems;
    }
    evidence_.finish();
    const std::vector<Finding> findings = findings_of(evidence_);
    if (arguments_.json) {
      print_json(findings);
    } else {
      print_text(findings);
    }
    return exit_code;
  }

 private:
  bool is_explicit() const { return !arguments_.baseline.empty(); }

  static bool covers(const Period& period, const Sample& sample) {
    const Seconds time = bounded(sample.time);
    const Seconds from = time - Seconds{sample.since_boot ? 0 : bounded(sample.interval).value};
    return time >= period.begin && (from < period.end || time == period.end) &&
           time != period.begin;
  }

  // Names of files that a shell would take apart are put into quotes.
  std::string logs_text(bool shortened) {
    std::string text;
    for (const std::string& name : arguments_.samples.names()) {
      constexpr std::string_view kPlain =
          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:@%,=";
      if (!name.empty() && name.find_first_not_of(kPlain) == name.npos) {
        text += ' ' + name;
        continue;
      }
      text += " '";
      for (const char c : name) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
      text += '\'';
    }
    constexpr std::size_t kLongest = 100;
    return shortened && text.size() > kLongest ? " FILE..." : text;
  }

  std::string command_of(const Finding& finding, bool shortened) {
    const std::string when = finding.from == finding.to ? " --at " + iso_time(finding.from)
                                                        : " --from " + iso_time(finding.from) +
                                                              " --to " + iso_time(finding.to);
    return "proctape show " + finding.see + logs_text(shortened) + when;
  }

  void print_text(const std::vector<Finding>& findings) {
    const std::size_t width = terminal_width();
    std::string text = fmt::format("{}: {} to {}, {} sample{}\n", printable(host_->node_name, 64),
                                   time_text(evidence_.from(), kDateAndTime),
                                   time_text(evidence_.to(), "%Y-%m-%d %H:%M:%S %Z"), samples_,
                                   samples_ == 1 ? "" : "s");
    text += baseline_samples_ == 0
                ? "No baseline: the logs have nothing to compare with.\n"
                : fmt::format("Baseline: {} sample{} of {}.\n", baseline_samples_,
                              baseline_samples_ == 1 ? "" : "s",
                              duration_text(static_cast<Count>(evidence_.baseline().seconds())));
    const bool is_quiet = findings.empty() || findings.front().severity == Severity::kNote;
    if (is_quiet) text += findings.empty() ? "\nNothing unusual.\n" : "\nNothing unusual, but:\n";
    for (std::size_t i = 0; i < findings.size(); ++i) {
      text += '\n' + finding_text(i + 1, findings[i], command_of(findings[i], true), width);
    }
    print(text);
  }

  void print_json(const std::vector<Finding>& findings) {
    Json json;
    {
      const JsonObject object(json);
      object.add("host", host_->node_name);
      object.add("from", iso_time(evidence_.from()));
      object.add("to", iso_time(evidence_.to()));
      object.add("samples", samples_);
      object.add("seconds", evidence_.period().seconds());
      {
        const JsonObject baseline(object, "baseline");
        baseline.add("samples", baseline_samples_);
        baseline.add("seconds", evidence_.baseline().seconds());
      }
      const JsonArray all(object, "findings");
      for (const Finding& finding : findings) add_to(all, finding, command_of(finding, false));
    }
    print_line(json.text());
  }

  WhyArguments& arguments_;
  Parts parts_;
  std::optional<Host> host_;
  Evidence evidence_;
  bool is_wanted_ = false;
  Count samples_ = 0;
  Count baseline_samples_ = 0;
};

int why(WhyArguments& arguments) {
  if (!arguments.baseline.empty() && arguments.baseline != "none" &&
      !parse_baseline(arguments.baseline)) {
    complain("--baseline: expected FROM..TO, such as 02:00..03:00, or none, found " +
             arguments.baseline);
    return kExitUsage;
  }
  Why reason(arguments);
  arguments.samples.read_more([&](const Period& period) { return reason.divide(period); }, kHour);
  const int exit_code = arguments.samples.read(reason);
  return exit_code == kExitUsage ? exit_code : reason.finish(exit_code);
}

}  // namespace

void add_why(CLI::App& app, int& exit_code) {
  const auto arguments = std::make_shared<WhyArguments>();
  CLI::App* why_app =
      app.add_subcommand("why", "Tell why it was slow or broken, who caused it and who suffered");
  arguments->samples.add_to(*why_app);
  why_app
      ->add_option("--baseline", arguments->baseline,
                   "what to compare with: FROM..TO, or none; default: the hour before and the "
                   "same hours of the seven days before, as far as the logs have them")
      ->type_name("PERIOD");
  why_app->add_flag("--json", arguments->json, "one JSON object");
  why_app->footer(
      std::string(kTimeHelp) +
      "\n"
      "--at means the 150 seconds before and after that moment. Findings come in the order of\n"
      "their importance: critical, warning, note. Each has its figures, who caused it, who\n"
      "suffered, and a command that shows more. The rules are in docs/WHY.md.\n"
      "\n"
      "Examples:\n"
      "  proctape why                                   today so far\n"
      "  proctape why --at 03:17 y                      yesterday, at 03:17\n"
      "  proctape why --from 14:00 --to 14:30 --baseline 10:00..11:00\n"
      "  proctape why --json --at 03:17 FILE            for programs");
  why_app->callback([arguments, &exit_code] { exit_code = why(*arguments); });
}

}  // namespace proctape
