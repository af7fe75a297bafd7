// SPDX-License-Identifier: Apache-2.0
#include "collector/system/pressure.h"

#include "base/text/text.h"
#include "collector/kernel/first_error.h"
#include "collector/kernel/lines.h"

namespace proctape {
namespace {

struct File {
  const char* path;
  Stall Pressure::*some;
  Stall Pressure::*full;  // null: not wanted
};
constexpr File kFiles[] = {
    {"proc/pressure/cpu", &Pressure::cpu_some, nullptr},
    {"proc/pressure/memory", &Pressure::memory_some, &Pressure::memory_full},
    {"proc/pressure/io", &Pressure::io_some, &Pressure::io_full},
};

struct AverageKey {
  std::string_view name;
  float Stall::*member;
};
constexpr AverageKey kAverages[] = {
    {"avg10", &Stall::avg10},
    {"avg60", &Stall::avg60},
    {"avg300", &Stall::avg300},
};

bool parse_stall(std::string_view pairs, Stall& into) {
  for (auto pair = next_word(pairs); !pair.empty(); pair = next_word(pairs)) {
    const auto equals = pair.find('=');
    if (equals == pair.npos) return false;
    const auto name = pair.substr(0, equals);
    const auto value = pair.substr(equals + 1);
    for (const AverageKey& average : kAverages) {
      if (average.name != name) continue;
      const auto percent = to_float(value);
      if (!percent) return false;
      into.*average.member = *percent;
    }
    if (name == "total") {
      const auto total = to_number(value);
      if (!total || *total < 0) return false;
      into.total.value = *total;
    }
  }
  return true;
}

}  // namespace

Result<> parse_pressure(std::string_view text, std::string_view path, Stall* some, Stall* full) {
  FirstError error;
  KernelLines lines(path, text);
  while (lines.next()) {
    auto rest = lines.line();
    const auto kind = next_word(rest);
    Stall* const stall = kind == "some" ? some : kind == "full" ? full : nullptr;
    if (stall == nullptr) continue;
    Stall read = *stall;
    if (parse_stall(rest, read)) {
      *stall = read;
    } else {
      error.note(lines.malformed("'<kind> avg10=<percent> ... total=<us>'"));
    }
  }
  return error.result();
}

Result<> read_pressure(Reading& reading, Snapshot& into) {
  // What cannot be read stays as it was.
  Pressure pressure = reading.previous.system.pressure;
  pressure.present = true;
  std::size_t read = 0;
  for (const File& file : kFiles) {
    const auto text = reading.text_of(file.path);
    if (!text) {
      if (read == 0) return text.error();
      reading.note(text.error());
      continue;
    }
    ++read;
    Stall* const full = file.full == nullptr ? nullptr : &(pressure.*file.full);
    reading.note(parse_pressure(*text, file.path, &(pressure.*file.some), full));
  }
  into.system.pressure = pressure;
  return {};
}

}  // namespace proctape
