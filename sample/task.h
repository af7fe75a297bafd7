// SPDX-License-Identifier: Apache-2.0
//
// One process, or one thread of a multi-threaded process. Sources: the files of
// /proc/<pid> and /proc/<pid>/task/<tid>. In a Snapshot the counters are since the
// task's start, in a Sample they are those of the interval.
#pragma once

#include <cstdint>

#include "base/boxed.h"
#include "base/text/inline_text.h"
#include "base/text/shared_text.h"
#include "base/units.h"
#include "sample/schema.h"

namespace proctape {

struct TaskIdentity {
  // Set in `exit_code` of a task that the previous sample did not have.
  static constexpr std::int64_t kNewBit = 0x80000000;
  // `state` of a process that has exited and was reaped within the interval.
  static constexpr char kExited = 'E';

  Count tgid = 0;
  Count pid = 0;  // of a thread: its tid
  Count ppid = 0;
  Count ruid = 0, euid = 0, suid = 0, fsuid = 0;
  Count rgid = 0, egid = 0, sgid = 0, fsgid = 0;
  Count threads = 1;
  InlineText<15> name;     // as in parentheses in stat
  bool is_process = true;  // false: a thread
  char state = 0;          // as the kernel gives it, or kExited
  Count exit_code = 0;     // wait status in the low 16 bits, and kNewBit
  Seconds started;         // since 1970 UTC
  Ticks elapsed;           // only of exited processes
  SharedText<255> command_line;
  // Threads of the process by state; of a thread: 1 in the one that applies.
  Count threads_sleeping = 0;         // S
  Count threads_uninterruptible = 0;  // D
  Count threads_running = 0;          // R
  Count threads_idle = 0;             // I
  Count openvz_id = 0;
  Count openvz_pid = 0;
  bool inactive = false;  // nothing gathered about it changed in the interval
  // Short container id, until log version 2.9.
  InlineText<15> container;
  // Name of its container or pod, or host name, if it is not the host's; from log version
  // 2.10 on, which have less room.
  SharedText<64> host_name;
  // cgroup v2 path (log versions 2.8 to 2.10) and index into the sample's cgroups (2.11).
  SharedText<63> cgroup_path;
  Count cgroup_index = 0;

  friend bool operator==(const TaskIdentity&, const TaskIdentity&) = default;
};

struct TaskCpu {
  // `current_cpu` of an exited process.
  static constexpr Count kNoCpu = -1;

  Ticks user;
  Ticks system;
  Count nice = 0;
  Count priority = 0;  // 0..139 as atop counts: 120 is nice 0
  Count realtime_priority = 0;
  Count policy = 0;
  Count current_cpu = 0;
  Count sleep_average = 0;
  InlineText<15> wait_channel;
  Nanoseconds run_delay;
  Ticks block_io_delay;
  Count voluntary_switches = 0;
  Count involuntary_switches = 0;
  // Of its cgroup (log versions 2.8 to 2.10): percent of one CPU, -1 max, -2 undefined.
  Count cgroup_weight = 0;
  Count cgroup_max = 0;
  Count cgroup_max_effective = 0;

  friend bool operator==(const TaskCpu&, const TaskCpu&) = default;
};

// The kernel counts no requests per task; the log repeats the sectors in their place.
struct TaskDisk {
  Sectors read;
  Sectors written;
  Sectors cancelled;
  Count read_requests = 0;
  Count write_requests = 0;

  friend bool operator==(const TaskDisk&, const TaskDisk&) = default;
};

struct TaskMemory {
  Count minor_faults = 0;
  Count major_faults = 0;
  Bytes executable;
  Bytes virtual_size;
  Bytes resident;
  Bytes proportional;  // PSS; 0 not gathered, kUnknown unreadable
  Bytes virtual_growth;
  Bytes resident_growth;
  Bytes data;
  Bytes stack;
  Bytes libraries;
  Bytes swap;
  Bytes locked;
  Count oom_score = 0;
  Count oom_score_adj = 0;
  // Of its cgroup (log versions 2.8 to 2.10): -1 max, -2 undefined.
  Bytes cgroup_max;
  Bytes cgroup_max_effective;
  Bytes cgroup_swap_max;
  Bytes cgroup_swap_max_effective;

