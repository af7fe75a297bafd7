// SPDX-License-Identifier: Apache-2.0
#include "report/plot/grid.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "base/text/format.h"
#include "query/measure/elapsed.h"
#include "report/picture/text_size.h"
#include "report/plot/heading.h"
#include "report/plot/labels.h"
#include "report/plot/places.h"
#include "report/plot/scale.h"
#include "report/plot/shot.h"
#include "report/plot/theme.h"

namespace proctape {
namespace {

constexpr double kUserWidth = 120;
constexpr double kGridLegendWidth = 150;
constexpr double kGridLabelSize = 11;
constexpr double kLeastGroupHeight = 16;
constexpr double kGroupGap = 6;
// Dots this far from each other, from which the largest is taken that has room for all. Few sizes:
// dots stay where they are while a few more come.
constexpr double kCells[] = {56, 42, 32, 26, 21, 17, 14, 11, 9, 7, 5.5, 4, 3, 2};
// A change of the resident memory by so much has a ring.
constexpr double kMuchGrowth = 0.1;
constexpr double kLeastGrowth = 1024.0 * 1024;

// One user, or the rest of them.
struct GridGroup {
  std::string name;
  std::size_t tasks = 0;
  std::vector<Places::Row> rows;
  std::size_t places() const {
    std::size_t sum = 0;
    for (const Places::Row& row : rows) sum += row.size();
    return sum;
  }
};

struct GridLayout {
  double cell = 2;
  std::size_t columns = 1;
  double height_of(const GridGroup& group) const {
    const std::size_t lines = (group.places() + columns - 1) / columns;
    return std::max(static_cast<double>(lines) * cell, kLeastGroupHeight) + kGroupGap;
  }
};

GridLayout layout_of(const std::vector<GridGroup>& groups, const Box& area) {
  GridLayout layout;
  for (const double cell : kCells) {
    layout = {cell, static_cast<std::size_t>(std::max(area.width() / cell, 1.0))};
    double height = 0;
    for (const GridGroup& group : groups) height += layout.height_of(group);
    if (height <= area.height()) break;
  }
  return layout;
}

bool has_grown(const Shot& shot) {
  const double before = shot.resident - shot.growth;
  const double growth = std::abs(shot.growth);
  // Of a new one everything is growth.
  return before > 0 && growth > kLeastGrowth && growth > kMuchGrowth * before;
}

class GridPlot : public Plot {
 public:
  explicit GridPlot(const PlotOptions& options) : options_(options) {}

  void begin(const Host& host, const Sample& sample) override {
    host_ = host;
    shots_.clear();
    sample_ = {};
    sample_.time = bounded(sample.time);
    sample_.interval = sample.interval;
    sample_.beyond = sample.beyond;
    sample_.since_boot = sample.since_boot;
  }
  void take(const Task& task, bool is_meant) override {
    if (!is_meant || (!options_.threads && !task.identity.is_process)) return;
    shots_.push_back(shot_of(host_, sample_, task));
  }
  void end() override { places_.next(shots_); }

  Picture picture() const override;

 private:
  std::vector<GridGroup> groups(std::size_t most) const;
  Color color_of(const Shot& shot, const Theme& theme) const;
  double radius_of(const Shot& shot, double cell) const;
  void add_dot(const Shot& shot, Point center, double cell, Picture& picture) const;
  void add_dots_legend(double cell, const Box& area, Picture& picture) const;

