// SPDX-License-Identifier: Apache-2.0
//
// What the reader makes of each release's log is what that release itself says of it: the
// lines that `atop -r LOG -P ALL` printed, 22 labels of them, are built again from the
// decoded samples. The order of the numbers in a line is atop's.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <map>
#include <string>
#include <vector>

#include "base/text/text.h"
#include "tests/support/logs.h"

namespace proctape {
namespace {

constexpr std::array kLabels = {"CPU", "cpu", "CPL", "MEM", "SWP", "PAG", "PSI", "LVM",
                                "MDD", "DSK", "NFM", "NFC", "NFS", "NET", "NUM", "NUC",
                                "CGR", "PRG", "PRC", "PRM", "PRD", "PRN"};

using Lines = std::map<std::string, std::vector<std::string>, std::less<>>;  // by label

// -1, "not there", is printed as 0.
Count or_zero(Count value) { return value == kUnknown ? 0 : value; }
Bytes or_zero(Bytes value) { return {or_zero(value.value)}; }
char yes_no(bool yes) { return yes ? 'y' : 'n'; }

// Words of one line; quantities as numbers.
class Line {
 public:
  template <typename... Values>
  explicit Line(const Values&... values) {
    add(values...);
  }
  template <typename... Values>
  Line& add(const Values&... values) {
    (word(values), ...);
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  template <typename U>
  void word(Quantity<U> value) {
    word(value.value);
  }
  template <std::size_t N>
  void word(const InlineText<N>& value) {
    word(value.view());
  }
  template <typename V>
  void word(const V& value) {
    if (!text_.empty()) text_ += ' ';
    fmt::format_to(std::back_inserter(text_), "{}", value);
  }

  std::string text_;
};

// The lines of one sample.
class Printer {
 public:
  Printer(const Reader& reader, const Sample& sample)
      : minor_(static_cast<unsigned>(reader.version()) & 0xFFU),
        hertz_(reader.host().ticks_per_second),
        page_size_(reader.host().page_size),
        sample_(sample),
        system_(sample.system) {
    const auto seconds = static_cast<std::time_t>(sample.time.value);
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    std::array<char, 32> time{};
    strftime(time.data(), time.size(), "%Y/%m/%d %H:%M:%S", &utc);
    prefix_ = Line(reader.host().node_name, seconds, time.data(), sample.interval).text();
  }

  Lines print() {
    processors();
    memory();
    pressure();
    disks();
    nfs();
    network();
    numa();
    cgroups();
    for (const Task& task : sample_.tasks) {
      general(task);
      cpu(task);
      memory(task);
      input_output(task);
    }
    return lines_;
  }

 private:
  // Sentinels are no sizes.
  Count pages(Bytes size) const { return size.value < 0 ? size.value : size.value / page_size_; }
  static Count kib(Bytes size) { return size.value < 0 ? size.value : size.value / 1024; }
  static Count signed_kib(Bytes size) { return size.value / 1024; }

  void add(const char* label, const Line& line) {
    lines_[label].push_back(fmt::format("{} {} {}", label, prefix_, line.text()));
  }

  // Frequency in MHz and in percent of the highest.
  static Line frequency(Count highest, Count mhz, Count ticks) {
    if (highest == 0) return Line(mhz, 100);
    const Count now = ticks == 0 ? mhz : mhz / ticks;
    return Line(now, 100 * now / highest);
  }
  static Line text_of(const CpuTimes& times) {
    return Line(times.system, times.user, times.nice, times.idle, times.iowait, times.irq,
                times.softirq, times.steal, times.guest);
  }

