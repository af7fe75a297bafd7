// SPDX-License-Identifier: Apache-2.0
#include "query/measure/system_measures.h"

namespace proctape {
namespace {

constexpr MeasureRow rate(std::string_view name, std::string_view heading, ColumnUnit unit,
                          std::string_view meaning) {
  return {{name, heading, unit, meaning}, false, false};
}
constexpr MeasureRow level(std::string_view name, std::string_view heading, ColumnUnit unit,
                           std::string_view meaning, bool worst_is_least = false) {
  return {{name, heading, unit, meaning}, worst_is_least, true};
}
constexpr MeasureRow percent(std::string_view name, std::string_view heading,
                             std::string_view meaning) {
  return rate(name, heading, ColumnUnit::kPercent, meaning);
}
constexpr MeasureRow bytes(std::string_view name, std::string_view heading,
                           std::string_view meaning, bool worst_is_least = false) {
  return level(name, heading, ColumnUnit::kBytes, meaning, worst_is_least);
}

}  // namespace

const std::array<MeasureRow, kMeasureCount> kMeasures = {
    percent("cpu", "CPU %", "of all CPUs: neither idle, nor waiting for I/O, nor stolen"),
    percent("cpu_user", "user %", "of all CPUs: in programs, those with a nice value aside"),
    percent("cpu_nice", "nice %", "of all CPUs: in programs with a nice value above 0"),
    percent("cpu_system", "system %", "of all CPUs: in the kernel"),
    percent("cpu_irq", "irq %", "of all CPUs: in interrupts, hard and soft"),
    percent("cpu_iowait", "iowait %", "of all CPUs: idle while a disk was waited for"),
    percent("cpu_steal", "steal %", "of all CPUs: given to others by the hypervisor"),
    percent("cpu_guest", "guest %", "of all CPUs: in virtual machines; part of user and nice"),
    percent("cpu_busiest", "busiest CPU %", "of the one CPU that was busiest"),
    level("load1", "load", ColumnUnit::kNumber, "load average of 1 minute"),
    level("load5", "load 5", ColumnUnit::kNumber, "load average of 5 minutes"),
    level("load15", "load 15", ColumnUnit::kNumber, "load average of 15 minutes"),
    level("running", "running", ColumnUnit::kNumber, "threads that ran or waited for a CPU"),
    level("blocked", "blocked", ColumnUnit::kNumber, "threads in uninterruptible sleep (state D)"),
    level("processes", "procs", ColumnUnit::kNumber, "processes that were there"),
    level("threads", "threads", ColumnUnit::kNumber, "threads that were there"),
    level("zombies", "zombies", ColumnUnit::kNumber,
          "processes that ended and that nobody waited for"),
    rate("forks", "forks/s", ColumnUnit::kPerSecond, "processes and threads that were made"),
    rate("exits", "exits/s", ColumnUnit::kPerSecond, "processes that ended"),
    rate("context_switches", "switches/s", ColumnUnit::kPerSecond, "context switches"),
    rate("interrupts", "interrupts/s", ColumnUnit::kPerSecond, "interrupts"),
    bytes("memory_used", "memory", "memory that is not available"),
    bytes("memory_available", "available", "memory that programs can have without swapping", true),
    bytes("memory_free", "free", "memory used for nothing", true),
    bytes("memory_cache", "cache", "cache of files and of block devices"),
    bytes("memory_slab", "slab", "memory of the kernel's own objects"),
    bytes("memory_shmem", "shmem", "shared memory and tmpfs"),
    bytes("memory_dirty", "dirty", "of the cache, what is to be written"),
    bytes("memory_committed", "committed", "what processes have asked for"),
    bytes("swap_used", "swap", "swap in use"),
    rate("swap_in", "swap in/s", ColumnUnit::kBytesPerSecond, "read from swap"),
    rate("swap_out", "swap out/s", ColumnUnit::kBytesPerSecond, "written to swap"),
    rate("pages_scanned", "scanned/s", ColumnUnit::kPerSecond, "pages that reclaim looked at"),
    rate("pages_stolen", "reclaimed/s", ColumnUnit::kPerSecond, "pages that reclaim took"),
    rate("allocation_stalls", "stalls/s", ColumnUnit::kPerSecond,
         "times that a task had to reclaim memory itself"),
    rate("major_faults", "major faults/s", ColumnUnit::kPerSecond,
         "page faults of processes that needed a disk"),
    rate("oom_kills", "OOM kills/s", ColumnUnit::kPerSecond,
         "processes killed because memory was short"),
    percent("pressure_cpu_some", "CPU some %", "of the time: some tasks waited for a CPU"),
    percent("pressure_memory_some", "memory some %", "of the time: some tasks waited for memory"),
    percent("pressure_memory_full", "memory full %", "of the time: all tasks waited for memory"),
    percent("pressure_io_some", "I/O some %", "of the time: some tasks waited for I/O"),
    percent("pressure_io_full", "I/O full %", "of the time: all tasks waited for I/O"),
    rate("disk_read", "disk rd/s", ColumnUnit::kBytesPerSecond, "read from disks, each byte once"),
    rate("disk_written", "disk wr/s", ColumnUnit::kBytesPerSecond,
         "written to disks, each byte once"),
    rate("disk_requests", "disk req/s", ColumnUnit::kPerSecond, "requests that disks did"),
    percent("disk_busiest", "busiest disk %", "of the time: the busiest disk had something to do"),
    rate("disk_latency", "disk ms", ColumnUnit::kMilliseconds,
         "how long a request took, of the slowest disk with at least one a second"),
    rate("disk_queue", "disk queue", ColumnUnit::kNumber,
         "requests under way, of the disk that had most of them"),
    rate("net_received", "net in/s", ColumnUnit::kBytesPerSecond, "received, each byte once"),
    rate("net_sent", "net out/s", ColumnUnit::kBytesPerSecond, "sent, each byte once"),
    rate("net_packets", "packets/s", ColumnUnit::kPerSecond, "packets received and sent"),
    rate("net_errors", "net errors/s", ColumnUnit::kPerSecond, "packets that were broken"),
    rate("net_drops", "net drops/s", ColumnUnit::kPerSecond, "packets that were dropped"),
    rate("tcp_retransmits", "retransmits/s", ColumnUnit::kPerSecond, "TCP segments sent again"),
    level("tcp_connections", "connections", ColumnUnit::kNumber, "TCP connections that were open"),
    rate("udp_errors", "UDP errors/s", ColumnUnit::kPerSecond,
         "datagrams lost for full buffers and other errors"),
};

}  // namespace proctape
