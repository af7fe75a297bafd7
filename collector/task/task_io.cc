// SPDX-License-Identifier: Apache-2.0
#include "collector/task/task_io.h"

#include "base/text.h"

namespace proctape {
namespace {

struct Key {
  std::string_view name;
  Sectors TaskDisk::*member;
};
constexpr Key kKeys[] = {
    {"read_bytes", &TaskDisk::read},
    {"write_bytes", &TaskDisk::written},
    {"cancelled_write_bytes", &TaskDisk::cancelled},
};
constexpr std::int64_t kSectorSize = 512;

}  // namespace

Result<> parse_task_io(std::string_view text, TaskDisk& into) {
  into = {};
  while (!text.empty()) {
    const auto line = next_line(text);
    const auto colon = line.find(':');
    if (colon == line.npos) return malformed("io of a task", "'<key>: <number>'", line);
    for (const Key& key : kKeys) {
      if (key.name != line.substr(0, colon)) continue;
      auto values = line.substr(colon + 1);
      const auto value = next_number(values);
      if (!value) return malformed("io of a task", "'<key>: <number>'", line);
      into.*key.member = Sectors{*value / kSectorSize};
    }
  }
  return {};
}

}  // namespace proctape
