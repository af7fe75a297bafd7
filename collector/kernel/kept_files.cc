// SPDX-License-Identifier: Apache-2.0
#include "collector/kernel/kept_files.h"

#include <linux/magic.h>
#include <sys/vfs.h>

#include <algorithm>
#include <utility>

#include "base/file/spare_files.h"

namespace proctape {
namespace {

bool is_kernels(const Fd& file) {
  struct statfs status {};
  return ::fstatfs(file.get(), &status) == 0 &&
         (status.f_type == PROC_SUPER_MAGIC || status.f_type == SYSFS_MAGIC);
}

}  // namespace

Result<std::string_view> KeptFiles::read(const KernelFs& fs, const char* path, FileBuffer& buffer) {
  const auto kept = std::ranges::find(files_, std::string_view(path),
                                      [](const Kept& k) -> std::string_view { return k.path; });
  if (kept != files_.end()) {
    if (auto text = fs.read(kept->file, path, buffer)) return text;
    files_.erase(kept);
  }
  auto file = fs.open_file(path);
  if (!file) return std::move(file.error());
  auto text = fs.read(*file, path, buffer);
  if (text && files_.size() < kMost && is_kernels(*file) && leaves_room(*file)) {
    files_.push_back({path, std::move(*file)});
  }
  return text;
}

}  // namespace proctape
