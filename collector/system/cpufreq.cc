// SPDX-License-Identifier: Apache-2.0
#include "collector/system/cpufreq.h"

#include <algorithm>

#include "base/text/text.h"
#include "collector/kernel/first_error.h"
#include "collector/kernel/lines.h"
#include "collector/kernel/numbers.h"
#include "collector/kernel/stack_path.h"

namespace proctape {
namespace {

constexpr Count kKilohertzPerMegahertz = 1000;

StackPath cpu_path(const Cpu& cpu, const char* file) {
  return StackPath("sys/devices/system/cpu/cpu%lld/cpufreq/%s", static_cast<long long>(cpu.number),
                   file);
}

// A CPU that lacks the file, or just went offline, has no frequency.
bool is_absent(const Error& error) { return error.kind != Error::Kind::kMalformed; }

class FrequencyReader {
 public:
  FrequencyReader(const Fd& root, FileBuffer& buffer) : root_(root), buffer_(buffer) {}

  FrequencySource decide(const Cpus& cpus) {
    const auto first = std::ranges::find_if(cpus.each, &Cpu::online);
    if (first == cpus.each.end()) return FrequencySource::kNone;
    if (read(*first, "stats/time_in_state")) return FrequencySource::kTimeInState;
    for (const Cpu& cpu : cpus.each) {
      if (cpu.online && read(cpu, "scaling_cur_freq")) return FrequencySource::kScaling;
    }
    return FrequencySource::kCpuinfo;
  }

  Result<> read_time_in_state(Cpu& cpu) {
    const StackPath path = cpu_path(cpu, "stats/time_in_state");
    const auto text = read_whole(root_.get(), path.c_str(), buffer_);
    if (!text) return text.error();
    const auto frequency = parse_time_in_state(*text, path.c_str());
    if (!frequency) return frequency.error();
    cpu.frequency = *frequency;
    return {};
  }

  // The maximum changes only when somebody switches boost, so it may be that of `previous`.
  Result<> read_scaling(Cpu& cpu, const Cpu* previous) {
    const auto now = read_number(root_, cpu_path(cpu, "scaling_cur_freq").c_str(), buffer_);
    if (!now) return now.error();
    cpu.frequency.mhz = *now / kKilohertzPerMegahertz;
    if (previous != nullptr && previous->frequency.max_mhz != 0) {
      cpu.frequency.max_mhz = previous->frequency.max_mhz;
      return {};
    }
    const auto most = read_number(root_, cpu_path(cpu, "cpuinfo_max_freq").c_str(), buffer_);
    if (!most) return most.error();
    cpu.frequency.max_mhz = *most / kKilohertzPerMegahertz;
    return {};
  }

 private:
  bool read(const Cpu& cpu, const char* file) {
    return static_cast<bool>(read_whole(root_.get(), cpu_path(cpu, file).c_str(), buffer_));
  }

