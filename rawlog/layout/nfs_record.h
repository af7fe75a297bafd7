// SPDX-License-Identifier: Apache-2.0
//
// sstat.nfs: NFS server, client and mounts.
#pragma once

#include "rawlog/layout/record.h"
#include "sample/nfs.h"

namespace proctape {

inline constexpr Field<NfsServer> kNfsServer[] = {
    number<&NfsServer::net_packets>("netcnt"),
    number<&NfsServer::net_udp>("netudpcnt"),
    number<&NfsServer::net_tcp>("nettcpcnt"),
    number<&NfsServer::net_tcp_connections>("nettcpcon"),
    number<&NfsServer::rpc_calls>("rpccnt"),
    number<&NfsServer::rpc_bad_format>("rpcbadfmt"),
    number<&NfsServer::rpc_bad_authentication>("rpcbadaut"),
    number<&NfsServer::rpc_bad_client>("rpcbadcln"),
    number<&NfsServer::rpc_reads>("rpcread"),
    number<&NfsServer::rpc_writes>("rpcwrite"),
    number<&NfsServer::reply_cache_hits>("rchits"),
    number<&NfsServer::reply_cache_misses>("rcmiss"),
    number<&NfsServer::reply_cache_uncached>("rcnoca"),
    bytes<&NfsServer::read>("nrbytes"),
    bytes<&NfsServer::written>("nwbytes"),
    spares<NfsServer>("future", 8),
};

inline constexpr Field<NfsClient> kNfsClient[] = {
    number<&NfsClient::rpc_calls>("rpccnt"),
    number<&NfsClient::rpc_retransmits>("rpcretrans"),
    number<&NfsClient::rpc_authentication_refreshes>("rpcautrefresh"),
    number<&NfsClient::rpc_reads>("rpcread"),
    number<&NfsClient::rpc_writes>("rpcwrite"),
    spares<NfsClient>("future", 8),
};

inline constexpr Field<NfsMount> kPernfsmount[] = {
    text<&NfsMount::device>("mountdev", 128),
    seconds<&NfsMount::age>("age"),
    bytes<&NfsMount::read>("bytesread"),
    bytes<&NfsMount::written>("byteswrite"),
    bytes<&NfsMount::direct_read>("bytesdread"),
    bytes<&NfsMount::direct_written>("bytesdwrite"),
    bytes<&NfsMount::server_read>("bytestotread"),
    bytes<&NfsMount::server_written>("bytestotwrite"),
    number<&NfsMount::pages_read>("pagesmread"),
    number<&NfsMount::pages_written>("pagesmwrite"),
    spares<NfsMount>("future", 8),
};

inline constexpr std::size_t kMostNfsMounts = 63;

inline constexpr Field<Nfs> kNfsmounts[] = {
    count_of<&Nfs::mounts, kMostNfsMounts>("nrmounts"),
    array<kPernfsmount, &Nfs::mounts, kMostNfsMounts>("nfsmnt", 64),
};

inline constexpr Field<Nfs> kNfsstat[] = {
    record<kNfsServer, &Nfs::server>("server"),
    record<kNfsClient, &Nfs::client>("client"),
    section<kNfsmounts>("nfsmounts"),
};

}  // namespace proctape
