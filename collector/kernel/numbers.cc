// SPDX-License-Identifier: Apache-2.0
#include "collector/kernel/numbers.h"

#include "base/text/text.h"

namespace proctape {

Result<Count> number_in(const Result<std::string_view>& text, std::string_view path) {
  if (!text) return text.error();
  const auto number = to_number(trimmed(*text));
  if (!number) return malformed(path, "a number", *text);
  return *number;
}

Result<Count> read_number(const KernelFs& fs, const std::string& path, FileBuffer& buffer) {
  return number_in(fs.read(path, buffer), path);
}

Result<Count> read_number(const Fd& directory, const char* path, FileBuffer& buffer) {
  return number_in(read_whole(directory.get(), path, buffer), path);
}

}  // namespace proctape