  friend bool operator==(const TaskMemory&, const TaskMemory&) = default;
};

struct TaskNetwork {
  Count tcp_sent = 0;
  Bytes tcp_bytes_sent;
  Count tcp_received = 0;
  Bytes tcp_bytes_received;
  Count udp_sent = 0;
  Bytes udp_bytes_sent;
  Count udp_received = 0;
  Bytes udp_bytes_received;

  friend bool operator==(const TaskNetwork&, const TaskNetwork&) = default;
};

// Meaningful only while `state` is not 0.
struct TaskGpu {
  char state = 0;  // 'A' active, 'E' ended
  char type = 0;   // 'C' compute, 'G' graphics, 'U' unknown
  Count gpus = 0;
  Count gpu_list = 0;  // bit mask
  Count busy_percent = 0;
  Count memory_busy_percent = 0;
  Milliseconds time;
  Bytes memory;
  Bytes memory_sum;
  Count samples = 0;
  Count busy_percent_sum = 0;
  Count memory_busy_percent_sum = 0;

  friend bool operator==(const TaskGpu&, const TaskGpu&) = default;
};

struct Task {
  // Start in ticks since boot: with pid it tells a task from a later one of the same
  // pid. 0 when read from a log, which has only `identity.started`.
  Ticks start;
  TaskIdentity identity;
  TaskCpu cpu;
  TaskDisk disk;
  TaskMemory memory;
  Boxed<TaskNetwork> network;
  Boxed<TaskGpu> gpu;