  void processors() {
    const Cpus& cpus = system_.cpus;
    const Count highest = cpus.each.at(0).frequency.max_mhz;
    Count mhz = 0;
    Count ticks = 0;
    for (const Cpu& cpu : cpus.each) {
      if (!cpu.online) continue;
      mhz += cpu.frequency.mhz;
      ticks += cpu.frequency.ticks.value;
    }
    Line all(hertz_, cpus.online, text_of(cpus.all.times).text(),
             frequency(highest, mhz, ticks).text());
    const bool starting = cpus.all.instructions == 1;  // a marker, not a count
    if (minor_ >= 4) {
      all.add(starting ? 0 : cpus.all.instructions, starting ? 0 : cpus.all.cycles);
    }
    add("CPU", all);
    for (const Cpu& cpu : cpus.each) {
      if (!cpu.online) continue;
      const CpuFrequency& f = cpu.frequency;
      Line one(hertz_, cpu.number, text_of(cpu.times).text(),
               frequency(highest, f.mhz, f.ticks.value).text());
      if (minor_ >= 4) one.add(cpu.instructions, cpu.cycles);
      add("cpu", one);
    }
    add("CPL",
        Line(cpus.online, fmt::format("{:.2f} {:.2f} {:.2f}", cpus.load1, cpus.load5, cpus.load15),
             cpus.context_switches, cpus.interrupts));
  }

  void memory() {
    const Memory& m = system_.memory;
    const Bytes balloon = minor_ >= 7 ? or_zero(m.vmware_balloon) : m.vmware_balloon;
    const Bytes zfs_arc = minor_ >= 7 ? or_zero(m.zfs_arc) : m.zfs_arc;
    Line mem(page_size_, pages(m.total), pages(m.free), pages(m.cached), pages(m.buffers),
             pages(m.slab), pages(m.dirty), pages(m.slab_reclaimable), pages(balloon),
             pages(m.shmem), pages(m.sysv_resident), pages(m.sysv_swapped), m.huge_size,
             m.huge_total, m.huge_free);
    if (minor_ >= 6) mem.add(pages(zfs_arc));
    if (minor_ >= 7) mem.add(pages(or_zero(m.ksm_sharing)), pages(or_zero(m.ksm_shared)));
    if (minor_ >= 8) mem.add(pages(m.tcp_sockets), pages(m.udp_sockets), pages(m.page_tables));
    if (minor_ >= 10) {
      mem.add(m.other_huge_size, m.other_huge_total, m.other_huge_free, pages(m.available),
              pages(m.anon_huge_pages));
    }
    add("MEM", mem);

    Line swap(page_size_, pages(m.swap_total), pages(m.swap_free),
              minor_ >= 6 ? pages(m.swap_cached) : 0, pages(m.committed), pages(m.commit_limit));
    if (minor_ >= 7) {
      swap.add(pages(m.swap_cached), pages(or_zero(m.zswapped)), pages(or_zero(m.zswap)));
    }
    add("SWP", swap);

    Line paging(page_size_, m.pages_scanned, m.allocation_stalls, 0, m.swap_ins, m.swap_outs);
    if (minor_ >= 7) {
      paging.add(m.oom_kills, m.compaction_stalls, m.pages_migrated, m.numa_pages_migrated);
    }
    if (minor_ >= 8) paging.add(pages(m.paged_in), pages(m.paged_out));
    if (minor_ >= 10) paging.add(m.zswap_ins, m.zswap_outs);
    add("PAG", paging);
  }

  void pressure() {
    if (minor_ < 4) return;
    const Pressure& p = system_.pressure;
    Line line(yes_no(p.present));
    for (const Stall* s : {&p.cpu_some, &p.memory_some, &p.memory_full, &p.io_some, &p.io_full}) {
      line.add(fmt::format("{:.1f} {:.1f} {:.1f}", s->avg10, s->avg60, s->avg300), s->total);
    }
    add("PSI", line);
  }

  void disks(const char* label, const std::vector<Disk>& disks) {
    for (const Disk& d : disks) {
      Line line(d.name, d.busy, d.reads, d.sectors_read, d.writes, d.sectors_written);
      if (minor_ >= 7) line.add(d.discards, d.sectors_discarded);
      if (minor_ >= 8) {
        const double queue = d.busy.value > 0 ? static_cast<double>(d.queue_time.value) /
                                                    static_cast<double>(d.busy.value)
                                              : 0;
        line.add(d.in_flight, fmt::format("{:.2f}", queue));
      }
      add(label, line);
    }
  }
  void disks() {
    disks("LVM", system_.disks.lvm);
    disks("MDD", system_.disks.md);
    disks("DSK", system_.disks.physical);
  }

