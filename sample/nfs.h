// SPDX-License-Identifier: Apache-2.0
//
// NFS server, client and mounts. Sources: /proc/net/rpc/nfsd, /proc/net/rpc/nfs,
// /proc/self/mountstats.
#pragma once

#include <vector>

#include "base/text/inline_text.h"
#include "base/units.h"
#include "sample/identity.h"

namespace proctape {

struct NfsServer {
  Count net_packets = 0;
  Count net_udp = 0;
  Count net_tcp = 0;
  Count net_tcp_connections = 0;
  Count rpc_calls = 0;
  Count rpc_bad_format = 0;
  Count rpc_bad_authentication = 0;
  Count rpc_bad_client = 0;
  Count rpc_reads = 0;
  Count rpc_writes = 0;
  Count reply_cache_hits = 0;
  Count reply_cache_misses = 0;
  Count reply_cache_uncached = 0;
  Bytes read;
  Bytes written;

  friend bool operator==(const NfsServer&, const NfsServer&) = default;
};

struct NfsClient {
  Count rpc_calls = 0;
  Count rpc_retransmits = 0;
  Count rpc_authentication_refreshes = 0;
  Count rpc_reads = 0;
  Count rpc_writes = 0;

  friend bool operator==(const NfsClient&, const NfsClient&) = default;
};

struct NfsMount {
  Identity identity;       // not in the log
  InlineText<127> device;  // server:/path
  Seconds age;
  Bytes read;
  Bytes written;
  Bytes direct_read;
  Bytes direct_written;
  Bytes server_read;
  Bytes server_written;
  Count pages_read = 0;
  Count pages_written = 0;

  friend bool operator==(const NfsMount&, const NfsMount&) = default;
};

struct Nfs {
  NfsServer server;
  NfsClient client;
  std::vector<NfsMount> mounts;

  friend bool operator==(const Nfs&, const Nfs&) = default;
};

}  // namespace proctape
