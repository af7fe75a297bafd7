// SPDX-License-Identifier: Apache-2.0
#include "report/plot/time_lines.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "base/text/format.h"
#include "base/text/size_text.h"
#include "base/text/visible_text.h"
#include "base/time_text.h"
#include "query/measure/elapsed.h"
#include "query/measure/system_series.h"
#include "report/picture/text_size.h"
#include "report/plot/columns.h"
#include "report/plot/heading.h"
#include "report/plot/scale.h"
#include "report/plot/shot.h"
#include "report/plot/theme.h"

namespace proctape {
namespace {

constexpr double kPanelTextSize = 11;
constexpr double kColumnWidth = 1.5;
constexpr double kTitleRow = 19;
constexpr double kPeakRow = 15;
constexpr double kPanelGap = 12;
constexpr double kAxisHeight = 30;
constexpr double kValueWidth = 58;

// Who did most of something in one interval.
struct Champion {
  Count pid = 0;
  InlineText<15> name;
  double amount = 0;
};
enum class Contest { kNone, kCpu, kResident, kIo };
constexpr std::size_t kContests = 4;

struct PanelLine {
  Measure measure;
  std::string_view name;
  Color Theme::*color;
};
struct Panel {
  std::string_view title;
  std::vector<PanelLine> lines;
  bool is_stack;
  Measure total;  // of a stack
  Contest contest;
};

const std::vector<Panel>& panels() {
  static const std::vector<Panel> kPanels = {
      {"CPU, % of all CPUs",
       {{Measure::kCpuUser, "user", &Theme::blue},
        {Measure::kCpuNice, "nice", &Theme::green},
        {Measure::kCpuSystem, "system", &Theme::red},
        {Measure::kCpuIrq, "interrupts", &Theme::purple},
        {Measure::kCpuIowait, "waiting for I/O", &Theme::orange},
        {Measure::kCpuSteal, "stolen", &Theme::grey}},
       true,
       Measure::kCpuBusy,
       Contest::kCpu},
      {"Memory in use",
       {{Measure::kMemoryUsed, "memory", &Theme::green}, {Measure::kSwapUsed, "swap", &Theme::red}},
       false,
       Measure::kMemoryUsed,
       Contest::kResident},
      {"Pressure, % of the time",
       {{Measure::kPressureCpuSome, "CPU", &Theme::blue},
        {Measure::kPressureMemorySome, "memory", &Theme::green},
        {Measure::kPressureIoSome, "I/O", &Theme::orange}},
       false,
       Measure::kPressureCpuSome,
       Contest::kNone},
      {"Disks, bytes a second",
       {{Measure::kDiskRead, "read", &Theme::green},
        {Measure::kDiskWritten, "written", &Theme::orange}},
       false,
       Measure::kDiskRead,
       Contest::kIo},
      {"Network, bytes a second",
       {{Measure::kNetReceived, "received", &Theme::blue},
        {Measure::kNetSent, "sent", &Theme::purple}},
       false,
       Measure::kNetReceived,
       Contest::kNone},
  };
  return kPanels;
}

std::string amount_text(double value, ColumnUnit unit) {
  switch (unit) {
    case ColumnUnit::kBytes:
      return size_text(value);
    case ColumnUnit::kBytesPerSecond:
      return size_text(value) + "/s";
    default:
      return formatted("{:.1f} %", value);
  }
}

// Where the parts of the picture are.
struct TimeFrame {
  Seconds from, to;
  double left = 0, right = 0;

  double x_of(double time) const {
    const double whole = std::max(static_cast<double>((to - from).value), 1.0);
    return left + (time - static_cast<double>(from.value)) / whole * (right - left);
  }
  double x_of(Seconds time) const { return x_of(static_cast<double>(time.value)); }
  std::size_t columns() const {
    return static_cast<std::size_t>(std::max((right - left) / kColumnWidth, 1.0));
  }
  // The middle of a column.
  double x_of_column(std::size_t number) const {
    return left +
           (static_cast<double>(number) + 0.5) / static_cast<double>(columns()) * (right - left);
  }
};

class TimeLinesPlot : public Plot {
 public:
  explicit TimeLinesPlot(const PlotOptions& options) : options_(options) {}

