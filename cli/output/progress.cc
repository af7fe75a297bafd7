// SPDX-License-Identifier: Apache-2.0
#include "cli/output/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "cli/output/human.h"

namespace proctape {
namespace {

constexpr auto kPatience = std::chrono::seconds(1);
constexpr auto kPeriod = std::chrono::milliseconds(200);
constexpr std::size_t kWidth = 40;

std::string bar(double part) {
  const auto filled = static_cast<std::size_t>(part * static_cast<double>(kWidth));
  return fmt::format("[{:<{}}] {:3.0f} %", std::string(filled, '#'), kWidth, 100 * part);
}

}  // namespace

Progress::Progress(std::uint64_t size)
    : terminal_(isatty(STDERR_FILENO) == 1), size_(size), next_(Clock::now() + kPatience) {}

void Progress::at(std::uint64_t done) {
  if (!terminal_) return;
  const auto now = Clock::now();
  if (now < next_) return;
  next_ = now + kPeriod;
  shown_ = true;
  const double part = static_cast<double>(done) / static_cast<double>(std::max(size_, done));
  const std::string line =
      "\r" + (size_ > 0 ? bar(part) : size_text(static_cast<double>(done)) + " read ");
  std::fwrite(line.data(), 1, line.size(), stderr);
}

void Progress::clear() {
  if (!shown_) return;
  shown_ = false;
  std::fputs("\r\033[K", stderr);
}

}  // namespace proctape