  void nfs() {
    for (const NfsMount& m : system_.nfs.mounts) {
      add("NFM",
          Line(m.device, m.server_read, minor_ < 4 ? m.server_read : m.server_written, m.read,
               m.written, m.direct_read, m.direct_written, m.pages_read, m.pages_written));
    }
    const NfsClient& c = system_.nfs.client;
    add("NFC", Line(c.rpc_calls, c.rpc_reads, c.rpc_writes, c.rpc_retransmits,
                    c.rpc_authentication_refreshes));
    const NfsServer& s = system_.nfs.server;
    add("NFS", Line(s.rpc_calls, minor_ < 4 ? c.rpc_reads : s.rpc_reads,
                    minor_ < 4 ? c.rpc_writes : s.rpc_writes, s.read, s.written, s.rpc_bad_format,
                    s.rpc_bad_authentication, s.rpc_bad_client, s.net_packets, s.net_tcp, s.net_udp,
                    s.net_tcp_connections, s.reply_cache_hits, s.reply_cache_misses,
                    s.reply_cache_uncached));
  }

  void network() {
    const Protocols& p = system_.protocols;
    Line upper("upper", p.tcp.in_segs, p.tcp.out_segs, p.udpv4.in_datagrams + p.udpv6.in_datagrams,
               p.udpv4.out_datagrams + p.udpv6.out_datagrams,
               p.ipv4.in_receives + p.ipv6.in_receives, p.ipv4.out_requests + p.ipv6.out_requests,
               p.ipv4.in_delivers + p.ipv6.in_delivers,
               p.ipv4.forw_datagrams + p.ipv6.out_forw_datagrams);
    if (minor_ >= 6) {
      upper.add(p.udpv4.in_errors + p.udpv6.in_errors, p.udpv4.no_ports + p.udpv6.no_ports,
                p.tcp.active_opens, p.tcp.passive_opens, p.tcp.curr_estab, p.tcp.retrans_segs,
                p.tcp.in_errs, p.tcp.out_rsts);
    }
    if (minor_ >= 10) upper.add(p.tcp.in_checksum_errors);
    add("NET", upper);
    for (const Interface& i : system_.interfaces.each) {
      Line line(i.name, i.packets_received, i.received, i.packets_sent, i.sent, i.speed,
                i.full_duplex ? 1 : 0);
      if (minor_ >= 12) {
        line.add(i.receive_errors, i.send_errors, i.receive_drops, i.send_drops, i.receive_fifo,
                 i.send_fifo, i.receive_compressed, i.send_compressed, i.receive_frame,
                 i.receive_multicast, i.collisions, i.carrier_losses);
      }
      add("NET", line);
    }
  }

  void numa() {
    if (minor_ < 7) return;
    for (const NumaMemory& n : system_.numa.memory) {
      Line line(n.node, page_size_, fmt::format("{:.0f}", n.fragmentation * 100.0), pages(n.total),
                pages(n.free), pages(n.active), pages(n.inactive), pages(n.file), pages(n.dirty),
                pages(n.slab), pages(n.slab_reclaimable), pages(n.shmem), n.huge_total);
      if (minor_ >= 10) line.add(n.huge_free);
      add("NUM", line);
    }
    for (const NumaCpu& n : system_.numa.cpu)
      add("NUC", Line(n.node, n.cpus, text_of(n.times).text()));
  }

  void cgroups() {
    std::size_t pid = 0;
    for (std::size_t i = 0; i < sample_.cgroups.size(); ++i) {
      const Cgroup& c = sample_.cgroups[i];
      const std::string path = cgroup_path(sample_.cgroups, i);
      add("CGR",
          Line("C", path, c.identity.processes, c.identity.processes_below, c.cpu.user,
               c.cpu.system, c.limits.cpu_weight, c.limits.cpu_max, pages(c.memory.current),
               pages(c.memory.anon), pages(c.memory.file), pages(c.memory.kernel),
               pages(c.memory.shmem), pages(c.limits.memory_max), pages(c.limits.swap_max),
               c.disk.read, c.disk.written, c.disk.reads, c.disk.writes, c.limits.disk_weight,
               c.cpu.pressure_some, c.cpu.pressure_full, c.memory.pressure_some,
               c.memory.pressure_full, c.disk.pressure_some, c.disk.pressure_full));
      if (c.identity.processes == 0) continue;
      Line pids("P", path);
      for (Count left = c.identity.processes; left > 0; --left) {
        pids.add(sample_.cgroup_pids.at(pid++));
      }
      add("CGR", pids);
    }
  }

