// SPDX-License-Identifier: Apache-2.0
#include "collector/system/nfs_server.h"

#include "collector/system/rpc_lines.h"

namespace proctape {
namespace {

// In the lines of calls per procedure, one stands at its number in the protocol plus 2.
constexpr RpcLine<NfsServer> kServerLines[] = {
    {"rc",
     [](const LineNumbers& n, NfsServer& into) {
       into.reply_cache_hits = n[1];
       into.reply_cache_misses = n[2];
       into.reply_cache_uncached = n[3];
     }},
    {"io",
     [](const LineNumbers& n, NfsServer& into) {
       into.read = {n[1]};
       into.written = {n[2]};
     }},
    {"net",
     [](const LineNumbers& n, NfsServer& into) {
       into.net_packets = n[1];
       into.net_udp = n[2];
       into.net_tcp = n[3];
       into.net_tcp_connections = n[4];
     }},
    {"rpc",
     [](const LineNumbers& n, NfsServer& into) {
       into.rpc_calls = n[1];
       into.rpc_bad_format = n[3];
       into.rpc_bad_authentication = n[4];
       into.rpc_bad_client = n[5];
     }},
    {"proc2", [](const LineNumbers& n, NfsServer& into) { add_calls(n[8], n[10], into); }},
    {"proc3", [](const LineNumbers& n, NfsServer& into) { add_calls(n[8], n[9], into); }},
    {"proc4ops", [](const LineNumbers& n, NfsServer& into) { add_calls(n[27], n[40], into); }},
};

}  // namespace

Result<> parse_nfs_server(std::string_view text, NfsServer& into) {
  return parse_rpc_lines<NfsServer>("proc/net/rpc/nfsd", text, kServerLines, into);
}

Result<> read_nfs_server(Reading& reading, Snapshot& into) {
  const auto text = reading.text_of(reading.fs.net("rpc/nfsd"));
  if (!text) return text.error();
  return parse_nfs_server(*text, into.system.nfs.server);
}

}  // namespace proctape
