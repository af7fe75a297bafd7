// SPDX-License-Identifier: Apache-2.0
//
// Values as no host should have them, at random, from a seed that is printed: a test that fails is
// run again with PROCTAPE_SEED set to it.
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <string_view>

namespace proctape {

class RandomValues {
 public:
  explicit RandomValues(std::uint64_t seed) : engine_(seed) {}

  // Of PROCTAPE_SEED, else a new one each time.
  static std::uint64_t seed() {
    static const std::uint64_t value = [] {
      const char* given = std::getenv("PROCTAPE_SEED");
      const std::uint64_t chosen =
          given ? std::strtoull(given, nullptr, 10) : std::random_device{}() % 1'000'000'000;
      std::printf("PROCTAPE_SEED=%llu\n", static_cast<unsigned long long>(chosen));
      std::fflush(stdout);
      return chosen;
    }();
    return value;
  }

  // 0 to `most`.
  std::size_t up_to(std::size_t most) { return engine_() % (most + 1); }
  bool once_in(std::size_t times) { return up_to(times - 1) == 0; }

  // Small ones, those at the edges of 8, 16, 32, 63 and 64 bits, and any.
  std::int64_t number() {
    constexpr std::array<std::int64_t, 14> kEdges = {0,
                                                     1,
                                                     -1,
                                                     -2,
                                                     127,
                                                     255,
                                                     32767,
                                                     65535,
                                                     0x7FFFFFFF,
                                                     0x80000000,
                                                     0xFFFFFFFF,
                                                     std::numeric_limits<std::int64_t>::max(),
                                                     std::numeric_limits<std::int64_t>::min(),
                                                     42};
    if (once_in(2)) return static_cast<std::int64_t>(up_to(100'000));
    if (once_in(2)) return kEdges[up_to(kEdges.size() - 1)];
    return static_cast<std::int64_t>(engine_());
  }

  // Any bytes but NUL and those of `without`, up to `most` of them.
  std::string text(std::size_t most, std::string_view without = "") {
    std::string text(once_in(3) ? most : up_to(most), '\0');
    const bool letters = once_in(2);
    for (char& c : text) {
      do {
        c = static_cast<char>(letters ? 'a' + up_to(25) : 1 + up_to(254));
      } while (without.find(c) != without.npos);
    }
    return text;
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace proctape
