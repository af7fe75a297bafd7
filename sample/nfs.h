// SPDX-License-Identifier: Apache-2.0
//
// NFS server, client and mounts. Sources: /proc/net/rpc/nfsd, /proc/net/rpc/nfs,
// /proc/self/mountstats.
#pragma once

#include <vector>

#include "base/text/inline_text.h"
#include "base/units.h"
#include "sample/identity.h"
#include "sample/schema.h"

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

template <>
struct Schema<NfsServer> {
  static constexpr auto kRows = schema::rows(
      schema::counter("net_packets", &NfsServer::net_packets,
                      "packets received: number 1 of `net` in /proc/net/rpc/nfsd")
          .of_32_bits(),
      schema::counter("net_udp", &NfsServer::net_udp,
                      "of these, by UDP: number 2 of `net` in /proc/net/rpc/nfsd")
          .of_32_bits(),
      schema::counter("net_tcp", &NfsServer::net_tcp,
                      "of these, by TCP: number 3 of `net` in /proc/net/rpc/nfsd")
          .of_32_bits(),
      schema::counter("net_tcp_connections", &NfsServer::net_tcp_connections,
                      "connections accepted: number 4 of `net` in /proc/net/rpc/nfsd")
          .of_32_bits(),
      schema::counter("rpc_calls", &NfsServer::rpc_calls,
                      "calls received: number 1 of `rpc` in /proc/net/rpc/nfsd")
          .of_32_bits(),
      schema::counter("rpc_bad_format", &NfsServer::rpc_bad_format,
                      "calls refused as malformed: number 2 of `rpc` in /proc/net/rpc/nfsd")
          .of_32_bits(),
      schema::counter(
          "rpc_bad_authentication", &NfsServer::rpc_bad_authentication,
          "calls refused for their authentication: number 3 of `rpc` in /proc/net/rpc/nfsd")
          .of_32_bits(),
      schema::counter("rpc_bad_client", &NfsServer::rpc_bad_client,
                      "calls refused for their client: number 4 of `rpc` in /proc/net/rpc/nfsd")
          .of_32_bits(),
      schema::counter("rpc_reads", &NfsServer::rpc_reads,
                      "calls to read: of `proc2`, `proc3` and `proc4ops` in /proc/net/rpc/nfsd")
          .of_32_bits(),
      schema::counter("rpc_writes", &NfsServer::rpc_writes,
                      "calls to write: of `proc2`, `proc3` and `proc4ops` in /proc/net/rpc/nfsd")
          .of_32_bits(),
      schema::counter(
          "reply_cache_hits", &NfsServer::reply_cache_hits,
          "calls answered from the cache of replies: number 1 of `rc` in /proc/net/rpc/nfsd")
          .of_32_bits(),
      schema::counter("reply_cache_misses", &NfsServer::reply_cache_misses,
                      "calls that were not in it: number 2 of `rc` in /proc/net/rpc/nfsd")
          .of_32_bits(),
      schema::counter("reply_cache_uncached", &NfsServer::reply_cache_uncached,
                      "calls that are not cached: number 3 of `rc` in /proc/net/rpc/nfsd")
          .of_32_bits(),
      schema::counter("read", &NfsServer::read,
                      "bytes read for clients: number 1 of `io` in /proc/net/rpc/nfsd")
          .of_32_bits(),
      schema::counter("written", &NfsServer::written,
                      "bytes written for clients: number 2 of `io` in /proc/net/rpc/nfsd")
          .of_32_bits());
};

template <>
struct Schema<NfsClient> {
  static constexpr auto kRows = schema::rows(
      schema::counter("rpc_calls", &NfsClient::rpc_calls,
                      "calls made: number 1 of `rpc` in /proc/net/rpc/nfs")
          .of_32_bits(),
      schema::counter("rpc_retransmits", &NfsClient::rpc_retransmits,
                      "calls sent again: number 2 of `rpc` in /proc/net/rpc/nfs")
          .of_32_bits(),
      schema::counter("rpc_authentication_refreshes", &NfsClient::rpc_authentication_refreshes,
                      "times that credentials were renewed: number 3 of `rpc` in /proc/net/rpc/nfs")
          .of_32_bits(),
      schema::counter("rpc_reads", &NfsClient::rpc_reads,
                      "calls to read: of `proc2`, `proc3` and `proc4` in /proc/net/rpc/nfs")
          .of_32_bits(),
      schema::counter("rpc_writes", &NfsClient::rpc_writes,
                      "calls to write: of `proc2`, `proc3` and `proc4` in /proc/net/rpc/nfs")
          .of_32_bits());
};

template <>
struct Schema<NfsMount> {
  static constexpr auto kRows = schema::rows(
      schema::identity(&NfsMount::identity),
      schema::key("device", &NfsMount::device,
                  "server and path, `server:/path`: /proc/self/mountstats"),
      schema::gauge("age", &NfsMount::age,
                    "time since it was mounted: `age:` in /proc/self/mountstats"),
      schema::counter("read", &NfsMount::read,
                      "bytes that programs read: number 1 of `bytes:` in /proc/self/mountstats")
          .activity(),
      schema::counter("written", &NfsMount::written,
                      "bytes that programs wrote: number 2 of `bytes:` in /proc/self/mountstats")
          .activity(),
      schema::counter("direct_read", &NfsMount::direct_read,
                      "bytes that they read past the cache (O_DIRECT): number 3 of `bytes:` in "
                      "/proc/self/mountstats")
          .activity(),
      schema::counter("direct_written", &NfsMount::direct_written,
                      "bytes that they wrote past the cache (O_DIRECT): number 4 of `bytes:` in "
                      "/proc/self/mountstats")
          .activity(),
      schema::counter("server_read", &NfsMount::server_read,
                      "bytes read from the server: number 5 of `bytes:` in /proc/self/mountstats")
          .activity(),
      schema::counter("server_written", &NfsMount::server_written,
                      "bytes written to the server: number 6 of `bytes:` in /proc/self/mountstats")
          .activity(),
      schema::counter("pages_read", &NfsMount::pages_read,
                      "pages read from the server: number 7 of `bytes:` in /proc/self/mountstats"),
      schema::counter(
          "pages_written", &NfsMount::pages_written,
          "pages written to the server: number 8 of `bytes:` in /proc/self/mountstats"));
};

template <>
struct Schema<Nfs> {
  static constexpr auto kRows =
      schema::rows(schema::group("nfs_server", &Nfs::server, "the NFS server of this host"),
                   schema::group("nfs_client", &Nfs::client, "the NFS clients of this host"),
                   schema::list("nfs_mount", &Nfs::mounts, "a mounted NFS file system"));
};

}  // namespace proctape