  // The words all task lines begin with.
  static Line task(const Task& t) {
    return Line(t.identity.pid, fmt::format("({})", t.identity.name.view()), t.identity.state);
  }
  const Cgroup* cgroup_of(const Task& t) const {
    const Count index = t.identity.cgroup_index;
    return index < 0 ? nullptr : &sample_.cgroups.at(static_cast<std::size_t>(index));
  }
  Count exit_code(const TaskIdentity& i) const {
    if (minor_ < 4) return static_cast<std::int32_t>(i.exit_code);
    if ((i.exit_code & 0xFF) != 0) return (i.exit_code & 0x7F) + 256;
    return (i.exit_code >> 8) & 0xFF;
  }

  void general(const Task& t) {
    const TaskIdentity& i = t.identity;
    const std::string_view container = minor_ >= 10 ? i.host_name.view() : i.container.view();
    Line line = task(t);
    line.add(i.ruid, i.rgid, i.tgid, i.threads, exit_code(i), i.started,
             fmt::format("({})", i.command_line.view()), i.ppid, i.threads_running,
             i.threads_sleeping, i.threads_uninterruptible, i.euid, i.egid, i.suid, i.sgid, i.fsuid,
             i.fsgid, i.elapsed, yes_no(i.is_process), i.openvz_pid, i.openvz_id,
             container.empty() ? "-" : container);
    if (minor_ >= 6) line.add((i.exit_code & TaskIdentity::kNewBit) != 0 ? 'N' : '-');
    if (minor_ >= 8 && minor_ <= 10) line.add(fmt::format("({})", i.cgroup_path.view()));
    if (minor_ >= 11) {
      line.add(cgroup_of(t)
                   ? fmt::format("({})", cgroup_path(sample_.cgroups,
                                                     static_cast<std::size_t>(i.cgroup_index)))
                   : "(-)");
    }
    if (minor_ >= 9) {
      const bool exited = i.state == TaskIdentity::kExited;
      line.add(exited ? i.started.value + i.elapsed.value / hertz_ : 0);
    }
    if (minor_ >= 10) line.add(i.threads_idle);
    add("PRG", line);
  }

  // A cgroup limit of 2.8 to 2.10: -3 on hosts without, -2 for threads.
  Count limit(const Task& t, Count value) const {
    if (!sample_.cgroup_v2) return -3;
    return t.identity.is_process ? value : -2;
  }
  // Since 2.11: that of its cgroup.
  template <typename Of>
  Count cgroup_limit(const Task& t, Of of) const {
    if (!sample_.cgroup_v2) return -3;
    const Cgroup* cgroup = cgroup_of(t);
    return cgroup ? of(cgroup->limits) : -2;
  }

  void cpu(const Task& t) {
    const TaskCpu& c = t.cpu;
    Line line = task(t);
    line.add(hertz_, c.user, c.system, c.nice, c.priority, c.realtime_priority, c.policy,
             c.current_cpu, c.sleep_average, t.identity.tgid, yes_no(t.identity.is_process));
    if (minor_ >= 6) line.add(c.run_delay, fmt::format("({})", c.wait_channel.view()));
    if (minor_ >= 8) line.add(c.block_io_delay);
    if (minor_ >= 8 && minor_ <= 10) {
      line.add(limit(t, c.cgroup_max), limit(t, c.cgroup_max_effective));
    }
    if (minor_ >= 11) {
      line.add(cgroup_limit(t, [](const CgroupLimits& l) { return l.cpu_max; }), -2);
    }
    if (minor_ >= 9) line.add(c.voluntary_switches, c.involuntary_switches);
    add("PRC", line);
  }

