// SPDX-License-Identifier: Apache-2.0
#include "collector/sources.h"

#include "collector/system/buddyinfo.h"
#include "collector/system/cpufreq.h"
#include "collector/system/diskstats.h"
#include "collector/system/gpu.h"
#include "collector/system/hugepages.h"
#include "collector/system/infiniband.h"
#include "collector/system/ksm.h"
#include "collector/system/loadavg.h"
#include "collector/system/meminfo.h"
#include "collector/system/net_dev.h"
#include "collector/system/net_snmp.h"
#include "collector/system/net_snmp6.h"
#include "collector/system/nfs_client.h"
#include "collector/system/nfs_mounts.h"
#include "collector/system/nfs_server.h"
#include "collector/system/numa.h"
#include "collector/system/perf_counters.h"
#include "collector/system/pressure.h"
#include "collector/system/resctrl.h"
#include "collector/system/sockstat.h"
#include "collector/system/stat.h"
#include "collector/system/sysv_shm.h"
#include "collector/system/vmstat.h"
#include "collector/system/vmware_balloon.h"
#include "collector/system/zfs_arc.h"
#include "collector/system/zoneinfo.h"
#include "collector/system/zswap.h"

namespace proctape {
namespace {

constexpr bool kIndispensable = true;
constexpr bool kOptional = false;

// All of a part: other sources fill nothing of it.
template <auto Part>
void keep(const System& previous, System& into) {
  into.*Part = previous.*Part;
}
template <auto Whole, auto... Parts>
void keep_of(const System& previous, System& into) {
  ((into.*Whole.*Parts = previous.*Whole.*Parts), ...);
}

// The counters of a part whose gauges other sources fill.
template <auto Part>
void keep_counters(const System& previous, System& into) {
  using T = std::remove_cvref_t<decltype(into.*Part)>;
  for_each_member<T>(schema::kCounters,
                     [&](auto counter) { into.*Part.*counter = previous.*Part.*counter; });
}

// A source that needs what another one read stands behind it.
constexpr Source kSources[] = {
    {"stat", "/proc/stat", kIndispensable, read_stat},
    {"perf_counters", "perf_event_open: instructions and cycles", kOptional, read_perf_counters,
     nullptr, &SystemOptions::perf_counters},
    {"loadavg", "/proc/loadavg", kOptional, read_loadavg},
    {"cpufreq", "/sys/devices/system/cpu/cpu*/cpufreq or /proc/cpuinfo", kOptional, read_cpufreq},
    {"meminfo", "/proc/meminfo", kIndispensable, read_meminfo},
    {"zswap", "/sys/kernel/debug/zswap, if meminfo lacks it", kOptional, read_zswap},
    {"vmstat", "/proc/vmstat", kOptional, read_vmstat, keep_counters<&System::memory>},
    {"zoneinfo", "/proc/zoneinfo", kOptional, read_zoneinfo},
    {"hugepages", "/sys/kernel/mm/hugepages", kOptional, read_hugepages},
    {"ksm", "/sys/kernel/mm/ksm", kOptional, read_ksm},
    {"sysv_shm", "shmctl(SHM_INFO)", kOptional, read_sysv_shm},
    {"sockstat", "/proc/net/sockstat", kOptional, read_sockstat},
    {"zfs_arc", "/proc/spl/kstat/zfs/arcstats", kOptional, read_zfs_arc},
    {"vmware_balloon", "/sys/kernel/debug/vmmemctl", kOptional, read_vmware_balloon},
    {"pressure", "/proc/pressure", kOptional, read_pressure, keep<&System::pressure>},
    {"diskstats", "/proc/diskstats, /sys/block/dm-*/dm/name", kOptional, read_diskstats,
     keep<&System::disks>},
    {"net_dev", "/proc/net/dev, /sys/class/net", kOptional, read_net_dev,
     keep<&System::interfaces>},
    {"net_snmp", "/proc/net/snmp", kOptional, read_net_snmp,
     keep_of<&System::protocols, &Protocols::ipv4, &Protocols::icmpv4, &Protocols::udpv4,
             &Protocols::tcp>},
    {"net_snmp6", "/proc/net/snmp6", kOptional, read_net_snmp6,
     keep_of<&System::protocols, &Protocols::ipv6, &Protocols::icmpv6, &Protocols::udpv6>},
    {"numa", "/sys/devices/system/node", kOptional, read_numa, keep_of<&System::numa, &Numa::cpu>},
    {"buddyinfo", "/proc/buddyinfo", kOptional, read_buddyinfo},
    {"nfs_server", "/proc/net/rpc/nfsd", kOptional, read_nfs_server,
     keep_of<&System::nfs, &Nfs::server>},
    {"nfs_client", "/proc/net/rpc/nfs", kOptional, read_nfs_client,
     keep_of<&System::nfs, &Nfs::client>},
    {"nfs_mounts", "/proc/1/mountstats", kOptional, read_nfs_mounts,
     keep_of<&System::nfs, &Nfs::mounts>},
    {"gpu", "NVML, libnvidia-ml.so.1", kOptional, read_gpu, nullptr, &SystemOptions::gpu},
    {"infiniband", "/sys/class/infiniband", kOptional, read_infiniband, keep<&System::infiniband>},
    {"resctrl", "/sys/fs/resctrl/mon_data", kOptional, read_resctrl, keep<&System::caches>},
};

}  // namespace

std::span<const Source> system_sources() { return kSources; }

}  // namespace proctape
