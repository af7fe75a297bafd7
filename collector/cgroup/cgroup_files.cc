// SPDX-License-Identifier: Apache-2.0
#include "collector/cgroup/cgroup_files.h"

#include <algorithm>
#include <limits>

#include "base/text/text.h"
#include "collector/kernel/lines.h"

namespace proctape {
namespace {

template <typename Part>
struct StatKey {
  std::string_view name;
  void (*set)(Part&, Count);
};

constexpr StatKey<CgroupCpu> kCpuKeys[] = {
    {"user_usec", [](CgroupCpu& cpu, Count n) { cpu.user.value = n; }},
    {"system_usec", [](CgroupCpu& cpu, Count n) { cpu.system.value = n; }},
};
constexpr StatKey<CgroupMemory> kMemoryKeys[] = {
    {"anon", [](CgroupMemory& memory, Count n) { memory.anon.value = n; }},
    {"file", [](CgroupMemory& memory, Count n) { memory.file.value = n; }},
    {"kernel", [](CgroupMemory& memory, Count n) { memory.kernel.value = n; }},
    {"shmem", [](CgroupMemory& memory, Count n) { memory.shmem.value = n; }},
};

// Lines of "<key> <number>", of which `keys` are wanted; they all stand near the begin.
template <typename Part, std::size_t kKeys>
Result<> parse_stat(std::string_view path, std::string_view text,
                    const StatKey<Part> (&keys)[kKeys], Part& into) {
  KernelLines lines(path, text);
  std::size_t found = 0;
  while (found < kKeys && lines.next()) {
    auto rest = lines.line();
    const auto key = std::ranges::find(keys, next_word(rest), &StatKey<Part>::name);
    if (key == std::end(keys)) continue;
    const auto number = next_number(rest);
    if (!number || *number < 0) return lines.malformed("'<key> <number>'");
    key->set(into, *number);
    ++found;
  }
  return {};
}

// "259:0"
std::optional<DeviceNumber> parse_device(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == text.npos) return std::nullopt;
  const auto major = to_number(text.substr(0, colon));
  const auto minor = to_number(text.substr(colon + 1));
  if (!major || !minor) return std::nullopt;
  return DeviceNumber{*major, *minor};
}

// "rbytes=4096"; false if the value of a key that counts is no number.
bool add_pair(std::string_view pair, CgroupDisk& into) {
  const auto equals = pair.find('=');
  const auto key = pair.substr(0, equals);
  Count* const member = key == "rbytes"   ? &into.read.value
                        : key == "wbytes" ? &into.written.value
                        : key == "rios"   ? &into.reads
                        : key == "wios"   ? &into.writes
                                          : nullptr;
  if (member == nullptr || equals == pair.npos) return true;
  const auto number = to_number(pair.substr(equals + 1));
  if (!number || *number < 0) return false;
  *member = wrapping_sum(*member, *number);
  return true;
}

}  // namespace

std::optional<Count> parse_cgroup_limit(std::string_view text) {
  text = trimmed(text);
  return text == "max" ? -1 : to_number(text);
}

std::optional<Count> parse_cgroup_cpu_max(std::string_view text) {
  text = trimmed(text);
  const auto quota = next_word(text);
  if (quota == "max") return -1;
  const auto used = to_number(quota);
  const auto period = next_number(text);
  // The kernel allows less than 2^44 for the quota, and at least 1000 for the period.
  constexpr Count kMost = std::numeric_limits<Count>::max() / 100;
  if (!used || !period || *period <= 0 || *used < 0 || *used > kMost) return std::nullopt;
  return *used * 100 / *period;
}

std::optional<Count> parse_cgroup_disk_weight(std::string_view text) {
  while (!text.empty()) {
    auto line = next_line(text);
    if (next_word(line) == "default") return next_number(line);
  }
  return std::nullopt;
}

Result<> parse_cgroup_procs(std::string_view text, std::vector<std::int32_t>& pids) {
  const auto before = static_cast<std::ptrdiff_t>(pids.size());
  KernelLines lines("cgroup.procs", text);
  while (lines.next()) {
    const auto pid = to_number(lines.line());
    if (!pid || *pid < 0 || *pid > std::numeric_limits<std::int32_t>::max()) {
      return lines.malformed("a pid");
    }
    pids.push_back(static_cast<std::int32_t>(*pid));
  }
  const auto begin = pids.begin() + before;
  std::sort(begin, pids.end());
  const auto same = [](std::int32_t a, std::int32_t b) { return a == b && a != 0; };
  pids.erase(std::unique(begin, pids.end(), same), pids.end());
  return {};
}

Result<> parse_cgroup_cpu_stat(std::string_view text, CgroupCpu& into) {
  return parse_stat("cpu.stat", text, kCpuKeys, into);
}

Result<> parse_cgroup_memory_stat(std::string_view text, CgroupMemory& into) {
  return parse_stat("memory.stat", text, kMemoryKeys, into);
}

Result<> parse_cgroup_io_stat(std::string_view text, std::span<const DeviceNumber> disks,
                              CgroupDisk& into) {
  into.read = into.written = {};
  into.reads = into.writes = 0;
  KernelLines lines("io.stat", text);
  while (lines.next()) {
    auto rest = lines.line();
    bool counts = false;
    for (auto word = next_word(rest); !word.empty(); word = next_word(rest)) {
      // Some kernels begin a line with the numbers of idle devices; the last one owns it.
      if (const auto device = parse_device(word)) {
        counts = std::ranges::find(disks, *device) != disks.end();
      } else if (counts && !add_pair(word, into)) {
        return lines.malformed("'<major>:<minor> <key>=<number> ...'");
      }
    }
  }
  return {};
}

}  // namespace proctape
