// SPDX-License-Identifier: Apache-2.0
#include "collector/task/task_status.h"

#include "base/text.h"

namespace proctape {
namespace {

struct SizeKey {
  std::string_view name;
  Bytes TaskMemory::*member;
};
constexpr SizeKey kSizes[] = {
    {"VmLck", &TaskMemory::locked},    {"VmData", &TaskMemory::data},
    {"VmStk", &TaskMemory::stack},     {"VmExe", &TaskMemory::executable},
    {"VmLib", &TaskMemory::libraries}, {"VmSwap", &TaskMemory::swap},
};

bool parse_ids(std::string_view values, Count& real, Count& effective, Count& saved,
               Count& file_system) {
  for (Count* id : {&real, &effective, &saved, &file_system}) {
    const auto value = next_number(values);
    if (!value) return false;
    *id = *value;
  }
  return true;
}

}  // namespace

Result<> parse_task_status(std::string_view text, Task& into) {
  TaskIdentity& who = into.identity;
  for (const SizeKey& size : kSizes) into.memory.*size.member = Bytes{};
  into.cpu.voluntary_switches = 0;
  into.cpu.involuntary_switches = 0;
  bool owners = false;
  while (!text.empty()) {
    const auto line = next_line(text);
    // Most lines are not wanted: their first letter tells.
    const char first = line.empty() ? '\0' : line.front();
    if (first != 'V' && first != 'U' && first != 'G' && first != 'v' && first != 'n') continue;
    const auto colon = line.find(':');
    if (colon == line.npos) continue;
    const auto key = line.substr(0, colon);
    auto values = line.substr(colon + 1);
    bool understood = true;
    if (key == "Uid") {
      understood = owners = parse_ids(values, who.ruid, who.euid, who.suid, who.fsuid);
    } else if (key == "Gid") {
      understood = parse_ids(values, who.rgid, who.egid, who.sgid, who.fsgid);
    } else if (key == "voluntary_ctxt_switches" || key == "nonvoluntary_ctxt_switches") {
      const auto value = next_number(values);
      understood = value.has_value();
      (first == 'v' ? into.cpu.voluntary_switches : into.cpu.involuntary_switches) =
          value.value_or(0);
    } else if (first == 'V') {
      for (const SizeKey& size : kSizes) {
        if (size.name != key) continue;
        const auto value = next_number(values);
        understood = value.has_value();
        into.memory.*size.member = kibibytes(value.value_or(0));
      }
    }
    if (!understood) return malformed("status of a task", "numbers behind the key", line);
  }
  if (!owners) return malformed("status of a task", "a line 'Uid: ...'", "none");
  return {};
}

}  // namespace proctape
