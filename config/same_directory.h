// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace proctape {

// Whether two paths name the same directory, as far as their text tells: "/a/b" and "/a/./b/".
bool same_directory(const std::string& one, const std::string& other);

}  // namespace proctape
