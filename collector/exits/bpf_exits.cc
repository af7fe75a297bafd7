// SPDX-License-Identifier: Apache-2.0
#include "collector/exits/bpf_exits.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

#include "collector/exits/pid_namespace.h"
#include "collector/task/task_cmdline.h"
#include "collector/task/task_stat.h"

namespace proctape {
namespace {

constexpr std::int64_t kSectorSize = 512;

Nanoseconds ns(std::uint64_t value) { return {static_cast<std::int64_t>(value)}; }
Count count(std::uint64_t value) { return static_cast<Count>(value); }
Sectors sectors(std::uint64_t bytes) { return {count(bytes) / kSectorSize}; }

Error cannot_load(const KernelFs& fs, int error_number) {
  std::string_view hint;
  if (error_number == EPERM) {
    hint = " (needs CAP_BPF and CAP_PERFMON)";
  } else if (!fs.exists("sys/kernel/btf/vmlinux")) {
    hint = " (the kernel has no /sys/kernel/btf/vmlinux)";
  } else if (error_number != ENOMEM) {
    hint = " (needs a kernel from 5.17 on)";
  }
  Error error = error_from_errno(error_number, "BPF");
  error.message += hint;
  return error;
}

}  // namespace

Ticks ExitReader::whole_ticks(std::uint64_t value) const {
  return {count(value) / (1'000'000'000 / ticks_per_second_)};
}

Exit ExitReader::read(const exit_event& event, std::string_view arguments) {
  Exit exit;
  exit.pid = event.pid;
  exit.ppid = event.ppid;
  exit.ruid = event.ruid;
  exit.euid = event.euid;
  exit.suid = event.suid;
  exit.fsuid = event.fsuid;
  exit.rgid = event.rgid;
  exit.egid = event.egid;
  exit.sgid = event.sgid;
  exit.fsgid = event.fsgid;
  exit.status = event.status;
  exit.origin = event.origin;
  exit.name = task_name({event.name, ::strnlen(event.name, sizeof event.name)});
  exit.command_line = parse_task_cmdline(arguments);
  exit.exec_at = SinceBoot(event.exec_at);

  exit.start = whole_ticks(event.start);
  exit.started = task_started(boot_, exit.start, ticks_per_second_);
  if (event.ended > event.start) exit.elapsed = whole_ticks(event.ended - event.start);

  const ProcessTime time =
      divide_run_time(ns(event.run_time), {ns(event.user), ns(event.system)},
                      {ns(event.shown_user), ns(event.shown_system)});
  exit.user = user_.take(time.user);
  exit.system = system_.take(time.system);
  exit.run_delay = ns(event.run_delay);
  exit.block_io_delay = whole_ticks(event.block_io_delay);
  exit.voluntary_switches = count(event.voluntary_switches);
  exit.involuntary_switches = count(event.involuntary_switches);
  exit.minor_faults = count(event.minor_faults);
  exit.major_faults = count(event.major_faults);
  exit.peak_resident = Bytes{count(event.peak_resident) * page_size_};
  exit.read = sectors(event.read_bytes);
  exit.written = sectors(event.write_bytes);
  exit.cancelled = sectors(event.cancelled_write_bytes);
  return exit;
}

Result<std::unique_ptr<ExitSource>> BpfExits::open(const KernelFs& fs, const Host& host,
                                                   WallTime boot) {
  using Kind = Error::Kind;
  if (!exits_program_built) return Error{Kind::kMissing, "BPF: built without BPF"};
  if (!in_initial_pid_namespace(fs)) {
    return Error{Kind::kMissing, "BPF: in a pid namespace, where pids are others than it tells"};
  }
  exits_program program{};
  if (const int error = exits_program_load(&program); error < 0) return cannot_load(fs, -error);
  auto ring = RingBuffer::open(program.ring, EXIT_EVENT_RING_BYTES);
  if (!ring) {
    exits_program_unload(&program);
    return Error{ring.error().kind, "BPF: " + ring.error().message};
  }
  return std::unique_ptr<ExitSource>(
      new BpfExits(program, std::move(*ring), ExitReader(host, boot)));
}

BpfExits::~BpfExits() { exits_program_unload(&program_); }

void BpfExits::drain(std::size_t limit, std::vector<Exit>& into) {
  std::array<std::byte, sizeof(exit_event) + EXIT_EVENT_ARGUMENTS> record;
  while (into.size() < limit) {
    const std::size_t length = ring_.take(record);
    exit_event event;
    if (length < sizeof event) return;
    std::memcpy(&event, record.data(), sizeof event);
    const std::size_t given = std::min(length - sizeof event, std::size_t{event.arguments_length});
    into.push_back(
        reader_.read(event, {reinterpret_cast<const char*>(&record[sizeof event]), given}));
  }
}

Count BpfExits::take_lost() {
  const std::uint64_t lost = __atomic_load_n(program_.lost, __ATOMIC_RELAXED);
  return count(lost - std::exchange(lost_before_, lost));
}

}  // namespace proctape
