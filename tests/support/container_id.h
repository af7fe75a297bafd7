// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace proctape {

// As runtimes make them.
inline const std::string kContainerId =
    "4f5b5a7c9d0e1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2";

}  // namespace proctape
