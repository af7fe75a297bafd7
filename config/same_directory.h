// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace proctape {

// Whether two paths name the same directory: "/a/b" and "/a/./b/", or one of them by a link. What
// is not there yet counts by its text.
bool same_directory(const std::string& one, const std::string& other);

}  // namespace proctape
