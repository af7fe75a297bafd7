// SPDX-License-Identifier: Apache-2.0
#include "query/measure/exit_status.h"

#include <array>
#include <cstddef>
#include <string_view>

namespace proctape {
namespace {

// As Linux numbers them on all machines but Alpha, MIPS, PA-RISC and SPARC. The log may be of
// another machine than this one.
constexpr std::array<std::string_view, 32> kSignals = {
    "",     "HUP",  "INT",  "QUIT", "ILL",    "TRAP",   "ABRT",  "BUS",  "FPE",  "KILL", "USR1",
    "SEGV", "USR2", "PIPE", "ALRM", "TERM",   "STKFLT", "CHLD",  "CONT", "STOP", "TSTP", "TTIN",
    "TTOU", "URG",  "XCPU", "XFSZ", "VTALRM", "PROF",   "WINCH", "IO",   "PWR",  "SYS"};

constexpr int kHup = 1, kInt = 2, kPipe = 13, kTerm = 15;

}  // namespace

bool ExitStatus::is_violent() const {
  if (signal == 0) return false;
  const bool asks = signal == kHup || signal == kInt || signal == kPipe || signal == kTerm;
  return dumped_core || !asks;
}

ExitStatus exit_status(Count exit_code) {
  const auto bits = static_cast<unsigned>(static_cast<std::uint64_t>(exit_code) & 0xFFFFU);
  ExitStatus status;
  status.is_known = true;
  status.signal = static_cast<int>(bits & 0x7FU);
  status.dumped_core = status.signal != 0 && (bits & 0x80U) != 0;
  if (status.signal == 0) status.code = static_cast<int>(bits >> 8U);
  return status;
}

std::string signal_name(int signal) {
  if (signal > 0 && static_cast<std::size_t>(signal) < kSignals.size()) {
    return "SIG" + std::string(kSignals[static_cast<std::size_t>(signal)]);
  }
  return "signal " + std::to_string(signal);
}

std::string to_text(const ExitStatus& status) {
  if (!status.is_known) return "unknown";
  if (status.signal == 0) return "exit " + std::to_string(status.code);
  return signal_name(status.signal) + (status.dumped_core ? ", core dumped" : "");
}

}  // namespace proctape