  friend bool operator==(const Task&, const Task&) = default;
};

template <>
struct Schema<TaskIdentity> {
  static constexpr auto kRows = schema::rows(
      schema::key("tgid", &TaskIdentity::tgid, "pid of its process"),
      schema::key("pid", &TaskIdentity::pid, "pid; of a thread its tid"),
      schema::key("ppid", &TaskIdentity::ppid, "pid of its parent"),
      schema::setting("ruid", &TaskIdentity::ruid, "real user"),
      schema::setting("euid", &TaskIdentity::euid, "effective user"),
      schema::setting("suid", &TaskIdentity::suid, "saved user"),
      schema::setting("fsuid", &TaskIdentity::fsuid, "user for the file system"),
      schema::setting("rgid", &TaskIdentity::rgid, "real group"),
      schema::setting("egid", &TaskIdentity::egid, "effective group"),
      schema::setting("sgid", &TaskIdentity::sgid, "saved group"),
      schema::setting("fsgid", &TaskIdentity::fsgid, "group for the file system"),
      schema::gauge("threads", &TaskIdentity::threads, "threads"),
      schema::key("name", &TaskIdentity::name, "name"),
      schema::key("is_process", &TaskIdentity::is_process, "whether it is a process, not a thread"),
      schema::gauge("state", &TaskIdentity::state, "state, as the kernel gives it, or E exited"),
      schema::gauge("exit_code", &TaskIdentity::exit_code,
                    "wait status, and the bit of a task that is new"),
      schema::key("started", &TaskIdentity::started, "when it began, since 1970"),
      schema::gauge("elapsed", &TaskIdentity::elapsed, "how long it lived, if it has exited"),
      schema::setting("command_line", &TaskIdentity::command_line, "command line"),
      schema::gauge("threads_sleeping", &TaskIdentity::threads_sleeping, "threads that sleep"),
      schema::gauge("threads_uninterruptible", &TaskIdentity::threads_uninterruptible,
                    "threads that sleep uninterruptibly"),
      schema::gauge("threads_running", &TaskIdentity::threads_running,
                    "threads that run or wait for a CPU"),
      schema::gauge("threads_idle", &TaskIdentity::threads_idle, "idle threads of the kernel"),
      schema::setting("openvz_id", &TaskIdentity::openvz_id, "number of its OpenVZ container"),
      schema::setting("openvz_pid", &TaskIdentity::openvz_pid, "pid in that"),
      schema::derived("inactive", &TaskIdentity::inactive, "whether nothing of it changed"),
      schema::setting("container", &TaskIdentity::container, "short id of its container"),
      schema::setting("host_name", &TaskIdentity::host_name,
                      "name of its container or pod, or host name"),
      schema::setting("cgroup_path", &TaskIdentity::cgroup_path, "path of its cgroup"),
      schema::derived("cgroup_index", &TaskIdentity::cgroup_index,
                      "position of its cgroup in the sample"));
};

template <>
struct Schema<TaskCpu> {
  static constexpr auto kRows = schema::rows(
      schema::cpu_time("user", &TaskCpu::user, "time in user space"),
      schema::cpu_time("system", &TaskCpu::system, "time in the kernel"),
      schema::setting("nice", &TaskCpu::nice, "nice value"),
      schema::gauge("priority", &TaskCpu::priority, "priority, 0 to 139"),
      schema::setting("realtime_priority", &TaskCpu::realtime_priority, "realtime priority"),
      schema::setting("policy", &TaskCpu::policy, "scheduling policy"),
      schema::gauge("current_cpu", &TaskCpu::current_cpu, "CPU it ran on last"),
      schema::gauge("sleep_average", &TaskCpu::sleep_average, "sleep average"),
      schema::gauge("wait_channel", &TaskCpu::wait_channel,
                    "function of the kernel in which it sleeps"),
      schema::counter("run_delay", &TaskCpu::run_delay, "time that it waited for a CPU"),
      schema::counter("block_io_delay", &TaskCpu::block_io_delay, "time that it waited for I/O"),
      schema::counter("voluntary_switches", &TaskCpu::voluntary_switches,
                      "times that it gave up the CPU"),
      schema::counter("involuntary_switches", &TaskCpu::involuntary_switches,
                      "times that the CPU was taken from it"),
      schema::setting("cgroup_weight", &TaskCpu::cgroup_weight, "CPU weight of its cgroup"),
      schema::setting("cgroup_max", &TaskCpu::cgroup_max,
                      "CPU limit of its cgroup, percent of one CPU"),
      schema::setting("cgroup_max_effective", &TaskCpu::cgroup_max_effective,
                      "the lowest CPU limit above it, percent of one CPU"));
};

template <>
struct Schema<TaskDisk> {
  static constexpr auto kRows =
      schema::rows(schema::counter("read", &TaskDisk::read, "read from disks"),
                   schema::counter("written", &TaskDisk::written, "written to disks"),
                   schema::counter("cancelled", &TaskDisk::cancelled,
                                   "of what was written, deleted before it reached the disk"),
                   schema::derived("read_requests", &TaskDisk::read_requests,
                                   "as read, for readers that expect requests"),
                   schema::derived("write_requests", &TaskDisk::write_requests,
                                   "as written, for readers that expect requests"));
};

template <>
struct Schema<TaskMemory> {
  static constexpr auto kRows = schema::rows(
      schema::counter("minor_faults", &TaskMemory::minor_faults, "page faults without I/O"),
      schema::counter("major_faults", &TaskMemory::major_faults, "page faults with I/O"),
      schema::gauge("executable", &TaskMemory::executable, "code"),
      schema::gauge("virtual_size", &TaskMemory::virtual_size, "address space"),
      schema::gauge("resident", &TaskMemory::resident, "resident memory"),
      schema::gauge("proportional", &TaskMemory::proportional,
                    "resident memory, what is shared divided among those who share it; 0 not read"),
      schema::derived("virtual_growth", &TaskMemory::virtual_growth,
                      "growth of the address space in the interval"),
      schema::derived("resident_growth", &TaskMemory::resident_growth,
                      "growth of resident memory in the interval"),
      schema::gauge("data", &TaskMemory::data, "data and heap"),
      schema::gauge("stack", &TaskMemory::stack, "stack"),
      schema::gauge("libraries", &TaskMemory::libraries, "code of libraries"),
      schema::gauge("swap", &TaskMemory::swap, "swapped out"),
      schema::gauge("locked", &TaskMemory::locked, "locked in memory"),
      schema::gauge("oom_score", &TaskMemory::oom_score, "score by which the OOM killer chooses"),
      schema::setting("oom_score_adj", &TaskMemory::oom_score_adj, "what is added to that score"),
      schema::setting("cgroup_max", &TaskMemory::cgroup_max, "memory limit of its cgroup"),
      schema::setting("cgroup_max_effective", &TaskMemory::cgroup_max_effective,
                      "the lowest memory limit above it"),
      schema::setting("cgroup_swap_max", &TaskMemory::cgroup_swap_max, "swap limit of its cgroup"),
      schema::setting("cgroup_swap_max_effective", &TaskMemory::cgroup_swap_max_effective,
                      "the lowest swap limit above it"));
};

template <>
struct Schema<TaskNetwork> {
  static constexpr auto kRows = schema::rows(
      schema::counter("tcp_sent", &TaskNetwork::tcp_sent, "TCP packets sent"),
      schema::counter("tcp_bytes_sent", &TaskNetwork::tcp_bytes_sent, "bytes sent by TCP"),
      schema::counter("tcp_received", &TaskNetwork::tcp_received, "TCP packets received"),
      schema::counter("tcp_bytes_received", &TaskNetwork::tcp_bytes_received,
                      "bytes received by TCP"),
      schema::counter("udp_sent", &TaskNetwork::udp_sent, "UDP packets sent"),
      schema::counter("udp_bytes_sent", &TaskNetwork::udp_bytes_sent, "bytes sent by UDP"),
      schema::counter("udp_received", &TaskNetwork::udp_received, "UDP packets received"),
      schema::counter("udp_bytes_received", &TaskNetwork::udp_bytes_received,
                      "bytes received by UDP"));
};

template <>
struct Schema<TaskGpu> {
  static constexpr auto kRows = schema::rows(
      schema::gauge("state", &TaskGpu::state, "A active, E ended"),
      schema::setting("type", &TaskGpu::type, "C compute, G graphics, U unknown"),
      schema::gauge("gpus", &TaskGpu::gpus, "GPUs that it uses"),
      schema::gauge("gpu_list", &TaskGpu::gpu_list, "which ones, a bit each"),
      schema::gauge("busy_percent", &TaskGpu::busy_percent,
                    "percent of the time that they were busy for it"),
      schema::gauge("memory_busy_percent", &TaskGpu::memory_busy_percent,
                    "percent of the time that their memory was busy for it"),
      schema::gauge("time", &TaskGpu::time, "time on the GPU"),
      schema::gauge("memory", &TaskGpu::memory, "memory of GPUs"),
      schema::counter("memory_sum", &TaskGpu::memory_sum, "memory of GPUs, summed over readings"),
      schema::counter("samples", &TaskGpu::samples, "readings that the sums are of"),
      schema::counter("busy_percent_sum", &TaskGpu::busy_percent_sum,
                      "percent busy, summed over readings"),
      schema::counter("memory_busy_percent_sum", &TaskGpu::memory_busy_percent_sum,
                      "percent of memory busy, summed over readings"));
};

template <>
struct Schema<Task> {
  static constexpr auto kRows =
      schema::rows(schema::part("identity", &Task::identity, "who it is"),
                   schema::part("cpu", &Task::cpu, "CPU time and scheduling"),
                   schema::part("disk", &Task::disk, "I/O to disks"),
                   schema::part("memory", &Task::memory, "memory"),
                   schema::part("network", &Task::network, "use of the network"),
                   schema::part("gpu", &Task::gpu, "use of GPUs"));
};

}  // namespace proctape
