// SPDX-License-Identifier: Apache-2.0
//
// /proc/pressure/{cpu,memory,io}: time in which tasks stood waiting for a resource (PSI).
//
//   some avg10=0.29 avg60=0.06 avg300=0.01 total=3122597
//   full avg10=0.00 avg60=0.00 avg300=0.00 total=2858044
//
// Percent of the last 10, 60 and 300 s, and microseconds since boot: "some" while at least
// one task waited, "full" while all did. Kernels older than 4.20, or with psi=0, have none.
// Full stalls of the CPU, and irq, have no place in the log. The averages are stored in
// percent as printed. Kernel: Documentation/accounting/psi.rst.
#pragma once

#include <string_view>

#include "collector/system/source.h"
#include "sample/pressure.h"

namespace proctape {

// Sets all of Pressure, or leaves it as not present.
Result<> read_pressure(Reading& reading, Snapshot& into);

// `some` and `full` may be null: not wanted. `path` is for messages.
Result<> parse_pressure(std::string_view text, std::string_view path, Stall* some, Stall* full);

}  // namespace proctape
