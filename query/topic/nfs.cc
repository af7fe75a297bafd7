// SPDX-License-Identifier: Apache-2.0
#include "query/topic/nfs.h"

#include <algorithm>
#include <functional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "query/measure/elapsed.h"
#include "query/measure/figures.h"
#include "query/topic/system_tables.h"

namespace proctape {
namespace {

template <auto Part, auto Member>
double nfs_value(const Sample& sample) {
  return static_cast<double>(plain(sample.system.nfs.*Part.*Member));
}
template <auto Part, auto Member>
constexpr Figure nfs_events(std::string_view name, std::string_view meaning) {
  return {{name, name, ColumnUnit::kPerSecond, meaning}, nfs_value<Part, Member>, false};
}
template <auto Part, auto Member>
constexpr Figure nfs_bytes(std::string_view name, std::string_view meaning) {
  return {{name, name, ColumnUnit::kBytesPerSecond, meaning}, nfs_value<Part, Member>, false};
}

constexpr auto kClient = &Nfs::client;
constexpr auto kServer = &Nfs::server;

constexpr Figure kClientFigures[] = {
    nfs_events<kClient, &NfsClient::rpc_calls>("calls", "calls made"),
    nfs_events<kClient, &NfsClient::rpc_reads>("reads", "calls to read"),
    nfs_events<kClient, &NfsClient::rpc_writes>("writes", "calls to write"),
    nfs_events<kClient, &NfsClient::rpc_retransmits>("retransmits", "calls sent again"),
    nfs_events<kClient, &NfsClient::rpc_authentication_refreshes>(
        "authentication_refreshes", "times that credentials were renewed"),
};

constexpr Figure kServerFigures[] = {
    nfs_events<kServer, &NfsServer::rpc_calls>("calls", "calls received"),
    nfs_events<kServer, &NfsServer::rpc_reads>("reads", "calls to read"),
    nfs_events<kServer, &NfsServer::rpc_writes>("writes", "calls to write"),
    nfs_bytes<kServer, &NfsServer::read>("read", "bytes read for clients"),
    nfs_bytes<kServer, &NfsServer::written>("written", "bytes written for clients"),
    nfs_events<kServer, &NfsServer::net_packets>("packets", "packets received"),
    nfs_events<kServer, &NfsServer::net_udp>("packets_udp", "of these, by UDP"),
    nfs_events<kServer, &NfsServer::net_tcp>("packets_tcp", "of these, by TCP"),
    nfs_events<kServer, &NfsServer::net_tcp_connections>("connections", "connections accepted"),
    nfs_events<kServer, &NfsServer::rpc_bad_format>("bad_format", "calls refused as malformed"),
    nfs_events<kServer, &NfsServer::rpc_bad_authentication>(
        "bad_authentication", "calls refused for their authentication"),
    nfs_events<kServer, &NfsServer::rpc_bad_client>("bad_client", "calls refused for their client"),
    nfs_events<kServer, &NfsServer::reply_cache_hits>("reply_cache_hits",
                                                      "calls answered from the cache of replies"),
    nfs_events<kServer, &NfsServer::reply_cache_misses>("reply_cache_misses",
                                                        "calls that were not in it"),
    nfs_events<kServer, &NfsServer::reply_cache_uncached>("reply_cache_uncached",
                                                          "calls that are not cached"),
};

struct MountUse {
  std::string device;
  double age = 0;  // seconds
  double read = 0;
  double written = 0;
  double direct_read = 0;
  double direct_written = 0;
  double server_read = 0;
  double server_written = 0;
  double seconds = 0;  // of the intervals that had it
};

using MountColumn = ColumnOf<MountUse>;
constexpr MountColumn kMountColumns[] = {
    {{"read", "read/s", ColumnUnit::kBytesPerSecond, "bytes that programs read"},
     [](const MountUse& use) { return Value(use.read / use.seconds); }},
    {{"written", "written/s", ColumnUnit::kBytesPerSecond, "bytes that programs wrote"},
     [](const MountUse& use) { return Value(use.written / use.seconds); }},
    {{"direct_read", "direct rd/s", ColumnUnit::kBytesPerSecond,
      "bytes that they read past the cache (O_DIRECT)"},
     [](const MountUse& use) { return Value(use.direct_read / use.seconds); }},
    {{"direct_written", "direct wr/s", ColumnUnit::kBytesPerSecond,
      "bytes that they wrote past the cache (O_DIRECT)"},
     [](const MountUse& use) { return Value(use.direct_written / use.seconds); }},
    {{"server_read", "from server/s", ColumnUnit::kBytesPerSecond, "bytes read from the server"},
     [](const MountUse& use) { return Value(use.server_read / use.seconds); }},
    {{"server_written", "to server/s", ColumnUnit::kBytesPerSecond, "bytes written to the server"},
     [](const MountUse& use) { return Value(use.server_written / use.seconds); }},
    {{"age", "mounted", ColumnUnit::kSeconds, "time since it was mounted, at the end"},
     [](const MountUse& use) { return Value(use.age); }},
    {{"mount", "mount", ColumnUnit::kText, "server and path, server:/path"},
     [](const MountUse& use) { return Value(use.device); }},
};

class NfsTopic : public Topic {
 public:
  void begin(const Host& /*host*/, const Sample& sample) override {
    client_.add(sample);
    server_.add(sample);
    for (const NfsMount& mount : sample.system.nfs.mounts) add_mount(mount, sample);
  }
  void take(const Task& /*task*/, bool /*is_meant*/) override {}
  void end() override {}

