// SPDX-License-Identifier: Apache-2.0
//
// Figures as they stand in sentences.
#pragma once

#include <string>
#include <string_view>

#include "base/units.h"

namespace proctape {

// "0.4", "7.3", "125".
std::string number_words(double number);
// "12 %".
std::string percent_words(double percent);
// "512 KiB", "1.4 GiB".
std::string size_words(double bytes);
// "1 process", "3 processes".
std::string count_words(double count, std::string_view one, std::string_view several);
// "4.2 s", "3m 10s".
std::string seconds_words(double seconds);

}  // namespace proctape
