// SPDX-License-Identifier: Apache-2.0
//
// Numbers of the kernel: read from the one-number files of sysfs, and put together
// without overflow being undefined. Kernel counters wrap, and so do these.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/units.h"
#include "collector/kernel/kernel_fs.h"

namespace proctape {

constexpr Bytes page_bytes(Count pages, Count page_size) {
  return {wrapping_product(pages, page_size)};
}

// The number that is all of the file's text. Of a file that is read with every snapshot, `text` is
// what Reading::text_of() gave of it. The last form reads below an open directory
// and allocates nothing, for files of which a big host has hundreds; its errors name `path`
// alone.
Result<Count> read_number(const KernelFs& fs, const std::string& path, FileBuffer& buffer);
Result<Count> number_in(const Result<std::string_view>& text, std::string_view path);
Result<Count> read_number(const Fd& directory, const char* path, FileBuffer& buffer);

}  // namespace proctape
