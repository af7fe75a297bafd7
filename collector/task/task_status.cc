// SPDX-License-Identifier: Apache-2.0
#include "collector/task/task_status.h"

#include "base/text/text.h"

namespace proctape {
namespace {

struct StatusSize {
  std::string_view name;
  Bytes TaskMemory::*member;
};
// In the kernel's order, as it is fastest.
constexpr StatusSize kStatusSizes[] = {
    {"VmLck:", &TaskMemory::locked},    {"VmData:", &TaskMemory::data},
    {"VmStk:", &TaskMemory::stack},     {"VmExe:", &TaskMemory::executable},
    {"VmLib:", &TaskMemory::libraries}, {"VmSwap:", &TaskMemory::swap},
};

// Where a line that begins with `key` does, not before `from`; npos if there is none. What is
// looked for is letter `rare` of the key: the rarer it is in front of that line, the faster.
std::size_t find_line(std::string_view text, std::size_t from, std::string_view key,
                      std::size_t rare) {
  for (auto at = text.find(key[rare], from + rare); at != text.npos;
       at = text.find(key[rare], at + 1)) {
    const auto begin = at - rare;
    if (begin > 0 && text[begin - 1] != '\n') continue;
    if (begins_with(text.substr(begin), key)) return begin;
  }
  return text.npos;
}

// Finds lines by their keys, in any order, but fastest in that of the text: it has some sixty lines
// of which about ten are wanted, and those are found without a look at each of the others.
class StatusLines {
 public:
  explicit StatusLines(std::string_view text) : text_(text), rest_(text) {}

  // Goes to the first line that begins with `key`, from where it is on and then from the start of
  // the text; false if there is none.
  bool find(std::string_view key, std::size_t rare = 0) {
    auto begin = find_line(text_, static_cast<std::size_t>(rest_.data() - text_.data()), key, rare);
    if (begin == text_.npos) begin = find_line(text_, 0, key, rare);
    if (begin == text_.npos) return false;
    line_ = begin;
    rest_ = text_.substr(begin + key.size());
    return true;
  }

  // The next number of that line, behind the key.
  bool read(Count& into) { return read_number(rest_, into); }

  Error malformed_line() const {
    auto rest = text_.substr(line_);
    return malformed("status of a task", "numbers behind the key", next_line(rest));
  }

 private:
  std::string_view text_;
  std::size_t line_ = 0;   // where the line begins that was found last
  std::string_view rest_;  // what is behind what was read of it
};

}  // namespace

Result<> parse_task_status(std::string_view text, TaskReading& into) {
  TaskIdentity& who = into.identity;
  for (const StatusSize& size : kStatusSizes) into.memory.*size.member = Bytes{};
  into.cpu.voluntary_switches = 0;
  into.cpu.involuntary_switches = 0;

  StatusLines lines(text);
  const bool owners = lines.find("Uid:");
  if (owners) {
    for (Count* id : {&who.ruid, &who.euid, &who.suid, &who.fsuid}) {
      if (!lines.read(*id)) return lines.malformed_line();
    }
  }
  if (lines.find("Gid:")) {
    for (Count* id : {&who.rgid, &who.egid, &who.sgid, &who.fsgid}) {
      if (!lines.read(*id)) return lines.malformed_line();
    }
  }
  // Kernel threads have none of these, and it is soon seen.
  if (lines.find("Vm")) {
    for (const StatusSize& size : kStatusSizes) {
      constexpr std::size_t kBehindVm = 2;
      if (!lines.find(size.name, kBehindVm)) continue;
      Count number = 0;
      if (!lines.read(number)) return lines.malformed_line();
      into.memory.*size.member = kibibytes(number);
    }
  }
  if (lines.find("voluntary_ctxt_switches:") && !lines.read(into.cpu.voluntary_switches)) {
    return lines.malformed_line();
  }
  if (lines.find("nonvoluntary_ctxt_switches:") && !lines.read(into.cpu.involuntary_switches)) {
    return lines.malformed_line();
  }
  if (!owners) return malformed("status of a task", "a line 'Uid: ...'", "none");
  return {};
}

}  // namespace proctape
