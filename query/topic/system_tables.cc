// SPDX-License-Identifier: Apache-2.0
#include "query/topic/system_tables.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text/duration_text.h"
#include "query/measure/fold.h"

namespace proctape {
namespace {

// "eth0, eth1"
std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 8;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() > kShown) text += " and " + std::to_string(names.size() - kShown) + " more";
  return text;
}

Value value_of(double number) { return std::isnan(number) ? Value{} : Value(number); }
Value value_of(Seconds time) { return static_cast<double>(time.value); }

// A row of a breakdown, unless it is 0.
void add_measured(const Column& what, const MeanAndPeak& found, Table& table) {
  if (std::isnan(found.peak) || (found.peak == 0 && found.mean == 0)) return;
  Value total;
  if (std::isnan(found.total)) {
    // Of no interval.
  } else if (what.unit == ColumnUnit::kPerSecond) {
    total = Measured{std::round(found.total), ColumnUnit::kCount};
  } else if (what.unit == ColumnUnit::kBytesPerSecond) {
    total = Measured{std::round(found.total), ColumnUnit::kBytes};
  }
  table.rows.push_back({full_name(what), Measured{found.mean, what.unit},
                        Measured{found.peak, what.unit}, value_of(found.peak_time), total,
                        std::string(what.meaning)});
}

}  // namespace

Table time_line(std::string_view name, std::string title, std::span<const SystemPoint> points,
                std::span<const Measure> measures, std::size_t count) {
  Table table{.name = name, .title = std::move(title)};
  table.columns.push_back({"time", "time", ColumnUnit::kTime, "end of the interval"});
  for (const Measure measure : measures) table.columns.push_back(row_of(measure));
  table.columns.push_back(
      {"length", "seconds", ColumnUnit::kSeconds, "of the intervals that the row tells of", true});
  table.is_whole = true;
  const std::vector<SystemPoint> all(points.begin(), points.end());
  const auto rows = count == 0 ? all : folded(points, count);
  for (const SystemPoint& point : rows) {
    if (point.gap.value > 0) {
      table.remarks.push_back(
          {table.rows.size(), "nothing recorded for " + duration_text(point.gap.value)});
    }
    if (point.since_boot) {
      table.remarks.push_back(
          {table.rows.size(),
           "a recording begins; booted " + duration_text(point.uptime.value) + " before"});
    }
    auto& row = table.rows.emplace_back();
    row.push_back(value_of(point.time));
    for (const Measure measure : measures) row.push_back(value_of(point[measure]));
    row.push_back(point.since_boot ? Value{} : Value(point.seconds));
  }
  if (rows.size() < points.size() && count > 1) {
    table.notes.push_back("Each line is the mean of up to " +
                          std::to_string(joined_together(points.size(), count)) +
                          " samples; --all shows every one.");
  }
  return table;
}

void hide_idle_columns(Table& time_line) {
  const auto find = [&](std::size_t column, auto is_so) {
    return std::ranges::any_of(time_line.rows, [&](const auto& row) {
      const auto* number = std::get_if<double>(&row[column]);
      return number && is_so(*number);
    });
  };
  std::vector<std::string> idle, unknown;
  for (std::size_t i = 0; i < time_line.columns.size(); ++i) {
    Column& column = time_line.columns[i];
    if (column.unit == ColumnUnit::kTime || column.unit == ColumnUnit::kText || column.wide)
      continue;
    if (find(i, [](double number) { return number != 0; })) continue;
    const bool is_known = find(i, [](double) { return true; });
    (is_known ? idle : unknown).emplace_back(column.heading);
    column.wide = true;
  }
  if (!idle.empty()) time_line.notes.push_back("Always 0: " + listed(idle) + ".");
  if (!unknown.empty() && !time_line.rows.empty()) {
    time_line.notes.push_back("Not recorded: " + listed(unknown) + ".");
  }
}

Table breakdown(std::string_view name, std::string title, const SystemSeries& series,
                std::span<const Measure> measures) {
  Table table{.name = name, .title = std::move(title)};
  table.columns = {
      {"measure", "", ColumnUnit::kText, "what, with its unit"},
      {"mean", "mean", ColumnUnit::kNumber, "mean over the period"},
      {"peak", "peak", ColumnUnit::kNumber, "the worst of an interval"},
      {"peak_time", "when", ColumnUnit::kTime, "end of that interval"},
      {"total", "total", ColumnUnit::kNumber,
       "of what is told per second: how much it was in the period"},
      {"meaning", "", ColumnUnit::kText, "what it is"},
  };
  table.is_whole = true;
  table.if_empty = "nothing but 0";
  for (const Measure measure : measures) {
    const MeasureRow& what = row_of(measure);
    const MeanAndPeak found = series.mean_and_peak(measure);
    add_measured(what, found, table);
  }
  return table;
}

void add_figures(const Figures& figures, Table& breakdown) {
  for (std::size_t i = 0; i < figures.figures().size(); ++i) {
    const Figure& figure = figures.figures()[i];
    const OverTime& use = figures.uses()[i];
    add_measured(figure, {use.mean(), use.peak(), use.peak_time(), use.sum()}, breakdown);
  }
}

std::vector<std::string> notes_on_disks(const SystemSeries& series, const DeviceUses& devices) {
  std::vector<std::string> notes;
  std::vector<std::string> names;
  for (const DiskUse& use : devices.disks()) {
    if (use.device_class != DeviceClass::kReal) names.push_back(use.name);
  }
  if (!names.empty()) {
    notes.push_back(
        "Disk leaves out what is the same I/O as that of other disks: " + listed(names) + ".");
  }
  if (series.disks_counted() == Basis::kVirtual) {
    notes.emplace_back("Disk is the I/O of volumes or arrays: no disk below them was recorded.");
  }
  return notes;
}

std::vector<std::string> notes_on_network(const SystemSeries& series, const DeviceUses& devices) {
  std::vector<std::string> notes;
  if (series.interfaces_counted() == Basis::kVirtual) {
    std::vector<std::string> names;
    for (const InterfaceUse& use : devices.interfaces()) {
      if (use.device_class == series.interface_class()) names.push_back(use.name);
    }
    notes.push_back(
        "Net is the traffic of virtual interfaces, as there are no others: " + listed(names) + ".");
  }
  return notes;
}

}  // namespace proctape