  void begin(const Host& host, const Sample& sample) override {
    host_ = host;
    sample_ = {};
    sample_.interval = sample.interval;
    sample_.beyond = sample.beyond;
    sample_.since_boot = sample.since_boot;
    memory_ = used(sample.system.memory.total);
    series_.begin(host, sample);
    champions_.emplace_back();
  }
  void take(const Task& task, bool is_meant) override {
    series_.take(task);
    if (!is_meant || !task.identity.is_process) return;
    const Shot shot = shot_of(host_, sample_, task);
    const auto contend = [&](Contest contest, double amount) {
      Champion& champion = champions_.back()[static_cast<std::size_t>(contest)];
      if (amount > champion.amount) champion = {shot.pid, shot.name, amount};
    };
    contend(Contest::kCpu, shot.cpu);
    if (!shot.ended) contend(Contest::kResident, shot.resident);
    contend(Contest::kIo, shot.read + shot.written);
  }
  void end() override { series_.end(); }

  Picture picture() const override;

 private:
  void add_panel(const Panel& panel, const TimeFrame& frame, double top, double bottom,
                 Picture& picture) const;
  void add_lines(const Panel& panel, const TimeFrame& frame, double bottom, double per_unit,
                 Picture& picture) const;
  void add_peak(const Panel& panel, const TimeFrame& frame, double top, double bottom,
                double per_unit, Picture& picture) const;
  void add_gaps(const TimeFrame& frame, double top, double bottom, Picture& picture) const;
  double most_of(const Panel& panel) const;
  std::string champion_text(Contest contest, Seconds time) const;

  PlotOptions options_;
  Host host_;
  Sample sample_;      // its times
  double memory_ = 0;  // of the host
  SystemSeries series_;
  std::vector<std::array<Champion, kContests>> champions_;  // of each point
};

struct Run {
  std::size_t begin, end;
};

// Columns that follow each other of which something is known.
std::vector<Run> runs_of(const std::vector<TimeColumn>& columns) {
  std::vector<Run> runs;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (std::isnan(columns[i].mean)) continue;
    if (runs.empty() || runs.back().end != i) runs.push_back({i, i});
    runs.back().end = i + 1;
  }
  return runs;
}

void TimeLinesPlot::add_lines(const Panel& panel, const TimeFrame& frame, double bottom,
                              double per_unit, Picture& picture) const {
  const Theme& theme = theme_of(options_.dark);
  const std::size_t count = frame.columns();
  std::vector<double> below(count, 0.0);
  const auto y_of = [&](double value) { return bottom - value * per_unit; };
  for (const PanelLine& line : panel.lines) {
    const auto columns = columns_of(series_.points(), line.measure, frame.from, frame.to, count);
    const Color color = theme.*line.color;
    const bool is_area = panel.is_stack || &line == &panel.lines.front();
    for (const Run& run : runs_of(columns)) {
      Area area{.fill = faded(color, panel.is_stack ? 0.75 : 0.22)};
      Line means{.color = color, .width = 1.3};
      Line peaks{.color = faded(color, 0.45), .width = 0.7};
      for (std::size_t i = run.begin; i < run.end; ++i) {
        const double x = frame.x_of_column(i);
        const double base = panel.is_stack ? below[i] : 0;
        area.points.push_back({x, y_of(base + columns[i].mean)});
        means.points.push_back({x, y_of(columns[i].mean)});
        peaks.points.push_back({x, y_of(columns[i].most)});
      }
      for (std::size_t i = run.end; i-- > run.begin;) {
        area.points.push_back({frame.x_of_column(i), y_of(panel.is_stack ? below[i] : 0)});
      }
      if (is_area) picture.add(std::move(area));
      if (panel.is_stack) continue;
      picture.add(std::move(peaks));
      picture.add(std::move(means));
    }
    for (std::size_t i = 0; i < count; ++i) {
      if (!std::isnan(columns[i].mean)) below[i] += columns[i].mean;
    }
  }
  if (!panel.is_stack) return;
  // What the means of a stack hide.
  const auto columns = columns_of(series_.points(), panel.total, frame.from, frame.to, count);
  for (const Run& run : runs_of(columns)) {
    Line peaks{.color = faded(theme.ink, 0.5), .width = 0.7};
    for (std::size_t i = run.begin; i < run.end; ++i) {
      peaks.points.push_back({frame.x_of_column(i), y_of(columns[i].most)});
    }
    picture.add(std::move(peaks));
  }
}

double TimeLinesPlot::most_of(const Panel& panel) const {
  if (panel.is_stack) return 100;
  const bool is_memory = panel.total == Measure::kMemoryUsed;
  double most = is_memory ? memory_ : 0;
  for (const PanelLine& line : panel.lines) {
    most = std::fmax(most, mean_and_peak(series_.points(), line.measure).peak);
  }
  return most;
}

std::string TimeLinesPlot::champion_text(Contest contest, Seconds time) const {
  if (contest == Contest::kNone) return {};
  const auto& points = series_.points();
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Champion& champion = champions_[i][static_cast<std::size_t>(contest)];
    if (points[i].time != time || points[i].since_boot || !(champion.amount > 0)) continue;
    const ColumnUnit unit = contest == Contest::kCpu        ? ColumnUnit::kPercent
                            : contest == Contest::kResident ? ColumnUnit::kBytes
                                                            : ColumnUnit::kBytesPerSecond;
    return formatted("; most by {} {}, {}{}", champion.name.view(), champion.pid,
                     amount_text(champion.amount, unit),
                     contest == Contest::kCpu ? " of one CPU" : "");
  }
  return {};
}