  void memory(const Task& t) {
    const TaskMemory& m = t.memory;
    Line line = task(t);
    line.add(page_size_, kib(m.virtual_size), kib(m.resident), kib(m.executable),
             signed_kib(m.virtual_growth), signed_kib(m.resident_growth), m.minor_faults,
             m.major_faults, kib(m.libraries), kib(m.data), kib(m.stack), kib(m.swap),
             t.identity.tgid, yes_no(t.identity.is_process), kib(or_zero(m.proportional)));
    if (minor_ >= 6) line.add(kib(m.locked));
    if (minor_ >= 8 && minor_ <= 10) {
      line.add(limit(t, kib(m.cgroup_max)), limit(t, kib(m.cgroup_max_effective)),
               limit(t, kib(m.cgroup_swap_max)), limit(t, kib(m.cgroup_swap_max_effective)));
    }
    if (minor_ >= 11) {
      line.add(cgroup_limit(t, [](const CgroupLimits& l) { return kib(l.memory_max); }), -2,
               cgroup_limit(t, [](const CgroupLimits& l) { return kib(l.swap_max); }), -2);
    }
    add("PRM", line);
  }

  void input_output(const Task& t) {
    const Count tgid = t.identity.tgid;
    const char is_process = yes_no(t.identity.is_process);
    const TaskDisk& d = t.disk;
    Line disk = task(t);
    disk.add('n', yes_no(sample_.task_io), d.read_requests, d.read, d.write_requests, d.written,
             d.cancelled, tgid, 'n', is_process);
    add("PRD", disk);
    const TaskNetwork& n = t.network;
    Line net = task(t);
    net.add(yes_no(sample_.netatop), n.tcp_sent, n.tcp_bytes_sent, n.tcp_received,
            n.tcp_bytes_received, n.udp_sent, n.udp_bytes_sent, n.udp_received,
            n.udp_bytes_received, 0, 0, tgid, is_process);
    add("PRN", net);
  }

  unsigned minor_;  // of the atop release
  Count hertz_;
  Count page_size_;
  const Sample& sample_;
  const System& system_;
  std::string prefix_;
  Lines lines_;
};

// What atop printed for one sample.
struct Printed {
  bool reset = false;
  Lines lines;
};

std::vector<Printed> printed(const std::string& text) {
  std::vector<Printed> samples(1);
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view line = next_line(rest);
    const auto label = line.substr(0, line.find(' '));
    if (line == "SEP") {
      samples.emplace_back();
    } else if (line == "RESET") {
      samples.back().reset = true;
    } else if (std::ranges::find(kLabels, label) != kLabels.end()) {
      samples.back().lines[std::string(label)].emplace_back(line);
    }
  }
  samples.pop_back();  // each ends with SEP
  return samples;
}

class TextOf : public testing::TestWithParam<std::string> {};

TEST_P(TextOf, IsWhatThatReleaseOfAtopPrints) {
  const std::string path = log_path(GetParam());
  const auto theirs = printed(read_text(path.substr(0, path.size() - 3) + "P.txt"));
  auto reader = Reader::open(path, no_damage());
  ASSERT_TRUE(reader) << reader.error().message;
  std::size_t samples = 0;
  std::size_t lines = 0;
  Sample sample;
  for (; *reader->next(sample); ++samples) {
    ASSERT_LT(samples, theirs.size());
    EXPECT_EQ(sample.since_boot, theirs[samples].reset);
    const Lines ours = Printer(*reader, sample).print();
    for (const char* label : kLabels) {
      const auto of_label = [&](const Lines& list) {
        const auto found = list.find(label);
        return found == list.end() ? std::vector<std::string>{} : found->second;
      };
      EXPECT_EQ(of_label(ours), of_label(theirs[samples].lines)) << label << " of " << samples;
      lines += of_label(ours).size();
    }
  }
  EXPECT_EQ(samples, theirs.size());
  EXPECT_GT(lines, 200U);
  RecordProperty("lines", static_cast<int>(lines));
}

INSTANTIATE_TEST_SUITE_P(, TextOf, testing::ValuesIn(log_names()), test_name);

}  // namespace
}  // namespace proctape
