// SPDX-License-Identifier: Apache-2.0
#include "collector/task/task_io.h"

#include "base/text/text.h"
#include "sample/deviation/counter_bounds.h"

namespace proctape {
namespace {

struct Key {
  std::string_view name;
  Sectors TaskDisk::*member;
};
constexpr Key kKeys[] = {
    {"read_bytes:", &TaskDisk::read},
    {"write_bytes:", &TaskDisk::written},
    {"cancelled_write_bytes:", &TaskDisk::cancelled},
};

const Key* wanted(std::string_view line) {
  for (const Key& key : kKeys) {
    if (begins_with(line, key.name)) return &key;
  }
  return nullptr;
}

}  // namespace

Result<> parse_task_io(std::string_view text, TaskDisk& into) {
  into = {};
  while (!text.empty()) {
    const auto line = next_line(text);
    const Key* const key = wanted(line);
    if (!key) {
      if (line.find(':') == line.npos) return malformed("io of a task", "'<key>: <number>'", line);
      continue;
    }
    auto values = line.substr(key->name.size());
    std::int64_t value = 0;
    if (!read_number(values, value) || is_impossible(value)) {
      return malformed("io of a task", "'<key>: <number>'", line);
    }
    into.*key->member = Sectors{value / kBytesPerSector};
  }
  return {};
}

}  // namespace proctape
