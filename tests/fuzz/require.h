// SPDX-License-Identifier: Apache-2.0
//
// What holds for every input of a fuzzer.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace proctape {

// Ends the fuzzer, which keeps the input.
inline void require(bool truth, const char* what) {
  if (truth) return;
  std::fprintf(stderr, "not so: %s\n", what);
  std::abort();
}

}  // namespace proctape
