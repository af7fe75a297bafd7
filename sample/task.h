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
      schema::key("tgid", &TaskIdentity::tgid, "pid of its process: Tgid of /proc/PID/status"),
      schema::key("pid", &TaskIdentity::pid, "pid; of a thread its tid"),
      schema::key(
          "ppid", &TaskIdentity::ppid,
          "pid of its parent, of exited processes when they ended: field 4 of /proc/PID/stat"),
      schema::setting("ruid", &TaskIdentity::ruid,
                      "real user: number 1 of Uid in /proc/PID/status"),
      schema::setting("euid", &TaskIdentity::euid,
                      "effective user: number 2 of Uid in /proc/PID/status"),
      schema::setting("suid", &TaskIdentity::suid,
                      "saved user: number 3 of Uid in /proc/PID/status"),
      schema::setting("fsuid", &TaskIdentity::fsuid,
                      "user for the file system: number 4 of Uid in /proc/PID/status"),
      schema::setting("rgid", &TaskIdentity::rgid,
                      "real group: number 1 of Gid in /proc/PID/status"),
      schema::setting("egid", &TaskIdentity::egid,
                      "effective group: number 2 of Gid in /proc/PID/status"),
      schema::setting("sgid", &TaskIdentity::sgid,
                      "saved group: number 3 of Gid in /proc/PID/status"),
      schema::setting("fsgid", &TaskIdentity::fsgid,
                      "group for the file system: number 4 of Gid in /proc/PID/status"),
      schema::gauge("threads", &TaskIdentity::threads, "threads of the process; 1 of a thread"),
      schema::key("name", &TaskIdentity::name, "name: in parentheses in /proc/PID/stat"),
      schema::key("is_process", &TaskIdentity::is_process, "whether it is a process, not a thread"),
      schema::gauge("state", &TaskIdentity::state,
                    "state, as the kernel gives it: field 3 of /proc/PID/stat; E exited"),
      schema::gauge("exit_code", &TaskIdentity::exit_code,
                    "bit 31: the previous sample did not have it; of exited processes the rest is "
                    "their wait status"),
      schema::key("started", &TaskIdentity::started,
                  "when it began, since 1970 UTC: field 22 of /proc/PID/stat"),
      schema::gauge("elapsed", &TaskIdentity::elapsed,
                    "of exited processes, time from their start to the end of their last thread"),
      schema::setting("command_line", &TaskIdentity::command_line,
                      "command line: /proc/PID/cmdline with spaces between the arguments, secrets "
                      "as `***` (`redact` of the configuration); of exited processes as it was "
                      "when they ended, or, where the kernel no longer tells, as last seen or "
                      "executed; of one whose main thread has ended, that of the others"),
      schema::gauge("threads_sleeping", &TaskIdentity::threads_sleeping,
                    "its threads that sleep: state S"),
      schema::gauge("threads_uninterruptible", &TaskIdentity::threads_uninterruptible,
                    "its threads that sleep uninterruptibly: state D"),
      schema::gauge("threads_running", &TaskIdentity::threads_running,
                    "its threads that run or wait for a CPU: state R"),
      schema::gauge("threads_idle", &TaskIdentity::threads_idle,
                    "its idle threads of the kernel: state I"),
      schema::setting("openvz_id", &TaskIdentity::openvz_id, "number of its OpenVZ container"),
      schema::setting("openvz_pid", &TaskIdentity::openvz_pid, "pid in its OpenVZ container"),
      schema::derived("inactive", &TaskIdentity::inactive,
                      "whether nothing about it changed in the interval"),
      schema::setting("container", &TaskIdentity::container,
                      "its container: the first 12 characters of the id in /proc/PID/cgroup, which "
                      "Docker, containerd, CRI-O and Podman put there"),
      schema::setting(
          "host_name", &TaskIdentity::host_name,
          "pod or container it is in: Kubernetes' name of the pod, else the container's in the "
          "runtime's files or in the cgroup's path (systemd-nspawn, LXC), else the host name of "
          "its UTS namespace if that is not the host's, else the short id; the option `containers "
          "= \"units\"` adds systemd's services"),
      schema::setting("cgroup_path", &TaskIdentity::cgroup_path,
                      "path of its cgroup: `0::` of /proc/PID/cgroup; of a known process read at "
                      "every 16th sample, as all that is told of its cgroup"),
      schema::derived("cgroup_index", &TaskIdentity::cgroup_index,
                      "position of its cgroup in the sample; -1 none"));
};

