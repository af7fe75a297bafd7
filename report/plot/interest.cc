// SPDX-License-Identifier: Apache-2.0
#include "report/plot/interest.h"

#include <algorithm>
#include <cmath>

namespace proctape {
namespace {

// A change of so much is worth 1, as is a doubling of the memory.
constexpr double kMuchCpu = 50;
constexpr double kMebibyte = 1024.0 * 1024;
// A beginning: many are short and small.
constexpr double kBeginning = 0.25;
// A mebibyte more of few is nothing.
constexpr double kSmallest = 8 * kMebibyte;

}  // namespace

void Interest::add(double cpu, double resident, bool is_new) {
  double change = 0;
  if (cpu_ >= 0) {
    change += std::min(std::abs(cpu - cpu_) / kMuchCpu, 1.0);
    const double ratio = (resident + kSmallest) / (resident_ + kSmallest);
    change += std::min(std::abs(std::log2(ratio)), 1.0);
  } else if (is_new) {
    change = kBeginning;
  }
  value_ = value_ * kKept + change;
  cpu_ = cpu;
  resident_ = resident;
}

}  // namespace proctape
