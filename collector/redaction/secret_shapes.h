// SPDX-License-Identifier: Apache-2.0
//
// Secrets that are known by their looks, whoever they are given to.
#pragma once

#include <cstddef>
#include <string_view>

namespace proctape {

// The length of the token that `text` begins with; 0: none does. `cut`: the text goes on behind
// its end, where a token need not be complete.
std::size_t token_length(std::string_view text, bool cut);

// Part of `url`, which begins behind "://" and ends with its word.
struct UrlSecret {
  std::size_t begin = 0;
  std::size_t end = 0;  // begin: there is none
};
// A password in front of the host; a name that is a token; the path of a web hook.
UrlSecret url_secret(std::string_view scheme, std::string_view url, bool cut);

}  // namespace proctape