void TimeLinesPlot::add_peak(const Panel& panel, const TimeFrame& frame, double top, double bottom,
                             double per_unit, Picture& picture) const {
  const Theme& theme = theme_of(options_.dark);
  MeanAndPeak best;
  Measure measure = panel.total;
  const PanelLine* its_line = nullptr;
  const auto consider = [&](Measure each, const PanelLine* line) {
    const MeanAndPeak found = mean_and_peak(series_.points(), each);
    if (!(found.peak > 0) || found.peak <= best.peak) return;
    best = found;
    measure = each;
    its_line = line;
  };
  if (panel.is_stack) {
    consider(panel.total, nullptr);
  } else {
    for (const PanelLine& line : panel.lines) consider(line.measure, &line);
  }
  if (!(best.peak > 0)) return;
  const Point at{std::clamp(frame.x_of(best.peak_time), frame.left, frame.right),
                 bottom - best.peak * per_unit};
  const bool one_day = time_text(frame.from, "%F") == time_text(frame.to, "%F");
  std::string text =
      formatted("{}{} at {}{}", its_line ? std::string(its_line->name) + " " : std::string(),
                amount_text(best.peak, row_of(measure).unit),
                time_text(best.peak_time, one_day ? kTimeOnly : "%m-%d %H:%M:%S"),
                champion_text(panel.contest, best.peak_time));
  text = cut_to_width(visible(text), kPanelTextSize, frame.right - frame.left);
  const double width = text_width(text, kPanelTextSize);
  const double x = std::clamp(at.x - width / 2, frame.left, frame.right - width);
  picture.add(Line{{{at.x, top - 2}, at}, theme.soft, 0.7});
  picture.add(Circle{at, 3, theme.background, theme.ink});
  picture.add(Text{.at = {x, top - 5}, .text = text, .size = kPanelTextSize, .color = theme.ink});
}

