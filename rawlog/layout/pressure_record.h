// SPDX-License-Identifier: Apache-2.0
//
// sstat.psi: pressure stall information (since 2.4).
#pragma once

#include "rawlog/layout/record.h"
#include "sample/pressure.h"

namespace proctape {

inline constexpr Field<Stall> kPsi[] = {
    real<&Stall::avg10>("avg10"),
    real<&Stall::avg60>("avg60"),
    real<&Stall::avg300>("avg300"),
    microseconds<&Stall::total>("total"),
};

inline constexpr Field<Pressure> kPressure[] = {
    number<&Pressure::present, char>("present"),
    spares<Pressure, char>("future", 3),
    record<kPsi, &Pressure::cpu_some>("cpusome"),
    record<kPsi, &Pressure::memory_some>("memsome"),
    record<kPsi, &Pressure::memory_full>("memfull"),
    record<kPsi, &Pressure::io_some>("iosome"),
    record<kPsi, &Pressure::io_full>("iofull"),
};

}  // namespace proctape