  PlotOptions options_;
  Host host_;
  Sample sample_;  // its times
  std::vector<Shot> shots_;
  Places places_;
};

// In the order of uids, the kernel last. Users for which there is no room by themselves are one
// group: those with the fewest tasks.
std::vector<GridGroup> GridPlot::groups(std::size_t most) const {
  std::vector<std::pair<Count, const Places::Row*>> users;
  for (const auto& [uid, row] : places_.rows()) users.emplace_back(uid, &row);
  std::size_t least = 0;
  if (users.size() > most) {
    std::vector<std::size_t> sizes;
    for (const auto& [uid, row] : users) sizes.push_back(row->size());
    std::ranges::sort(sizes, std::greater{});
    least = sizes[most - 1] + 1;
  }
  std::vector<GridGroup> groups;
  GridGroup others{.name = "others"};
  GridGroup kernel;
  for (const auto& [uid, row] : users) {
    const auto is_task = [](const auto& place) { return place.has_value(); };
    const auto tasks = static_cast<std::size_t>(std::ranges::count_if(*row, is_task));
    GridGroup group{user_text(uid, options_), tasks, {*row}};
    if (uid == Shot::kKernel) {
      kernel = std::move(group);
    } else if (row->size() < least) {
      others.tasks += tasks;
      others.rows.push_back(*row);
    } else {
      groups.push_back(std::move(group));
    }
  }
  if (!others.rows.empty()) groups.push_back(std::move(others));
  if (!kernel.rows.empty()) groups.push_back(std::move(kernel));
  return groups;
}

// What is little is paler, but a tick is seen.
Color GridPlot::color_of(const Shot& shot, const Theme& theme) const {
  if (shot.ended) return theme.ended;
  const double io = shot.read + shot.written;
  if (!(shot.cpu > 0) && !(io > 0)) return theme.idle;
  constexpr double kMuchCpu = 25, kMuchIo = 1024.0 * 1024;
  const double much = std::min(std::max(shot.cpu / kMuchCpu, io / kMuchIo), 1.0);
  const Color color = shot.cpu > 0 ? (io > 0 ? theme.both : theme.cpu) : theme.io;
  return faded(color, 0.45 + 0.55 * std::sqrt(much));
}

// The volume of a ball: memory differs by factors of thousands.
double radius_of_size(double bytes, double cell) {
  constexpr double kGibibyte = 1024.0 * 1024 * 1024;
  const double share = std::min(std::cbrt(bytes / kGibibyte), 1.0);
  return std::max(cell * 0.46 * share, cell * 0.1);
}

double GridPlot::radius_of(const Shot& shot, double cell) const {
  // Threads have the memory of their process.
  return radius_of_size(shot.is_process ? shot.resident : 0, cell);
}

void GridPlot::add_dot(const Shot& shot, Point center, double cell, Picture& picture) const {
  const Theme& theme = theme_of(options_.dark);
  const double radius = radius_of(shot, cell);
  picture.add(Circle{.center = center,
                     .radius = radius,
                     .fill = color_of(shot, theme),
                     .hint = hint_of(shot, options_)});
  if (!shot.ended && shot.is_process && has_grown(shot)) {
    picture.add(Circle{.center = center,
                       .radius = radius + 1.5,
                       .fill = {0, 0, 0, 0},
                       .edge = shot.growth > 0 ? theme.ink : theme.blue});
  }
}

void GridPlot::add_dots_legend(double cell, const Box& area, Picture& picture) const {
  const Theme& theme = theme_of(options_.dark);
  std::vector<LegendRow> rows = {
      {"in the interval", std::nullopt},
      {"idle", theme.idle},
      {"CPU", theme.cpu},
      {"disk I/O", theme.io},
      {"both", theme.both},
      {"ended", theme.ended},
      {"", std::nullopt, 1},
      {"resident memory", {}},
  };
  constexpr double kMebibyte = 1024.0 * 1024;
  for (const double size : {kMebibyte, 64 * kMebibyte, 1024 * kMebibyte}) {
    rows.push_back({short_size_text(size) + (size > 1000 * kMebibyte ? " and more" : ""),
                    theme.soft, radius_of_size(size, cell)});
  }
  rows.push_back({"grew by 10 %", theme.ink, 5, true});
  rows.push_back({"shrank by 10 %", theme.blue, 5, true});
  add_legend(rows, {area.right + 20, area.top}, kGridLegendWidth - 30, options_.height - 8, theme,
             picture);
}

Picture GridPlot::picture() const {
  const Theme& theme = theme_of(options_.dark);
  const Box area{kPlotMargin + kUserWidth, kHeadingHeight, options_.width - kGridLegendWidth,
                 options_.height - kPlotMargin - 12};
  const auto most_groups =
      static_cast<std::size_t>(std::max(area.height() / 2 / (kLeastGroupHeight + kGroupGap), 3.0));
  const std::vector<GridGroup> all = groups(most_groups);
  const GridLayout layout = layout_of(all, area);

  const auto number = [&](auto is_one) {
    return static_cast<std::size_t>(std::ranges::count_if(shots_, is_one));
  };
  std::string when = moment_text(sample_.time, seconds_of(sample_), sample_.since_boot);
  when += formatted("; {} {}, {} ended", number([](const Shot& shot) { return !shot.ended; }),
                    options_.threads ? "processes and threads" : "processes",
                    number([](const Shot& shot) { return shot.ended; }));
  Picture picture =
      headed_picture(options_, host_, "what each process does, by user and start", when);

  // Labels are over dots that do nothing.
  Labels labels(area);
  std::vector<std::pair<const Shot*, Point>> dots;
  std::size_t left_out = 0;
  double top = area.top;
  for (const GridGroup& group : all) {
    const double height = layout.height_of(group);
    std::size_t place = 0;
    bool is_named = false;
    for (const Places::Row& row : group.rows) {
      for (const auto& index : row) {
        const Point center{
            area.left + (static_cast<double>(place % layout.columns) + 0.5) * layout.cell,
            top + (static_cast<double>(place / layout.columns) + 0.5) * std::max(layout.cell, 1.0)};
        ++place;
        if (!index) continue;
        if (center.y > area.bottom) {
          ++left_out;
          continue;
        }
        is_named = true;
        dots.emplace_back(&shots_[*index], center);
      }
    }
    if (is_named) {
      const std::string count = formatted(" {}", group.tasks);
      const double room = kUserWidth - 12 - text_width(count, kGridLabelSize);
      picture.add(
          Text{.at = {area.left - 10, top + std::max(layout.cell, kLeastGroupHeight) / 2 + 4},
               .text = cut_to_width(group.name, kGridLabelSize, room) + count,
               .size = kGridLabelSize,
               .color = theme.ink,
               .align = Align::kEnd});
    }
    top += height;
  }
  for (const auto& [shot, center] : dots) {
    add_dot(*shot, center, layout.cell, picture);
    const bool is_idle = !shot->ended && !(shot->cpu + shot->read + shot->written > 0);
    const double radius = radius_of(*shot, layout.cell);
    if (!is_idle) {
      labels.avoid({center.x - radius, center.y - radius, center.x + radius, center.y + radius});
    }
  }

  // Those that do most have their names.
  const auto doing = [](const auto& dot) {
    constexpr double kMuchIo = 10 * 1024.0 * 1024;
    return dot.first->cpu / 100 + (dot.first->read + dot.first->written) / kMuchIo;
  };
  constexpr double kLittle = 0.02;
  std::erase_if(dots, [&](const auto& dot) { return doing(dot) < kLittle; });
  std::ranges::stable_sort(dots, std::greater{}, doing);
  constexpr std::size_t kMostLabels = 16;
  if (dots.size() > kMostLabels) dots.resize(kMostLabels);
  for (const auto& [shot, center] : dots) {
    labels.add(center, radius_of(*shot, layout.cell),
               Text{.text = label_of(*shot),
                    .size = kGridLabelSize,
                    .color = theme.ink,
                    .halo = faded(theme.background, 0.85)},
               theme.soft, picture);
  }
  if (left_out > 0) {
    picture.add(
        Text{.at = {area.left, options_.height - 10},
             .text = formatted("{} more have no room; a larger --height shows them", left_out),
             .size = kGridLabelSize,
             .color = theme.soft});
  }
  add_dots_legend(layout.cell, area, picture);
  return picture;
}

}  // namespace

std::unique_ptr<Plot> grid_plot(const PlotOptions& options) {
  return std::make_unique<GridPlot>(options);
}

}  // namespace proctape