template <>
struct Schema<TaskCpu> {
  static constexpr auto kRows = schema::rows(
      schema::cpu_time("user", &TaskCpu::user, "time in user space: field 14 of /proc/PID/stat"),
      schema::cpu_time("system", &TaskCpu::system,
                       "time in the kernel: field 15 of /proc/PID/stat"),
      schema::setting("nice", &TaskCpu::nice, "nice value, -20 to 19: field 19 of /proc/PID/stat"),
      schema::gauge("priority", &TaskCpu::priority,
                    "priority + 100, 0 to 139, 120 is nice 0: field 18 of /proc/PID/stat"),
      schema::setting("realtime_priority", &TaskCpu::realtime_priority,
                      "realtime priority: field 40 of /proc/PID/stat"),
      schema::setting("policy", &TaskCpu::policy,
                      "scheduling policy, 0 normal, 1 fifo, 2 rr, 3 batch, 5 idle, 6 deadline, 7 "
                      "ext: field 41 of /proc/PID/stat"),
      schema::gauge("current_cpu", &TaskCpu::current_cpu,
                    "CPU it ran on last: field 39 of /proc/PID/stat; -1 of exited processes"),
      schema::gauge("sleep_average", &TaskCpu::sleep_average, "sleep average"),
      schema::gauge("wait_channel", &TaskCpu::wait_channel,
                    "function of the kernel in which it waits, if so configured: /proc/PID/wchan"),
      schema::counter("run_delay", &TaskCpu::run_delay,
                      "time that it waited for a CPU: number 2 of /proc/PID/schedstat; of a "
                      "process the sum of its threads, of an exited one of all it ever had"),
      schema::counter("block_io_delay", &TaskCpu::block_io_delay,
                      "time that it waited for block I/O, if delay accounting is on: field 42 of "
                      "/proc/PID/stat; of a process the sum of its threads"),
      schema::counter("voluntary_switches", &TaskCpu::voluntary_switches,
                      "times that it gave up the CPU: voluntary_ctxt_switches of /proc/PID/status; "
                      "of a process the sum of its threads"),
      schema::counter("involuntary_switches", &TaskCpu::involuntary_switches,
                      "times that the CPU was taken from it: nonvoluntary_ctxt_switches of "
                      "/proc/PID/status; of a process the sum of its threads"),
      schema::setting("cgroup_weight", &TaskCpu::cgroup_weight,
                      "CPU weight of its cgroup: cpu.weight; -2 undefined"),
      schema::setting(
          "cgroup_max", &TaskCpu::cgroup_max,
          "CPU limit of its cgroup in percent of one CPU: cpu.max; -1 max, -2 undefined"),
      schema::setting("cgroup_max_effective", &TaskCpu::cgroup_max_effective,
                      "the lowest cpu.max of its cgroup and those above it, without the root, in "
                      "percent of one CPU"));
};

template <>
struct Schema<TaskDisk> {
  static constexpr auto kRows = schema::rows(
      schema::counter("read", &TaskDisk::read,
                      "sectors of 512 bytes read: read_bytes of /proc/PID/io; includes, as the "
                      "kernel counts, children that it waited for"),
      schema::counter("written", &TaskDisk::written,
                      "sectors of 512 bytes written: write_bytes of /proc/PID/io; includes "
                      "children that it waited for"),
      schema::counter(
          "cancelled", &TaskDisk::cancelled,
          "sectors of 512 bytes not written after all, as they were deleted before: "
          "cancelled_write_bytes of /proc/PID/io; includes children that it waited for"),
      schema::derived(
          "read_requests", &TaskDisk::read_requests,
          "the sectors read once more, for readers that expect requests: the kernel counts none"),
      schema::derived("write_requests", &TaskDisk::write_requests,
                      "the sectors written once more, for readers that expect requests: the kernel "
                      "counts none"));
};

