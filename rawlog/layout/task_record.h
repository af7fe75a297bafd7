// SPDX-License-Identifier: Apache-2.0
//
// tstat: one entry of the task block, a process or a thread.
#pragma once

#include "base/text/text.h"
#include "rawlog/layout/features.h"
#include "rawlog/layout/record.h"
#include "sample/task.h"

namespace proctape {

// At most `room` bytes from the end of a name, where those of pods differ. Cut between characters
// of UTF-8.
inline std::string_view end_of_name(std::string_view name, std::size_t room) {
  if (name.size() <= room) return name;
  name.remove_prefix(name.size() - room);
  const auto inside = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  while (!name.empty() && inside(name.front())) name.remove_prefix(1);
  return name;
}

namespace task_rows {

// 2.7 to 2.9 count idle kernel threads (state I) among the uninterruptible ones; before,
// they are counted nowhere.
inline void put_uninterruptible_and_idle(const TaskIdentity& task, Slot slot, Version) {
  slot.put(saturated<std::int32_t>(task.threads_uninterruptible + task.threads_idle));
}
inline void take_uninterruptible(ConstSlot slot, TaskIdentity& task, Version) {
  task.threads_uninterruptible = slot.take<std::int32_t>();
}

// Exited processes have no CPU, which is told since 2.8.
inline void put_cpu_or_first(const TaskCpu& cpu, Slot slot, Version) {
  slot.put(saturated<std::int32_t>(cpu.current_cpu == TaskCpu::kNoCpu ? 0 : cpu.current_cpu));
}
inline void take_cpu(ConstSlot slot, TaskCpu& cpu, Version) {
  cpu.current_cpu = slot.take<std::int32_t>();
}

// Until 2.12 the room is for the end of the name, then for its begin.
constexpr Field<TaskIdentity> utsname(std::size_t capacity) {
  auto field = text<&TaskIdentity::host_name>("utsname", capacity);
  field.put = [](const TaskIdentity& task, Slot slot, Version version) {
    const std::string_view name = task.host_name;
    slot.put_text(feature::kLongHostNames.in(version) ? name : end_of_name(name, slot.size - 1));
  };
  return field;
}

}  // namespace task_rows

inline constexpr Field<TaskIdentity> kTaskGen[] = {
    number<&TaskIdentity::tgid, std::int32_t>("tgid"),
    number<&TaskIdentity::pid, std::int32_t>("pid"),
    number<&TaskIdentity::ppid, std::int32_t>("ppid"),
    bits32<&TaskIdentity::ruid>("ruid"),
    bits32<&TaskIdentity::euid>("euid"),
    bits32<&TaskIdentity::suid>("suid"),
    bits32<&TaskIdentity::fsuid>("fsuid"),
    bits32<&TaskIdentity::rgid>("rgid"),
    bits32<&TaskIdentity::egid>("egid"),
    bits32<&TaskIdentity::sgid>("sgid"),
    bits32<&TaskIdentity::fsgid>("fsgid"),
    number<&TaskIdentity::threads, std::int32_t>("nthr"),
    text<&TaskIdentity::name>("name", 16),
    number<&TaskIdentity::is_process, char>("isproc"),
    number<&TaskIdentity::state, char>("state"),
    bits32<&TaskIdentity::exit_code>("excode"),
    seconds<&TaskIdentity::started>("btime"),
    ticks<&TaskIdentity::elapsed>("elaps"),
    text<&TaskIdentity::command_line>("cmdline", 256),
    number<&TaskIdentity::threads_sleeping, std::int32_t>("nthrslpi"),
    number<&TaskIdentity::threads_uninterruptible, std::int32_t>("nthrslpu").until(v2_6),
    special<TaskIdentity, std::int32_t>("nthrslpu", Unit::kNone,
                                        task_rows::put_uninterruptible_and_idle,
                                        task_rows::take_uninterruptible)
        .since(v2_7)
        .until(v2_9),
    number<&TaskIdentity::threads_uninterruptible, std::int32_t>("nthrslpu").since(v2_10),
    number<&TaskIdentity::threads_running, std::int32_t>("nthrrun"),
    number<&TaskIdentity::threads_idle, std::int32_t>("nthridle").since(v2_10),
    number<&TaskIdentity::openvz_id, std::int32_t>("ctid"),
    number<&TaskIdentity::openvz_pid, std::int32_t>("vpid"),
    number<&TaskIdentity::inactive, std::int32_t>("wasinactive"),
    text<&TaskIdentity::container>("container", 16).until(v2_9),
    task_rows::utsname(16).since(v2_10).until(v2_12),
    task_rows::utsname(40).since(v2_13),
    text<&TaskIdentity::cgroup_path>("cgpath", 64).since(v2_8).until(v2_10),
    number<&TaskIdentity::cgroup_index, std::int32_t>("cgroupix").since(v2_11),
    spares<TaskIdentity, std::int32_t>("ifuture", 4).since(v2_11),
};

inline constexpr Field<TaskCpu> kTaskCpu[] = {
    ticks<&TaskCpu::user>("utime"),
    ticks<&TaskCpu::system>("stime"),
    number<&TaskCpu::nice, std::int32_t>("nice"),
    number<&TaskCpu::priority, std::int32_t>("prio"),
    number<&TaskCpu::realtime_priority, std::int32_t>("rtprio"),
    number<&TaskCpu::policy, std::int32_t>("policy"),
    special<TaskCpu, std::int32_t>("curcpu", Unit::kNone, task_rows::put_cpu_or_first,
                                   task_rows::take_cpu)
        .until(v2_7),
    number<&TaskCpu::current_cpu, std::int32_t>("curcpu").since(v2_8),
    number<&TaskCpu::sleep_average, std::int32_t>("sleepavg"),
    number<&TaskCpu::cgroup_weight, std::int32_t>("cgcpuweight").since(v2_8).until(v2_10),
    number<&TaskCpu::cgroup_max, std::int32_t>("cgcpumax").since(v2_8).until(v2_10),
    number<&TaskCpu::cgroup_max_effective, std::int32_t>("cgcpumaxr").since(v2_8).until(v2_10),
    spares<TaskCpu, std::int32_t>("ifuture", 4).until(v2_7),
    spares<TaskCpu, std::int32_t>("ifuture", 3).since(v2_8).until(v2_10),
    spares<TaskCpu, std::int32_t>("ifuture", 6).since(v2_11),
    text<&TaskCpu::wait_channel>("wchan", 16).since(v2_6),
    nanoseconds<&TaskCpu::run_delay>("rundelay").since(v2_6),
    ticks<&TaskCpu::block_io_delay>("blkdelay").since(v2_8),
    number<&TaskCpu::voluntary_switches>("nvcsw").since(v2_9),
    number<&TaskCpu::involuntary_switches>("nivcsw").since(v2_9),
    spares<TaskCpu>("cfuture", 4).until(v2_5),
    spares<TaskCpu>("cfuture", 1).since(v2_6).until(v2_7),
    spares<TaskCpu>("cfuture", 3).only(v2_8),
    spares<TaskCpu>("cfuture", 1).only(v2_9),
    spares<TaskCpu>("cfuture", 3).since(v2_10),
};

inline constexpr Field<TaskDisk> kTaskDsk[] = {
    number<&TaskDisk::read_requests>("rio"),  sectors<&TaskDisk::read>("rsz"),
    number<&TaskDisk::write_requests>("wio"), sectors<&TaskDisk::written>("wsz"),
    sectors<&TaskDisk::cancelled>("cwsz"),    spares<TaskDisk>("cfuture", 4),
};

inline constexpr Field<TaskMemory> kTaskMem[] = {
    number<&TaskMemory::minor_faults>("minflt"),
    number<&TaskMemory::major_faults>("majflt"),
    kibibytes_of<&TaskMemory::executable>("vexec"),
    kibibytes_of<&TaskMemory::virtual_size>("vmem"),
    kibibytes_of<&TaskMemory::resident>("rmem"),
    kibibytes_of<&TaskMemory::proportional>("pmem"),
    signed_kibibytes<&TaskMemory::virtual_growth>("vgrow"),
    signed_kibibytes<&TaskMemory::resident_growth>("rgrow"),
    kibibytes_of<&TaskMemory::data>("vdata"),
    kibibytes_of<&TaskMemory::stack>("vstack"),
    kibibytes_of<&TaskMemory::libraries>("vlibs"),
    kibibytes_of<&TaskMemory::swap>("vswap"),
    kibibytes_of<&TaskMemory::locked>("vlock").since(v2_6),
    kibibytes_of<&TaskMemory::cgroup_max>("cgmemmax").since(v2_8).until(v2_10),
    kibibytes_of<&TaskMemory::cgroup_max_effective>("cgmemmaxr").since(v2_8).until(v2_10),
    kibibytes_of<&TaskMemory::cgroup_swap_max>("cgswpmax").since(v2_8).until(v2_10),
    kibibytes_of<&TaskMemory::cgroup_swap_max_effective>("cgswpmaxr").since(v2_8).until(v2_10),
    number<&TaskMemory::oom_score>("oomscore").since(v2_13),
    number<&TaskMemory::oom_score_adj>("oomscoreadj").since(v2_13),
    spares<TaskMemory>("cfuture", 4).until(v2_5),
    spares<TaskMemory>("cfuture", 3).since(v2_6).until(v2_10),
    spares<TaskMemory>("cfuture", 7).since(v2_11).until(v2_12),
    spares<TaskMemory>("cfuture", 5).since(v2_13),
};

inline constexpr Field<TaskNetwork> kTaskNet[] = {
    number<&TaskNetwork::tcp_sent>("tcpsnd"),
    bytes<&TaskNetwork::tcp_bytes_sent>("tcpssz"),
    number<&TaskNetwork::tcp_received>("tcprcv"),
    bytes<&TaskNetwork::tcp_bytes_received>("tcprsz"),
    number<&TaskNetwork::udp_sent>("udpsnd"),
    bytes<&TaskNetwork::udp_bytes_sent>("udpssz"),
    number<&TaskNetwork::udp_received>("udprcv"),
    bytes<&TaskNetwork::udp_bytes_received>("udprsz"),
    spare<TaskNetwork>("avail1"),
    spare<TaskNetwork>("avail2"),
    spares<TaskNetwork>("cfuture", 4),
};

inline constexpr Field<TaskGpu> kTaskGpu[] = {
    number<&TaskGpu::state, char>("state"),
    number<&TaskGpu::type, char>("type").since(v2_13),
    spares<TaskGpu, char>("cfuture", 3).until(v2_10),
    spares<TaskGpu, char>("bfuture", 3).since(v2_11).until(v2_12),
    spares<TaskGpu, char>("bfuture", 2).since(v2_13),
    number<&TaskGpu::gpus, std::int16_t>("nrgpus"),
    bits32<&TaskGpu::gpu_list>("gpulist"),
    number<&TaskGpu::busy_percent, std::int32_t>("gpubusy").until(v2_12),
    number<&TaskGpu::memory_busy_percent, std::int32_t>("membusy").until(v2_12),
    milliseconds<&TaskGpu::time>("timems").until(v2_12),
    number<&TaskGpu::busy_percent_sum>("gpubusycum").since(v2_13),
    number<&TaskGpu::memory_busy_percent_sum>("membusycum").since(v2_13),
    kibibytes_of<&TaskGpu::memory>("memnow"),
    signed_kibibytes<&TaskGpu::memory_sum>("memcum"),
    number<&TaskGpu::samples>("sample").until(v2_12),
    number<&TaskGpu::samples>("samples").since(v2_13),
    spares<TaskGpu>("cfuture", 3).since(v2_11),
};

// Eleven encoders of each are 400 KB, which a small program would rather not have.
#ifdef PROCTAPE_MINIMAL
inline constexpr bool kTasksAreCompiled = false;
#else
inline constexpr bool kTasksAreCompiled = true;
#endif
template <>
inline constexpr bool kIsCompiled<kTaskGen> = kTasksAreCompiled;
template <>
inline constexpr bool kIsCompiled<kTaskCpu> = kTasksAreCompiled;
template <>
inline constexpr bool kIsCompiled<kTaskDsk> = kTasksAreCompiled;
template <>
inline constexpr bool kIsCompiled<kTaskMem> = kTasksAreCompiled;
template <>
inline constexpr bool kIsCompiled<kTaskNet> = kTasksAreCompiled;
template <>
inline constexpr bool kIsCompiled<kTaskGpu> = kTasksAreCompiled;

inline constexpr Field<Task> kTstat[] = {
    record<kTaskGen, &Task::identity>("gen"), record<kTaskCpu, &Task::cpu>("cpu"),
    record<kTaskDsk, &Task::disk>("dsk"),     record<kTaskMem, &Task::memory>("mem"),
    record<kTaskNet, &Task::network>("net"),  record<kTaskGpu, &Task::gpu>("gpu").since(v2_4),
};

// In record_tables.cc: hundreds of functions.
extern template const Record<Task>& record_of<kTstat>(Version);

}  // namespace proctape