  const Fd& root_;
  FileBuffer& buffer_;
};

}  // namespace

Result<CpuFrequency> parse_time_in_state(std::string_view text, std::string_view path) {
  CpuFrequency frequency;
  KernelLines lines(path, text);
  while (lines.next()) {
    auto rest = lines.line();
    const auto khz = next_number(rest);
    const auto time = next_number(rest);
    if (!khz || !time) return lines.malformed("'<kHz> <time>'");
    const Count mhz = *khz / kKilohertzPerMegahertz;
    frequency.max_mhz = std::max(frequency.max_mhz, mhz);
    frequency.mhz = wrapping_sum(frequency.mhz, wrapping_product(mhz, *time));
    frequency.ticks.value = wrapping_sum(frequency.ticks.value, *time);
  }
  return frequency;
}

Result<> parse_cpuinfo(std::string_view text, Cpus& into, bool& any) {
  Cpu* cpu = nullptr;
  any = false;
  FirstError error;
  KernelLines lines("proc/cpuinfo", text);
  while (lines.next()) {
    const auto colon = lines.line().find(':');
    if (colon == std::string_view::npos) continue;  // between two CPUs
    const auto key = trimmed(lines.line().substr(0, colon));
    const auto value = trimmed(lines.line().substr(colon + 1));
    if (key == "processor") {
      const auto number = to_number(value);
      if (!number) error.note(lines.malformed("'processor : <number>'"));
      const bool known = number && *number >= 0 && *number < std::ssize(into.each);
      cpu = known ? &into.each[static_cast<std::size_t>(*number)] : nullptr;
    } else if (key == "cpu MHz") {
      const auto mhz = to_number(value.substr(0, value.find('.')));
      any = true;
      if (!mhz) {
        error.note(lines.malformed("'cpu MHz : <number>'"));
      } else if (cpu != nullptr) {
        cpu->frequency.mhz = *mhz;
      }
    }
  }
  return error.result();
}

namespace {

// Without the registers that count a CPU's cycles the kernel shows, of each, what was found at
// boot; virtual machines mostly have none.
bool is_constant(std::string_view cpuinfo) {
  const auto flags = cpuinfo.find("\nflags");
  if (flags == cpuinfo.npos) return false;  // another architecture
  auto words = cpuinfo.substr(flags + 1);
  words = next_line(words);
  for (auto word = next_word(words); !word.empty(); word = next_word(words)) {
    if (word == "aperfmperf") return false;
  }
  return true;
}

// False if an online CPU had none.
bool keep_frequencies(const std::vector<Cpu>& before, std::vector<Cpu>& now) {
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (!now[i].online) continue;
    if (i >= before.size() || before[i].frequency.mhz == 0) return false;
    now[i].frequency = before[i].frequency;
  }
  return true;
}

Result<> read_cpuinfo(Reading& reading, Cpus& cpus) {
  Memo& memo = reading.memo;
  const bool due = memo.frequency_limits.due(reading.now);
  if (memo.frequency_is_constant && !due &&
      keep_frequencies(reading.previous.system.cpus.each, cpus.each)) {
    return {};
  }
  const auto text = reading.text_of("proc/cpuinfo");
  if (!text) return text.error();
  bool any = false;
  reading.note(parse_cpuinfo(*text, cpus, any));
  if (!any) memo.frequency_source = FrequencySource::kNone;
  memo.frequency_is_constant = is_constant(*text);
  return {};
}

}  // namespace

Result<> read_cpufreq(Reading& reading, Snapshot& into) {
  Cpus& cpus = into.system.cpus;
  FrequencySource& source = reading.memo.frequency_source;
  if (source == FrequencySource::kNone) return {};
  if (source == FrequencySource::kCpuinfo) return read_cpuinfo(reading, cpus);

  // Read below it, hundreds of files need no allocation.
  const auto root = reading.fs.open_directory(".");
  if (!root) return root.error();
  FrequencyReader reader(*root, reading.buffer);
  if (source == FrequencySource::kUndecided) source = reader.decide(cpus);
  if (source == FrequencySource::kCpuinfo) return read_cpuinfo(reading, cpus);

  const bool ask_limits = reading.memo.frequency_limits.due(reading.now);
  const auto& before = reading.previous.system.cpus.each;
  for (std::size_t i = 0; i < cpus.each.size(); ++i) {
    Cpu& cpu = cpus.each[i];
    if (!cpu.online) continue;
    const Cpu* previous = i >= before.size() ? nullptr : &before[i];
    if (source == FrequencySource::kScaling) {
      auto read = reader.read_scaling(cpu, ask_limits ? nullptr : previous);
      if (!read && !is_absent(read.error())) reading.note(std::move(read));
    } else if (auto read = reader.read_time_in_state(cpu); !read) {
      // Sums, which go on from there.
      if (previous != nullptr) cpu.frequency = previous->frequency;
      if (!is_absent(read.error())) reading.note(std::move(read));
    }
  }
  return {};
}

}  // namespace proctape
