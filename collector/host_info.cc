// SPDX-License-Identifier: Apache-2.0
#include "collector/host_info.h"

#include <sys/utsname.h>
#include <unistd.h>

#include "base/text/text.h"
#include "collector/cgroup/hierarchy.h"

namespace proctape {

bool distances_differ(std::string_view distances) {
  constexpr int kMostDistances = 10;
  std::int64_t first = 0;
  std::int64_t sum = 0;
  int count = 0;
  while (count < kMostDistances) {
    const auto distance = next_number(distances);
    if (!distance) break;
    if (count == 0) first = *distance;
    sum += *distance;
    ++count;
  }
  return count > 0 && sum / count != first;
}

std::chrono::nanoseconds boottime_offset(std::string_view offsets) {
  const auto at = offsets.find("boottime");
  if (at == offsets.npos) return {};
  std::string_view line = offsets.substr(at, offsets.find('\n', at) - at);
  next_word(line);
  const std::chrono::seconds seconds(next_number(line).value_or(0));
  return seconds + std::chrono::nanoseconds(next_number(line).value_or(0));
}

namespace {

// What the host says below proc/sys/kernel, else what this system does.
std::string told(const KernelFs& fs, FileBuffer& buffer, const char* file, const char* otherwise) {
  const auto text = fs.read_line(std::string("proc/sys/kernel/") + file, buffer);
  return std::string(text ? *text : std::string_view(otherwise));
}

}  // namespace

std::string read_node_name(const KernelFs& fs, FileBuffer& buffer) {
  utsname names{};
  ::uname(&names);
  return told(fs, buffer, "hostname", names.nodename);
}

Host read_host(const KernelFs& fs) {
  FileBuffer buffer;
  Host host;
  utsname names{};
  ::uname(&names);
  host.system_name = told(fs, buffer, "ostype", names.sysname);
  host.node_name = read_node_name(fs, buffer);
  host.kernel_release = told(fs, buffer, "osrelease", names.release);
  host.kernel_version = told(fs, buffer, "version", names.version);
  host.domain_name = told(fs, buffer, "domainname", names.domainname);
  host.machine = names.machine;
  host.ticks_per_second = ::sysconf(_SC_CLK_TCK);
  host.page_size = ::sysconf(_SC_PAGESIZE);
  if (const auto text = fs.read_line("proc/sys/kernel/pid_max", buffer)) {
    host.pid_digits = static_cast<Count>(text->size());
  }
  if (const auto text = fs.read("sys/devices/system/node/node0/distance", buffer)) {
    host.numa = distances_differ(trimmed(*text));
  }
  if (const auto text = fs.read("sys/module/zswap/parameters/enabled", buffer)) {
    host.zswap_enabled = text->starts_with('Y');
  }
  host.cgroup_v2 = find_cgroup2(fs).has_value();
  if (const auto text = fs.read("proc/self/timens_offsets", buffer)) {
    host.boottime_offset = boottime_offset(*text);
  }
  return host;
}

}  // namespace proctape
