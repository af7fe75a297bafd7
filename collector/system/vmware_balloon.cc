// SPDX-License-Identifier: Apache-2.0
#include "collector/system/vmware_balloon.h"

#include "base/text/text.h"
#include "collector/kernel/lines.h"
#include "collector/kernel/numbers.h"

namespace proctape {
namespace {

constexpr const char* kPaths[] = {"sys/kernel/debug/vmmemctl", "proc/vmmemctl"};

}  // namespace

Result<Count> parse_vmware_balloon(std::string_view text, std::string_view path) {
  KernelLines lines(path, text);
  while (lines.next()) {
    auto rest = lines.line();
    if (next_word(rest) != "current:") continue;
    const auto pages = next_number(rest);
    if (!pages) return lines.malformed("'current: <pages>'");
    return *pages;
  }
  return malformed(path, "a line 'current: <pages>'", "none");
}

Result<> read_vmware_balloon(Reading& reading, Snapshot& into) {
  for (const char* path : kPaths) {
    const auto text = reading.fs.read(path, reading.buffer);
    // The mount of debugfs may be closed to us; the other file is not in it.
    if (!text) continue;
    const auto pages = parse_vmware_balloon(*text, path);
    if (!pages) return pages.error();
    into.system.memory.vmware_balloon = page_bytes(*pages, reading.host.page_size);
    return {};
  }
  return Error{Error::Kind::kMissing, "vmmemctl: neither in debugfs nor in /proc"};
}

}  // namespace proctape
