// SPDX-License-Identifier: Apache-2.0
//
// What is wrong in a log: where, what should be there, what is there, how much was given
// up because of it. Logs of machines that crashed or filled their disks are damaged as a
// rule, so readers report damage and go on behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace proctape {

// Both phrases fit into "expected <expected>, found <found>".
struct Mismatch {
  std::string expected;
  std::string found;
};

struct Damage {
  std::uint64_t offset = 0;   // in the log as it is unpacked
  std::uint64_t skipped = 0;  // bytes from `offset` on that were given up; 0: nothing was lost
  std::string expected;
  std::string found;
};

// "offset 8169: expected <expected>, found <found>; 3768 bytes skipped".
std::string to_string(const Damage& damage);

// Takes what is found wrong, in the order in which it is found.
using DamageReport = std::function<void(const Damage&)>;

// "3768 bytes".
std::string bytes_text(std::uint64_t count);

// What foreign bytes look like: "zeros", "a file header", "74 65 78 74 ...".
std::string describe(std::span<const std::byte> bytes);

}  // namespace proctape
