// SPDX-License-Identifier: Apache-2.0
//
// Tables of what the host as a whole did (query/measure/system_series.h).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "query/measure/device_use.h"
#include "query/measure/figures.h"
#include "query/measure/system_series.h"
#include "query/table/table.h"
#include "query/topic/topic.h"

namespace proctape {

// A row for each point, or for about `count` means of them (0: all), with these measures as
// columns.
Table time_line(std::string_view name, std::string title, std::span<const SystemPoint> points,
                std::span<const Measure> measures, std::size_t count);

// Columns that were 0, or not known, all the time are there only where there is room; a note tells
// it.
void hide_idle_columns(Table& time_line);

// What a time line of so many rows is made of, and what every sample is a row of.
inline SystemSeries series_for(const Question& question) {
  return question.points == 0 ? SystemSeries() : SystemSeries(SystemSeries::kMostPoints);
}

// A row for each of these measures that was not always 0: mean, worst value, when that was, and of
// what is counted how much it was together.
Table breakdown(std::string_view name, std::string title, const SystemSeries& series,
                std::span<const Measure> measures);

// Such rows of figures.
void add_figures(const Figures& figures, Table& breakdown);

// What sums of disks and interfaces are of, where that is not what everybody expects; for notes.
std::vector<std::string> notes_on_disks(const SystemSeries& series, const DeviceUses& devices);
std::vector<std::string> notes_on_network(const SystemSeries& series, const DeviceUses& devices);

}  // namespace proctape
