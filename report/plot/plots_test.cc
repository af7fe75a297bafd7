// SPDX-License-Identifier: Apache-2.0
//
// What all plots have in common: they show each process once, no text over another, and take
// whatever a log may hold.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "report/picture/svg.h"
#include "report/picture/text_size.h"
#include "report/plot/plot.h"
#include "report/plot/time_lines.h"
#include "tests/support/plausible_sample.h"

namespace proctape {
namespace {

std::unique_ptr<Plot> plot_named(std::string_view name, const PlotOptions& options = {}) {
  return std::ranges::find(plots(), name, &PlotRow::name)->make(options);
}

void show_to(Plot& plot, const Sample& sample) {
  plot.begin(plausible_host(), sample);
  for (const Task& task : sample.tasks) plot.take(task, true);
  plot.end();
}

// Of processes that do anything.
Sample random_sample(std::mt19937& random, Count time, Count processes) {
  Sample sample = plausible_sample({time});
  sample.tasks.clear();
  for (Count pid = 1; pid <= processes; ++pid) {
    Task task = plausible_process(pid, "p" + std::string(random() % 14, 'w'));
    task.identity.euid = static_cast<Count>(random() % 40);
    task.identity.started = {1'700'000'000 + pid};
    task.cpu.user = {random() % 3 == 0 ? static_cast<Count>(random() % 1000) : 0};
    task.disk.written = {random() % 5 == 0 ? static_cast<Count>(random() % 100'000) : 0};
    task.memory.resident = kibibytes(1U << random() % 23);
    task.memory.virtual_size = kibibytes(random() % 9 == 0 ? 0 : 1U << random() % 31);
    task.memory.resident_growth = kibibytes(static_cast<Count>(random() % 10'000));
    if (random() % 20 == 0) task.identity.state = TaskIdentity::kExited;
    sample.tasks.push_back(task);
  }
  return sample;
}

template <typename Kind>
std::vector<Kind> shapes_of(const Picture& picture) {
  std::vector<Kind> found;
  for (const Shape& shape : picture.shapes()) {
    if (const auto* kind = std::get_if<Kind>(&shape)) found.push_back(*kind);
  }
  return found;
}

void expect_no_text_over_another(const Picture& picture) {
  const auto texts = shapes_of<Text>(picture);
  const Box paper{0, 0, picture.width(), picture.height()};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const Box box = box_of(texts[i]);
    EXPECT_TRUE(paper.contains(box)) << texts[i].text;
    for (std::size_t k = 0; k < i; ++k) {
      EXPECT_FALSE(box.overlaps(box_of(texts[k]))) << texts[i].text << " over " << texts[k].text;
    }
  }
}

class EveryPlot : public testing::TestWithParam<PlotRow> {};

TEST_P(EveryPlot, HasNoTextOverAnother) {
  std::mt19937 random(3);
  for (const auto& [width, height, processes] :
       {std::tuple{1200.0, 800.0, 300}, {480.0, 320.0, 50}, {2400.0, 500.0, 1000}, {700, 900, 3}}) {
    // Five panels need some height.
    if (GetParam().make == time_lines_plot && height < 500) continue;
    const auto plot = GetParam().make({.width = width, .height = height});
    for (Count i = 0; i < 5; ++i) {
      show_to(*plot, random_sample(random, 1'750'000'000 + i * 600, processes));
    }
    SCOPED_TRACE(width);
    expect_no_text_over_another(plot->picture());
  }
}

TEST_P(EveryPlot, TakesWhateverALogMayHold) {
  constexpr Count kMost = std::numeric_limits<Count>::max();
  const auto plot = GetParam().make({});
  for (const Count number : {kMost, -kMost, Count{0}, Count{1}}) {
    Sample sample = plausible_sample({number});
    sample.interval = {number};
    Task task = plausible_process(number, "\x1b[31m<script>\n");
    task.identity.euid = number;
    task.identity.started = {number};
    task.identity.command_line = "\"/><script>alert(1)</script>\xff\xe2\x80\xae";
    task.cpu.user = task.cpu.system = {number};
    task.disk.read = task.disk.written = {number};
    task.memory.resident = task.memory.virtual_size = task.memory.resident_growth = {number};
    sample.tasks.push_back(task);
    show_to(*plot, sample);
    const std::string svg = svg_of(plot->picture());
    EXPECT_EQ(svg.find("<script"), svg.npos);
    EXPECT_EQ(svg.find("nan"), svg.npos);
    EXPECT_EQ(svg.find("\"inf"), svg.npos);
    EXPECT_EQ(svg.find('\x1b'), svg.npos);
    EXPECT_EQ(svg.find('\xff'), svg.npos);
  }
}

TEST_P(EveryPlot, OfNoProcessesHasItsHeadingWithHostAndTime) {
  const auto plot = GetParam().make({});
  Sample sample = plausible_sample({1'750'000'000});
  sample.tasks.clear();
  sample.since_boot = true;
  show_to(*plot, sample);
  const Picture picture = plot->picture();
  EXPECT_NE(picture.title().find("web-17.example.org"), std::string::npos);
  EXPECT_NE(picture.title().find("2025-06-15"), std::string::npos) << picture.title();
}

TEST_P(EveryPlot, IsTheSameForTheSameSamples) {
  std::string before;
  for (int run = 0; run < 2; ++run) {
    std::mt19937 random(5);
    const auto plot = GetParam().make({.dark = true});
    show_to(*plot, random_sample(random, 1'750'000'000, 100));
    show_to(*plot, random_sample(random, 1'750'000'010, 100));
    const std::string svg = svg_of(plot->picture());
    if (run == 1) {
      EXPECT_EQ(svg, before);
    }
    before = svg;
  }
}

std::vector<PlotRow> all_plots() {
  std::vector<PlotRow> all(plots().begin(), plots().end());
  all.push_back({"time_lines", "", time_lines_plot, false});
  return all;
}

INSTANTIATE_TEST_SUITE_P(Plots, EveryPlot, testing::ValuesIn(all_plots()),
                         [](const auto& each) { return std::string(each.param.name); });

// The beginnings of hints, "17 name", of which each process has one.
std::multiset<Count> pids_in_hints(const Picture& picture) {
  std::multiset<Count> pids;
  for (const Circle& circle : shapes_of<Circle>(picture)) {
    if (!circle.hint.empty()) pids.insert(std::stoll(circle.hint));
  }
  return pids;
}

TEST(GridPlot, HasADotForEveryProcess) {
  std::mt19937 random(9);
  const auto plot = plot_named("grid");
  show_to(*plot, random_sample(random, 1'750'000'000, 1000));
  std::multiset<Count> all;
  for (Count pid = 1; pid <= 1000; ++pid) all.insert(pid);
  EXPECT_EQ(pids_in_hints(plot->picture()), all);
}

TEST(GridPlot, HasThreadsIfTheyAreWanted) {
  Sample sample = plausible_sample({1'750'000'000});
  Task thread = plausible_process(301, "worker");
  thread.identity.tgid = 300;
  thread.identity.is_process = false;
  sample.tasks.push_back(thread);
  const auto processes = plot_named("grid");
  show_to(*processes, sample);
  EXPECT_EQ(pids_in_hints(processes->picture()), (std::multiset<Count>{1, 300}));
  const auto threads = plot_named("grid", {.threads = true});
  show_to(*threads, sample);
  const std::string svg = svg_of(threads->picture());
  EXPECT_NE(svg.find("thread 301 worker"), svg.npos);
}

TEST(GridPlot, SaysHowManyHaveNoRoom) {
  std::mt19937 random(9);
  const auto plot = plot_named("grid", {.width = 480, .height = 320});
  show_to(*plot, random_sample(random, 1'750'000'000, 30'000));
  EXPECT_NE(svg_of(plot->picture()).find("more have no room"), std::string::npos);
}

TEST(BubblePlot, HasABubbleForEveryProcessThatLives) {
  std::mt19937 random(9);
  const auto plot = plot_named("bubble");
  const Sample sample = random_sample(random, 1'750'000'000, 500);
  show_to(*plot, sample);
  std::multiset<Count> alive;
  for (const Task& task : sample.tasks) {
    if (task.identity.state != TaskIdentity::kExited) alive.insert(task.identity.pid);
  }
  EXPECT_EQ(pids_in_hints(plot->picture()), alive);
}

bool has_label(const Picture& picture, const std::string& label) {
  return std::ranges::any_of(shapes_of<Text>(picture),
                             [&](const Text& text) { return text.text == label; });
}

TEST(BubblePlot, NamesThoseThatChangeUntilTheyBore) {
  const auto plot = plot_named("bubble");
  bool was_named = false;
  for (Count i = 0; i < 40; ++i) {
    Sample sample = plausible_sample({1'750'000'000 + i * 10});
    for (Task& task : sample.tasks) task.memory.resident = kibibytes(400);
    Task large = plausible_process(7, "large");
    large.memory.resident = kibibytes(8'000'000);
    sample.tasks.push_back(large);
    if (i == 10) sample.tasks[1].cpu.user = {800};
    show_to(*plot, sample);
    const bool is_named = has_label(plot->picture(), "nginx 300");
    if (i == 11) was_named = is_named;
    if (i == 9 || i == 39) {
      EXPECT_FALSE(is_named) << "it has not changed for long";
    }
  }
  EXPECT_TRUE(was_named);
}

TEST(BubblePlot, ColorsUsersAlikeInAllPictures) {
  const auto fill_of = [](const std::vector<Count>& uids) {
    Sample sample = plausible_sample({1'750'000'000});
    sample.tasks.clear();
    for (const Count uid : uids) {
      sample.tasks.push_back(plausible_process(100 + uid, "x"));
      sample.tasks.back().identity.euid = uid;
    }
    const auto plot = plot_named("bubble", {.user_name = [](Count uid) {
                                   return uid == 5 ? std::string("mysql") : std::string();
                                 }});
    show_to(*plot, sample);
    for (const Circle& circle : shapes_of<Circle>(plot->picture())) {
      if (circle.hint.starts_with("105 x (mysql)")) return hex_text(circle.fill);
    }
    return std::string("no bubble");
  };
  EXPECT_EQ(fill_of({5}), fill_of({1, 2, 3, 4, 5, 6}));
  EXPECT_TRUE(fill_of({5}).starts_with("#")) << fill_of({5});
}

TEST(Timeline3dPlot, NamesWhatHasEndedInRed) {
  const auto plot = plot_named("timeline3d");
  for (Count i = 0; i < 5; ++i) {
    Sample sample = plausible_sample({1'750'000'000 + i * 10});
    Task task = plausible_process(77, "leaver");
    task.cpu.user = {500};
    if (i == 4) task.identity.state = TaskIdentity::kExited;
    sample.tasks.push_back(task);
    show_to(*plot, sample);
  }
  const Picture picture = plot->picture();
  const auto texts = shapes_of<Text>(picture);
  const auto color_of = [&](const std::string& label) {
    const auto found = std::ranges::find(texts, label, &Text::text);
    return found == texts.end() ? std::string("no label") : hex_text(found->color);
  };
  EXPECT_TRUE(color_of("leaver 77").starts_with("#d6")) << color_of("leaver 77");
  EXPECT_NE(color_of("nginx 300"), color_of("leaver 77"));
  EXPECT_NE(svg_of(picture).find("leaver 77 (root): 25.15 s of CPU"), std::string::npos);
}

TEST(TimeLines, NameThePeaksWithTheirTimesAndWhoDidMost) {
  const auto plot = time_lines_plot({});
  for (Count i = 0; i < 30; ++i) {
    Sample sample = plausible_sample({1'750'000'000 + i * 10});
    sample.since_boot = i == 0;
    if (i == 20) {
      sample.system.cpus.all.times.user = {1900};
      sample.system.cpus.all.times.idle = {0};
      sample.tasks[1].cpu.user = {930};
    }
    show_to(*plot, sample);
  }
  const std::string svg = svg_of(plot->picture());
  EXPECT_NE(svg.find("100.0 % at 15:10:00; most by nginx 300, 93.3 % of one CPU"), svg.npos) << svg;
  EXPECT_NE(svg.find("received 12.1K/s at"), svg.npos);
  EXPECT_NE(svg.find("not recorded"), svg.npos) << "pressure";
}

TEST(TimeLines, MarkWhatWasNotRecorded) {
  const auto plot = time_lines_plot({});
  for (const Count time : {0, 10, 20, 500, 510}) {
    show_to(*plot, plausible_sample({1'750'000'000 + time}));
  }
  std::size_t gaps = 0;
  for (const Area& area : shapes_of<Area>(plot->picture())) {
    gaps += area.hint == "nothing recorded" ? 1 : 0;
  }
  EXPECT_EQ(gaps, 1U);
}

}  // namespace
}  // namespace proctape
