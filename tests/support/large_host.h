// SPDX-License-Identifier: Apache-2.0
//
// A host of any size, as files in a temporary directory. Each counter of its n-th CPU, disk,
// interface ... grows by a rate of its own with each step of time, so that a test knows what
// an interval must show: counter `kind` of element n is rate(n, kind) * time.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "base/units.h"
#include "tests/support/test_host.h"

namespace proctape {

struct LargeHostSize {
  int cpus = 4;
  std::vector<int> offline;
  int nodes = 1;
  int disks = 1;
  int md_devices = 0;
  int volumes = 0;
  int interfaces = 1;  // every fourth is a card, the rest is virtual
  int nfs_mounts = 0;
  int infiniband_ports = 0;
  int caches = 0;
};

class LargeHost : public TestHost {
 public:
  explicit LargeHost(LargeHostSize size) : size_(std::move(size)) {
    for (int n = 0; n < size_.volumes; ++n) {
      write("sys/block/dm-" + text(n) + "/dm/name", volume_name(n) + "\n");
    }
    for (int n = 0; n < size_.interfaces; ++n) {
      if (is_card(n)) {
        write("sys/class/net/" + interface_name(n) + "/speed", "25000\n");
        write("sys/class/net/" + interface_name(n) + "/duplex", "full\n");
      } else {
        write("sys/devices/virtual/net/" + interface_name(n) + "/operstate", "up\n");
      }
    }
    write_nodes();
    for (int n = 0; n < size_.infiniband_ports; ++n) {
      write(infiniband_port(n) + "rate", "200 Gb/sec (4X HDR)\n");
    }
    write("sys/devices/system/cpu/cpu0/cache/index3/size", "32768K\n");
    write("proc/loadavg", "1.50 1.25 0.75 3/4000 123\n");
    set_time(1);
  }

  // Different for each n and kind, and not in the order of n.
  static Count rate(int n, int kind) { return (n * 37 + kind * 11) % 997 * 10 + kind + 1; }

  static std::string disk_name(int n) {
    std::string letters;
    for (++n; n > 0; n = (n - 1) / 26) letters.insert(letters.begin(), char('a' + (n - 1) % 26));
    return "sd" + letters;
  }
  static std::string md_name(int n) { return "md" + text(n); }
  static std::string volume_name(int n) { return "vg0-volume" + text(n); }
  static bool is_card(int n) { return n % 4 == 0; }
  static std::string interface_name(int n) { return (is_card(n) ? "eth" : "veth") + text(n); }
  static std::string mount_name(int n) { return "filer" + text(n % 7) + ":/export/" + text(n); }
  static std::string infiniband_name(int n) { return "mlx5_" + text(n); }

  bool is_online(int cpu) const {
    return std::ranges::find(size_.offline, cpu) == size_.offline.end();
  }
  // CPUs are spread over the nodes in turn, as two sockets often are.
  int node_of(int cpu) const { return cpu % size_.nodes; }
  void set_offline(std::vector<int> cpus) { size_.offline = std::move(cpus); }

  // Writes all counters as they are at `time`. An offline CPU's stand still in the kernel; here
  // they are what time makes of them, so let it stay offline.
  void set_time(Count time) const {
    write_cpus(time);
    write_disks(time);
    write_interfaces(time);
    write_mounts(time);
    write_hardware(time);
    write("proc/meminfo",
          "MemTotal: 1056964608 kB\nMemFree: 528482304 kB\nHugepagesize: 2048 kB\n");
    write("proc/vmstat", "pgpgin " + text(8 * time) + "\npgpgout " + text(16 * time) + '\n');
  }

 private:
  static std::string text(Count number) { return std::to_string(number); }
  static std::string infiniband_port(int n) {
    return "sys/class/infiniband/" + infiniband_name(n) + "/ports/1/";
  }
  static std::string numbers(int n, Count time, int first_kind, int count) {
    std::string all;
    for (int kind = first_kind; kind < first_kind + count; ++kind) {
      all += ' ' + text(rate(n, kind) * time);
    }
    return all;
  }