void TimeLinesPlot::add_panel(const Panel& panel, const TimeFrame& frame, double top, double bottom,
                              Picture& picture) const {
  const Theme& theme = theme_of(options_.dark);
  picture.add(Text{.at = {kPlotMargin, top + 13},
                   .text = std::string(panel.title),
                   .size = 12,
                   .color = theme.ink,
                   .bold = true});
  // The legend, from the right.
  double x = frame.right;
  for (auto line = panel.lines.rbegin(); line != panel.lines.rend(); ++line) {
    const std::string name(line->name);
    x -= text_width(name, kPanelTextSize);
    picture.add(
        Text{.at = {x, top + 13}, .text = name, .size = kPanelTextSize, .color = theme.soft});
    picture.add(Circle{{x - 8, top + 9}, 4, theme.*line->color});
    x -= 26;
  }
  const double plot_top = top + kTitleRow + kPeakRow;
  const double most = most_of(panel);
  const bool is_known = std::ranges::any_of(panel.lines, [&](const PanelLine& line) {
    return !std::isnan(mean_and_peak(series_.points(), line.measure).peak);
  });
  if (!is_known) {
    picture.add(Text{.at = {frame.left, plot_top + 12},
                     .text = "not recorded",
                     .size = kPanelTextSize,
                     .color = theme.soft});
    return;
  }
  const ColumnUnit unit = row_of(panel.total).unit;
  const bool are_bytes = unit != ColumnUnit::kPercent;
  const double tick_count = (bottom - plot_top) / 28;
  const double scale_most = are_bytes ? std::max(most, 1024.0) : std::max(most, 5.0);
  const double per_unit = (bottom - plot_top) / scale_most;
  for (const Tick& tick :
       are_bytes ? byte_ticks(scale_most, tick_count) : number_ticks(scale_most, tick_count)) {
    const double y = bottom - tick.value * per_unit;
    picture.add(Line{{{frame.left, y}, {frame.right, y}}, theme.grid});
    picture.add(Text{.at = {frame.left - 6, y + 4},
                     .text = tick.text,
                     .size = kPanelTextSize - 1,
                     .color = theme.soft,
                     .align = Align::kEnd});
  }
  add_lines(panel, frame, bottom, per_unit, picture);
  add_peak(panel, frame, plot_top, bottom, per_unit, picture);
}

void TimeLinesPlot::add_gaps(const TimeFrame& frame, double top, double bottom,
                             Picture& picture) const {
  const Theme& theme = theme_of(options_.dark);
  bool is_first = true;
  for (const SystemPoint& point : series_.points()) {
    const Seconds begin = point.time - Seconds{point.since_boot ? 0 : std::llround(point.seconds)};
    const double right = frame.x_of(begin);
    const double left = frame.x_of(begin - point.gap);
    if (point.gap.value > 0 && right - left > 1) {
      picture.add(Area{{{left, top}, {right, top}, {right, bottom}, {left, bottom}},
                       faded(theme.soft, 0.16),
                       "nothing recorded"});
    }
    if (point.since_boot && !is_first) {
      picture.add(Line{.points = {{right, top}, {right, bottom}},
                       .color = theme.soft,
                       .dashed = true,
                       .hint = "a recording began"});
    }
    is_first = false;
  }
}

Picture TimeLinesPlot::picture() const {
  const Theme& theme = theme_of(options_.dark);
  const auto& points = series_.points();
  const SystemPoint& first = points.front();
  TimeFrame frame{first.time, points.back().time, kPlotMargin + kValueWidth,
                  options_.width - kPlotMargin};
  if (!first.since_boot) frame.from = frame.from - Seconds{std::llround(first.seconds)};
  Picture picture =
      headed_picture(options_, host_, "what the host did",
                     period_text(frame.from, frame.to) + formatted("; {} samples", points.size()));
  const double top = kHeadingHeight, bottom = options_.height - kAxisHeight;
  const double height = (bottom - top) / static_cast<double>(panels().size());
  for (const Tick& tick : time_ticks(frame.from, frame.to, (frame.right - frame.left) / 100)) {
    const double x = frame.x_of(tick.value);
    picture.add(Line{{{x, top + kTitleRow + kPeakRow}, {x, bottom}}, theme.grid});
    picture.add(Text{.at = {x, bottom + 18},
                     .text = tick.text,
                     .size = kPanelTextSize,
                     .color = theme.soft,
                     .align = Align::kMiddle});
  }
  add_gaps(frame, top + kTitleRow + kPeakRow, bottom, picture);
  for (std::size_t i = 0; i < panels().size(); ++i) {
    const double its_top = top + static_cast<double>(i) * height;
    add_panel(panels()[i], frame, its_top, its_top + height - kPanelGap, picture);
  }
  return picture;
}

}  // namespace

std::unique_ptr<Plot> time_lines_plot(const PlotOptions& options) {
  return std::make_unique<TimeLinesPlot>(options);
}

}  // namespace proctape
