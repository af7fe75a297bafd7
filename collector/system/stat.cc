// SPDX-License-Identifier: Apache-2.0
#include "collector/system/stat.h"

#include <algorithm>

#include "base/text/text.h"
#include "collector/kernel/first_error.h"
#include "collector/kernel/lines.h"
#include "collector/kernel/number_list.h"

namespace proctape {
namespace {

constexpr const char* kProcStat = "proc/stat";

constexpr std::size_t kFewestTimes = 4;

struct TotalKey {
  std::string_view name;
  Count Cpus::*member;
};
constexpr TotalKey kTotals[] = {
    {"intr", &Cpus::interrupts},
    {"ctxt", &Cpus::context_switches},
    {"processes", &Cpus::forks},
};

// In the kernel's order, which is that of the schema.
bool parse_times(std::string_view text, CpuTimes& into) {
  std::size_t found = 0;
  bool is_fine = true;
  for_each_member<CpuTimes>(schema::kCounters, [&](auto time) {
    const auto word = next_word(text);
    if (word.empty()) return;
    const auto number = to_number(word);
    is_fine = is_fine && number;
    (into.*time).value = number.value_or(0);
    ++found;
  });
  return is_fine && found >= kFewestTimes;
}

// Makes room for CPU `number`; those below it that have no line are offline.
Cpu& cpu_at(std::vector<Cpu>& each, std::size_t number) {
  while (each.size() <= number) {
    Cpu& cpu = each.emplace_back();
    cpu.number = static_cast<Count>(each.size()) - 1;
  }
  return each[number];
}

}  // namespace

Result<> parse_stat(std::string_view text, const Cpus& previous, Cpus& into) {
  into.each.assign(previous.each.begin(), previous.each.end());
  for (Cpu& cpu : into.each) cpu.online = false;
  into.all = previous.all;
  for (const TotalKey& total : kTotals) into.*total.member = previous.*total.member;

  FirstError error;
  bool has_total = false;
  KernelLines lines(kProcStat, text);
  while (lines.next()) {
    auto rest = lines.line();
    const auto key = next_word(rest);
    if (key == "cpu") {
      CpuTimes all = into.all.times;
      has_total = true;
      if (parse_times(rest, all)) {
        into.all.times = all;
      } else {
        error.note(lines.malformed("'cpu' and at least 4 numbers"));
      }
    } else if (key.starts_with("cpu")) {
      const auto number = to_number(key.substr(3));
      if (!number || *number < 0 || *number >= kMostNumbered) {
        error.note(lines.malformed("'cpu<number>' and at least 4 numbers"));
        continue;
      }
      Cpu read{.number = *number, .online = true};
      const bool is_fine = parse_times(rest, read.times);
      if (!is_fine) error.note(lines.malformed("'cpu<number>' and at least 4 numbers"));
      Cpu& cpu = cpu_at(into.each, static_cast<std::size_t>(*number));
      if (is_fine) cpu = read;
      cpu.online = true;
    } else {
      for (const TotalKey& total : kTotals) {
        if (total.name != key) continue;
        if (const auto value = next_number(rest)) {
          into.*total.member = *value;
        } else {
          error.note(lines.malformed("'<key> <number>'"));
        }
      }
    }
  }
  if (!has_total) return malformed(kProcStat, "a line 'cpu <ticks>...'", "none");
  // Uniprocessor kernels may have no line per CPU.
  into.online = std::max<Count>(1, std::ranges::count_if(into.each, &Cpu::online));
  return error.result();
}

Result<> read_stat(Reading& reading, Snapshot& into) {
  const auto text = reading.text_of(kProcStat);
  if (!text) return text.error();
  Cpus& cpus = into.system.cpus;
  auto parsed = parse_stat(*text, reading.previous.system.cpus, cpus);
  // Without any CPU the snapshot is worthless.
  if (!parsed && cpus.online == 0) return parsed;
  reading.note(std::move(parsed));
  return {};
}

}  // namespace proctape
