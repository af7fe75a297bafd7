// SPDX-License-Identifier: Apache-2.0
#include "collector/system/nfs_client.h"

#include "collector/system/rpc_lines.h"

namespace proctape {
namespace {

// In the lines of calls per procedure, one stands at its number plus 2; NFSv4's are the
// client's own numbers here, not those of the protocol.
constexpr RpcLine<NfsClient> kClientLines[] = {
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
  return parse_rpc_lines<NfsClient>("proc/net/rpc/nfs", text, kClientLines, into);
}

Result<> read_nfs_client(Reading& reading, Snapshot& into) {
  const auto text = reading.text_of(reading.fs.net("rpc/nfs"));
  if (!text) return text.error();
  return parse_nfs_client(*text, into.system.nfs.client);
}

}  // namespace proctape