template <>
struct Schema<TaskMemory> {
  static constexpr auto kRows = schema::rows(
      schema::counter("minor_faults", &TaskMemory::minor_faults,
                      "page faults without I/O: field 10 of /proc/PID/stat"),
      schema::counter("major_faults", &TaskMemory::major_faults,
                      "page faults with I/O: field 12 of /proc/PID/stat"),
      schema::gauge("executable", &TaskMemory::executable,
                    "code of the program: VmExe of /proc/PID/status"),
      schema::gauge("virtual_size", &TaskMemory::virtual_size,
                    "address space: field 23 of /proc/PID/stat; 0 of kernel threads"),
      schema::gauge(
          "resident", &TaskMemory::resident,
          "resident memory: field 24 of /proc/PID/stat; of exited processes the most it ever was"),
      schema::gauge(
          "proportional", &TaskMemory::proportional,
          "resident memory, what is shared divided among those who share it: Pss of "
          "/proc/PID/smaps_rollup; 0 if not configured, or never read so far, -1 unreadable; with "
          "`pss = \"budget\"` as it was read last; of a process too large to be read its last "
          "ratio to the resident memory, 0 if it never was smaller"),
      schema::derived(
          "virtual_growth", &TaskMemory::virtual_growth,
          "growth of the address space in the interval, may be negative; of a new task all of it"),
      schema::derived("resident_growth", &TaskMemory::resident_growth,
                      "growth of the resident memory in the interval, may be negative; of a new "
                      "task all of it"),
      schema::gauge("data", &TaskMemory::data, "data and heap: VmData of /proc/PID/status"),
      schema::gauge("stack", &TaskMemory::stack, "stack: VmStk of /proc/PID/status"),
      schema::gauge("libraries", &TaskMemory::libraries,
                    "code of libraries: VmLib of /proc/PID/status"),
      schema::gauge("swap", &TaskMemory::swap, "swapped out: VmSwap of /proc/PID/status"),
      schema::gauge("locked", &TaskMemory::locked, "locked in memory: VmLck of /proc/PID/status"),
      schema::gauge("oom_score", &TaskMemory::oom_score,
                    "score by which the OOM killer chooses: /proc/PID/oom_score"),
      schema::setting("oom_score_adj", &TaskMemory::oom_score_adj,
                      "what is added to that score: /proc/PID/oom_score_adj"),
      schema::setting("cgroup_max", &TaskMemory::cgroup_max,
                      "memory limit of its cgroup: memory.max; -1 max, -2 undefined"),
      schema::setting("cgroup_max_effective", &TaskMemory::cgroup_max_effective,
                      "the lowest memory.max of its cgroup and those above it, without the root"),
      schema::setting("cgroup_swap_max", &TaskMemory::cgroup_swap_max,
                      "swap limit of its cgroup: memory.swap.max; -1 max, -2 undefined"),
      schema::setting(
          "cgroup_swap_max_effective", &TaskMemory::cgroup_swap_max_effective,
          "the lowest memory.swap.max of its cgroup and those above it, without the root"));
};

template <>
struct Schema<TaskNetwork> {
  static constexpr auto kRows =
      schema::rows(schema::counter("tcp_sent", &TaskNetwork::tcp_sent,
                                   "TCP: calls that sent something; by netatop, packets"),
                   schema::counter("tcp_bytes_sent", &TaskNetwork::tcp_bytes_sent,
                                   "TCP: payload sent; by netatop, with headers"),
                   schema::counter("tcp_received", &TaskNetwork::tcp_received,
                                   "TCP: calls that received something; by netatop, packets"),
                   schema::counter("tcp_bytes_received", &TaskNetwork::tcp_bytes_received,
                                   "TCP: payload received; by netatop, with headers"),
                   schema::counter("udp_sent", &TaskNetwork::udp_sent,
                                   "UDP: calls that sent something; by netatop, packets"),
                   schema::counter("udp_bytes_sent", &TaskNetwork::udp_bytes_sent,
                                   "UDP: payload sent; by netatop, with headers"),
                   schema::counter("udp_received", &TaskNetwork::udp_received,
                                   "UDP: calls that received something; by netatop, packets"),
                   schema::counter("udp_bytes_received", &TaskNetwork::udp_bytes_received,
                                   "UDP: payload received; by netatop, with headers"));
};

template <>
struct Schema<TaskGpu> {
  static constexpr auto kRows = schema::rows(
      schema::gauge("state", &TaskGpu::state,
                    "A uses a GPU, E left it in the interval, 0 not: then nothing else of its GPUs "
                    "means anything"),
      schema::setting("type", &TaskGpu::type, "C compute (and graphics), G graphics"),
      schema::gauge("gpus", &TaskGpu::gpus, "GPUs that it uses"),
      schema::gauge("gpu_list", &TaskGpu::gpu_list, "bit mask of these"),
      schema::gauge("busy_percent", &TaskGpu::busy_percent,
                    "percent busy for it in the last second, sum over its GPUs; -1 unknown"),
      schema::gauge("memory_busy_percent", &TaskGpu::memory_busy_percent,
                    "percent of the last second that their memory was busy for it; -1 unknown"),
      schema::gauge("time", &TaskGpu::time, "time on the GPU"),
      schema::gauge(
          "memory", &TaskGpu::memory,
          "memory that it uses, sum over its GPUs; 0 also where the driver does not tell"),
      schema::counter("memory_sum", &TaskGpu::memory_sum,
                      "memory that it uses, summed over the samples"),
      schema::counter("samples", &TaskGpu::samples, "samples that the sums are of"),
      schema::counter("busy_percent_sum", &TaskGpu::busy_percent_sum,
                      "percent busy for it, summed over the samples; -1 unknown"),
      schema::counter("memory_busy_percent_sum", &TaskGpu::memory_busy_percent_sum,
                      "percent of memory busy for it, summed over the samples; -1 unknown"));
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
