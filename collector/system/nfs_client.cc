// SPDX-License-Identifier: Apache-2.0
#include "collector/system/nfs_client.h"

#include "base/text.h"
#include "collector/system/line_numbers.h"
#include "collector/system/lines.h"
#include "collector/system/numbers.h"

namespace proctape {
namespace {

void add_calls(Count reads, Count writes, NfsClient& into) {
  into.rpc_reads = wrapping_sum(into.rpc_reads, reads);
  into.rpc_writes = wrapping_sum(into.rpc_writes, writes);
}

// In the lines of calls per procedure, one stands at its number plus 2; NFSv4's are the
// client's own numbers here, not those of the protocol.
struct Line {
  std::string_view key;
  void (*take)(const LineNumbers& numbers, NfsClient& into);
};
constexpr Line kLines[] = {
    {"rpc",
     [](const LineNumbers& n, NfsClient& into) {
       into.rpc_calls = n[1];
       into.rpc_retransmits = n[2];
       into.rpc_authentication_refreshes = n[3];
     }},
    {"proc2", [](const LineNumbers& n, NfsClient& into) { add_calls(n[8], n[10], into); }},
    {"proc3", [](const LineNumbers& n, NfsClient& into) { add_calls(n[8], n[9], into); }},
    {"proc4", [](const LineNumbers& n, NfsClient& into) { add_calls(n[3], n[4], into); }},
};

}  // namespace

Result<> parse_nfs_client(std::string_view text, NfsClient& into) {
  Lines lines("proc/net/rpc/nfs", text);
  while (lines.next()) {
    auto rest = lines.line();
    const auto key = next_word(rest);
    for (const Line& line : kLines) {
      if (line.key != key) continue;
      const LineNumbers numbers(rest);
      if (numbers.size() == 0) return lines.malformed("'<key> <number>...'");
      line.take(numbers, into);
    }
  }
  return {};
}

Result<> read_nfs_client(Reading& reading, Snapshot& into) {
  const auto text = reading.fs.read(reading.fs.net("rpc/nfs"), reading.buffer);
  if (!text) return text.error();
  return parse_nfs_client(*text, into.system.nfs.client);
}

}  // namespace proctape
