// SPDX-License-Identifier: Apache-2.0
#include "collector/system/numbers.h"

#include "base/text.h"

namespace proctape {
namespace {

Result<Count> number_in(std::string_view text, std::string_view path) {
  const auto number = to_number(trimmed(text));
  if (!number) return malformed(path, "a number", text);
  return *number;
}

}  // namespace

Result<Count> read_number(const KernelFs& fs, const std::string& path, FileBuffer& buffer) {
  const auto text = fs.read(path, buffer);
  if (!text) return text.error();
  return number_in(*text, path);
}

Result<Count> read_number(const Fd& directory, const char* path, FileBuffer& buffer) {
  const auto text = read_whole(directory.get(), path, buffer);
  if (!text) return text.error();
  return number_in(*text, path);
}

}  // namespace proctape