  void write_nodes() const {
    std::string buddies;
    for (int node = 0; node < size_.nodes; ++node) {
      const std::string directory = "sys/devices/system/node/node" + text(node) + '/';
      std::string cpus;
      std::string distances;
      for (int cpu = 0; cpu < size_.cpus; ++cpu) {
        if (node_of(cpu) == node) cpus += (cpus.empty() ? "" : ",") + text(cpu);
      }
      for (int other = 0; other < size_.nodes; ++other) {
        distances += (other == 0 ? "" : " ") + text(other == node ? 10 : 21);
      }
      write(directory + "cpulist", cpus + '\n');
      write(directory + "distance", distances + '\n');
      const std::string prefix = "Node " + text(node) + ' ';
      write(directory + "meminfo", prefix + "MemTotal:       " + text((node + 1) * 4096) + " kB\n" +
                                       prefix + "MemFree:        " + text((node + 1) * 1024) +
                                       " kB\n" + prefix + "HugePages_Total:  " + text(node + 3) +
                                       '\n');
      // Half of the free memory in single pages: 0 of order 0 is in smaller blocks, and half of
      // each other order.
      buddies +=
          prefix.substr(0, prefix.size() - 1) +
          ", zone   Normal   1024      0      0      0      0      0      0      0      0      "
          "0      1 \n";
    }
    write("sys/devices/system/node/online", "0-" + text(size_.nodes - 1) + '\n');
    write("proc/buddyinfo", buddies);
  }

  void write_cpus(Count time) const {
    std::string lines;
    for (int cpu = 0; cpu < size_.cpus; ++cpu) {
      if (is_online(cpu)) lines += "cpu" + text(cpu) + numbers(cpu, time, 0, 9) + " 0\n";
    }
    write("proc/stat", "cpu " + numbers(0, time, 0, 9) + " 0\n" + lines + "ctxt " + text(7 * time) +
                           "\nprocesses " + text(3 * time) + '\n');
  }

  void write_disks(Count time) const {
    std::string lines;
    int minor = 0;
    const auto add = [&](const std::string& name, int n) {
      // Requests in flight, the ninth number, are a gauge.
      lines += "   8 " + text(minor++) + ' ' + name + numbers(n, time, 0, 8) + ' ' + text(n % 5) +
               numbers(n, time, 9, 8) + '\n';
    };
    for (int n = 0; n < size_.disks; ++n) {
      add(disk_name(n), n);
      add(disk_name(n) + "1", n);  // a partition, not recorded
    }
    for (int n = 0; n < size_.md_devices; ++n) add(md_name(n), n);
    for (int n = 0; n < size_.volumes; ++n) add("dm-" + text(n), n);
    write("proc/diskstats", lines);
  }

  void write_interfaces(Count time) const {
    std::string lines = "Inter-|   Receive  |  Transmit\n face |bytes    packets |bytes\n";
    for (int n = 0; n < size_.interfaces; ++n) {
      lines += interface_name(n) + ':' + numbers(n, time, 0, 16) + '\n';
    }
    write("proc/net/dev", lines);
  }

  void write_mounts(Count time) const {
    std::string lines = "device proc mounted on /proc with fstype proc\n";
    for (int n = 0; n < size_.nfs_mounts; ++n) {
      lines += "device " + mount_name(n) + " mounted on /mnt/" + text(n) +
               " with fstype nfs4 statvers=1.1\n\tage:\t" + text(100 + time) + "\n\tbytes:\t" +
               numbers(n, time, 0, 8) + "\n";
    }
    write("proc/1/mountstats", lines);
    // Without the client the kernel has no such mounts.
    if (size_.nfs_mounts > 0) write("proc/net/rpc/nfs", "net 0 0 0 0\nrpc 0 0 0\n");
  }

  void write_hardware(Count time) const {
    for (int n = 0; n < size_.infiniband_ports; ++n) {
      const std::string counters = infiniband_port(n) + "counters/port_";
      int kind = 0;
      for (const char* name : {"rcv_data", "xmit_data", "rcv_packets", "xmit_packets"}) {
        write(counters + name, text(rate(n, kind++) * time) + '\n');
      }
    }
    for (int n = 0; n < size_.caches; ++n) {
      const std::string monitor =
          "sys/fs/resctrl/mon_data/mon_L3_" + std::string(n < 10 ? "0" : "") + text(n) + '/';
      write(monitor + "llc_occupancy", "8388608\n");
      write(monitor + "mbm_local_bytes", text(rate(n, 0) * time) + '\n');
      write(monitor + "mbm_total_bytes", text(rate(n, 1) * time) + '\n');
    }
  }

  LargeHostSize size_;
};

}  // namespace proctape
