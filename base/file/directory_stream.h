// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <dirent.h>

#include <memory>

namespace proctape {

struct CloseDirectory {
  void operator()(DIR* stream) const { ::closedir(stream); }
};

// A directory that is being listed by readdir(3).
using DirectoryStream = std::unique_ptr<DIR, CloseDirectory>;

}  // namespace proctape
