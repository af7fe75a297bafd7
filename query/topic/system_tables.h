// SPDX-License-Identifier: Apache-2.0
//
// Tables of what the host as a whole did (query/measure/system_series.h).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "query/measure/device_use.h"
#include "query/measure/system_series.h"
#include "query/table/table.h"

namespace proctape {

// A row for each point, or for about `count` means of them (0: all), with these measures as
// columns.
Table time_line(std::string_view name, std::string title, std::span<const SystemPoint> points,
                std::span<const Measure> measures, std::size_t count);

// A row for each of these measures that was not always 0: mean, worst value, and when that was.
Table breakdown(std::string_view name, std::string title, std::span<const SystemPoint> points,
                std::span<const Measure> measures);

// What sums of disks and interfaces are of, where that is not what everybody expects; for notes.
std::vector<std::string> notes_on_sums(const SystemSeries& series, const DeviceUses& devices);

}  // namespace proctape
