// SPDX-License-Identifier: Apache-2.0
//
// Files of the kernel that are read with every snapshot, and stay open in between: reading an
// open one again costs a fraction of opening it, and shows what the kernel has then.
//
// Only files of procfs and sysfs are kept. One that was removed, as with its module or device,
// gives an error ever after, also when there is a new one of that name: then it is opened anew.
// Ordinary files, of a tree that stands in for the kernel's, are opened each time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/file/fd.h"
#include "base/result.h"
#include "collector/kernel/kernel_fs.h"

namespace proctape {

class KeptFiles {
 public:
  // With more the rest is opened each time: hosts may have a thousand NUMA nodes.
  static constexpr std::size_t kMost = 64;

  // The same as fs.read(path, buffer). `fs` is the same in all calls.
  Result<std::string_view> read(const KernelFs& fs, const char* path, FileBuffer& buffer);

  std::size_t size() const { return files_.size(); }

 private:
  struct Kept {
    std::string path;
    Fd file;
  };
  std::vector<Kept> files_;
};

}  // namespace proctape