  std::vector<Table> answer() const override {
    const std::span<const MountColumn> columns(kMountColumns);
    Table mounts = table_of("mounts", "NFS mounts", columns);
    std::vector<const MountUse*> sorted;
    for (const MountUse& use : mounts_) sorted.push_back(&use);
    std::ranges::stable_sort(sorted, std::greater{}, [](const MountUse* use) {
      return use->server_read + use->server_written + use->read + use->written;
    });
    for (const MountUse* use : sorted) mounts.rows.push_back(values_of(*use, columns));
    mounts.if_empty = "none";
    Table client = breakdown("client", "NFS client, mean and worst", SystemSeries(), {});
    add_figures(client_, client);
    client.if_empty = "no calls";
    Table server = breakdown("server", "NFS server, mean and worst", SystemSeries(), {});
    add_figures(server_, server);
    server.if_empty = "no calls";
    return {std::move(mounts), std::move(client), std::move(server)};
  }

 private:
  void add_mount(const NfsMount& mount, const Sample& sample) {
    // A crafted log has others in each sample.
    constexpr std::size_t kMostMounts = 4096;
    std::string device(mount.device.view());
    const auto known = places_.find(device);
    if (known == places_.end() && mounts_.size() >= kMostMounts) return;
    const std::size_t place = known == places_.end() ? mounts_.size() : known->second;
    if (known == places_.end()) {
      mounts_.push_back({.device = device});
      places_.emplace(std::move(device), place);
    }
    MountUse& use = mounts_[place];
    use.age = used(mount.age);
    if (sample.since_boot) return;
    use.read += used(mount.read);
    use.written += used(mount.written);
    use.direct_read += used(mount.direct_read);
    use.direct_written += used(mount.direct_written);
    use.server_read += used(mount.server_read);
    use.server_written += used(mount.server_written);
    use.seconds += seconds_of(sample);
  }

  Figures client_{kClientFigures};
  Figures server_{kServerFigures};
  std::vector<MountUse> mounts_;
  std::unordered_map<std::string, std::size_t> places_;
};

}  // namespace

std::unique_ptr<Topic> nfs_topic(const Question& /*question*/) {
  return std::make_unique<NfsTopic>();
}

}  // namespace proctape
