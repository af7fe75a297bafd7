// SPDX-License-Identifier: Apache-2.0
#include "cli/view/status_text.h"

#include <fmt/format.h>

#include <cmath>

#include "cli/view/state_view.h"

namespace proctape {
namespace {

// Seconds in three digits: "12us", "3.4ms", "1.2s".
std::string short_time(double seconds) {
  const double size = std::abs(seconds);
  if (size < 0.001) return fmt::format("{:.0f}us", seconds * 1e6);
  if (size < 0.01) return fmt::format("{:.2f}ms", seconds * 1e3);
  if (size < 1) return fmt::format("{:.1f}ms", seconds * 1e3);
  return fmt::format("{:.1f}s", seconds);
}

// Times that a daemon wrote may be anything.
Count whole(double number) {
  constexpr double kMost = 9e15;
  return std::abs(number) < kMost ? static_cast<Count>(number) : 0;
}

std::string date(double time) { return time_text({whole(time)}, kDateAndTime); }
std::string time_of_day(double time) { return time_text({whole(time)}, kTimeOnly); }
std::string interval_text(double seconds) {
  return seconds < 1 ? short_time(seconds) : duration_text(whole(seconds));
}

std::string line(const char* name, const std::string& text) {
  return fmt::format("  {:<14} {}\n", name, text);
}

std::string head(const ReportedState& state, const StateView& view) {
  const std::string name = fmt::format("{} {}, pid {}", view["program"].text(),
                                       view["version"].text(), view["pid"].count());
  if (!state.running) {
    return fmt::format("{}: no longer running, its last word is of {}\n", name,
                       date(view["written"].number()));
  }
  const double up = view["written"].number() - view["started"].number();
  return fmt::format("{}, running since {} ({})\n", name, date(view["started"].number()),
                     duration_text(whole(std::max(up, 0.0))));
}

std::string samples_text(const ReportedState& state, const StateView& view) {
  const StateView samples = view["samples"];
  const StateView late = view["lateness"];
  std::string text;
  std::string interval = interval_text(view["interval"].number());
  if (view["interval_now"].number() < view["interval"].number()) {
    interval += ", now " + interval_text(view["interval_now"].number());
  }
  text += line("interval", interval);
  std::string last = fmt::format("{}, {} tasks; next {}", time_of_day(samples["last"].number()),
                                 samples["tasks"].count(), time_of_day(samples["next"].number()));
  if (state.overdue.count() > 0) {
    last += fmt::format(", overdue by {}", duration_text(whole(state.overdue.count())));
  }
  text += line("last sample", last);
  text += line("records",
               fmt::format("{}, {}; {} could not be written", samples["records"].count(),
                           size_text(samples["bytes"].number()), samples["not_written"].count()));
  text += line("late by",
               fmt::format("{}, {} on average, {} at most; {} samples skipped",
                           short_time(late["last"].number()), short_time(late["average"].number()),
                           short_time(late["longest"].number()), samples["skipped"].count()));
  text += line("recorded", samples["recorded"].text());
  return text;
}

std::string log_text(const StateView& log) {
  const auto limit = [](double value, auto to_text) {
    return value == 0 ? std::string("no limit") : to_text(value);
  };
  std::string text =
      line("log", fmt::format("{}, {}, version {}", log["file"].text(),
                              size_text(log["size"].number()), log["version"].text()));
  text += line("", fmt::format("all files {} of {}, for {}", size_text(log["all_files"].number()),
                               limit(log["max_size"].number(), size_text),
                               limit(log["max_age_days"].number(),
                                     [](double d) { return fmt::format("{} days", whole(d)); })));
  text += line("", fmt::format("{} % of the disk free, {}; {} to be left",
                               percent_text(log["disk_free"].number(), log["disk_size"].number()),
                               size_text(log["disk_free"].number()),
                               limit(log["min_free_percent"].number(),
                                     [](double p) { return fmt::format("{} %", whole(p)); })));
  return text;
}

std::string cost_text(const StateView& cost) {
  std::string text = line(
      "CPU",
      fmt::format("{:.2f} % of one, {:.2f} % lately; {} user, {} system; last sample {}",
                  cost["cpu_share"].number() * 100, cost["cpu_share_last"].number() * 100,
                  short_time(cost["cpu_user"].number()), short_time(cost["cpu_system"].number()),
                  short_time(cost["cpu_last_sample"].number())));
  text +=
      line("memory", fmt::format("{} resident, {} at most", size_text(cost["resident"].number()),
                                 size_text(cost["most_resident"].number())));
  return text;
}

std::string events_text(const StateView& view) {
  const StateView losses = view["losses"];
  const StateView clock = view["clock"];
  const StateView extra = view["extra_samples"];
  std::string text =
      line("lost", fmt::format("{} exits; {} tasks kept a reader waiting", losses["exits"].count(),
                               losses["stuck_tasks"].count()));
  std::string clocks = fmt::format("set {} times", clock["steps"].count());
  if (clock["steps"].count() > 0) {
    clocks += fmt::format(", last by {:+.1f} s", clock["last_step"].number());
  }
  clocks += fmt::format("; slept {} times", clock["suspends"].count());
  if (clock["suspends"].count() > 0) {
    clocks += fmt::format(", {} in all", duration_text(whole(clock["slept"].number())));
  }
  text += line("clock", clocks);
  if (extra["on"].truth()) {
    text += line("extra samples",
                 fmt::format("{}{} in {} bursts", extra["active"].truth() ? "now; " : "",
                             extra["samples"].count(), extra["bursts"].count()));
  }
  return text;
}

std::string problems_text(const char* name, const StateView& problems) {
  std::string text;
  problems.each([&](const StateView& problem) {
    text += line(text.empty() ? name : "",
                 fmt::format("{}: {}", problem["what"].text(), problem["message"].text()));
  });
  return text;
}

std::string sources_text(const StateView& sources) {
  std::vector<TextRow> rows;
  sources.each([&](const StateView& source) {
    rows.push_back({source["name"].text(), source["state"].text(),
                    short_time(source["last"].number()), short_time(source["average"].number()),
                    short_time(source["longest"].number())});
  });
  if (rows.empty()) return {};
  return '\n' +
         aligned({{"SOURCE", false}, {"STATE", false}, {"LAST"}, {"AVERAGE"}, {"LONGEST"}}, rows);
}

}  // namespace

std::string status_text(const ReportedState& state) {
  const StateView view(state.content);
  std::string text = head(state, view);
  const std::string configuration = view["configuration"].text();
  text += line("configuration", configuration.empty() ? "none, the defaults" : configuration);
  text += samples_text(state, view);
  view["logs"].each([&](const StateView& log) { text += log_text(log); });
  text += cost_text(view["cost"]);
  text += events_text(view);
  text += line("exits", "told by " + view["exits"].text());
  text += problems_text("restrictions", view["restrictions"]);
  const std::string problems = problems_text("problems", view["problems"]);
  text += problems.empty() ? line("problems", "none") : problems;
  return text + sources_text(view["sources"]);
}

}  // namespace proctape
