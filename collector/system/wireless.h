// SPDX-License-Identifier: Apache-2.0
//
// ioctl(SIOCGIWRATE): the bit rate of a wireless link of the running kernel, which no file
// tells.
#pragma once

#include <string>

#include "base/units.h"

namespace proctape {

// Mbit/s, rounded; 0 if the kernel does not say.
Count wireless_speed(const std::string& interface);

}  // namespace proctape
