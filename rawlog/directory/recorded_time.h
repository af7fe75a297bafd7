// SPDX-License-Identifier: Apache-2.0
//
// Recorded time: how long the recorder of a log directory has recorded, all its runs together. It
// tells the age of a log where no clock can: it grows by what passed between two records, never by
// more than CLOCK_BOOTTIME counted, so a step of the wall clock does not move it, and it goes on
// after restarts and reboots. The time while nobody recorded is missing: what it calls an age is
// never more than the true one.
//
// It is kept in the logs themselves: the header of each, which is never changed afterwards, holds
// when it was begun, in members that atop has used in no version (the last three `ifuture`, the
// third a check); what its records add follows from them. `series` is drawn by lot for each
// directory: times of logs that were copied from elsewhere say nothing here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/units.h"
#include "rawlog/layout/header_record.h"

namespace proctape {

struct RecordedTime {
  std::uint32_t series = 0;  // not 0
  Seconds passed;

  friend bool operator==(const RecordedTime&, const RecordedTime&) = default;
};

// No record is added to a log that was begun longer ago than this: it is of one date. So its last
// record is no later than that.
inline constexpr Seconds kLongestLog{26 * 3600};

// From the header of a log; none if nobody wrote it there.
std::optional<RecordedTime> recorded_time_of(std::span<const std::byte> header);

void put_recorded_time(const RecordedTime& begun, std::span<std::byte> header);

// What a record adds whose header is `header` and which follows one of time `before` in the same
// log, or none. The time between two labels limits it where intervals are shorter than the second
// that the record says.
Seconds time_recorded_by(const RecordHeader& header, std::optional<Seconds> before);

}  // namespace proctape
