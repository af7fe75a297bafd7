// SPDX-License-Identifier: Apache-2.0
#include "collector/exits/taskstats_exits.h"

#include <linux/acct.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "collector/exits/taskstats_socket.h"
#include "collector/kernel/binary_units.h"
#include "collector/kernel/task_name.h"
#include "collector/task/task_stat.h"

namespace proctape {
namespace {

constexpr int kSocketBuffer = 8 << 20;
constexpr std::size_t kMessageSize = 4096;  // more than any kernel's; theirs are about 1200
constexpr std::size_t kMessagesAtATime = 32;
constexpr std::size_t kMostProcesses = 65536;
// The messages tell how long a process lived, but not when it ended: they wait for us, but never
// that long.
constexpr std::chrono::seconds kStartError{2};

Nanoseconds us(std::uint64_t value) { return to_nanoseconds(value * 1000); }

// Since boot, suspends included, as far as it can be told.
SinceBoot start_of(const taskstats& thread, SinceBoot now) {
  return now - std::chrono::microseconds(thread.ac_tgetime);
}

void add_counters(const taskstats& thread, taskstats& sums) {
  const auto add = [&](auto... members) { ((sums.*members += thread.*members), ...); };
  add(&taskstats::ac_utime, &taskstats::ac_stime, &taskstats::cpu_run_virtual_total,
      &taskstats::cpu_delay_total, &taskstats::blkio_delay_total, &taskstats::nvcsw,
      &taskstats::nivcsw, &taskstats::ac_minflt, &taskstats::ac_majflt, &taskstats::read_bytes,
      &taskstats::write_bytes, &taskstats::cancelled_write_bytes);
  sums.hiwater_rss = std::max(sums.hiwater_rss, thread.hiwater_rss);
}

bool is_main(const taskstats& thread) { return thread.ac_pid == thread.ac_tgid; }

// What the main thread says of itself holds for the process, but for the exit code: it may have
// ended long before. That of the last thread is the process's.
void take_identity(const taskstats& thread, taskstats& sums) {
  std::memcpy(sums.ac_comm, thread.ac_comm, sizeof sums.ac_comm);
  sums.ac_ppid = thread.ac_ppid;
  sums.ac_uid = thread.ac_uid;
  sums.ac_gid = thread.ac_gid;
}

}  // namespace

std::optional<Exit> ExitSums::add(const taskstats& thread, SinceBoot now) {
  const SinceBoot start = start_of(thread, now);
  auto found = sums_.find(thread.ac_tgid);
  if (found != sums_.end() && std::chrono::abs(found->second.start - start) > kStartError) {
    // An earlier process of that pid: its last message was overtaken by another thread's.
    sums_.erase(found);
    found = sums_.end();
  }
  const bool is_last = thread.ac_flag & AGROUP;
  if (found == sums_.end()) {
    const Sums first{thread, start, is_main(thread)};
    if (is_last) return finish(first);  // most processes have one thread
    if (sums_.size() == kMostProcesses) sums_.clear();
    sums_.emplace(thread.ac_tgid, first);
    return std::nullopt;
  }
  Sums& sums = found->second;
  add_counters(thread, sums.counters);
  if (is_main(thread)) {
    take_identity(thread, sums.counters);
    sums.has_main = true;
  }
  if (!is_last) return std::nullopt;
  sums.counters.ac_tgetime = thread.ac_tgetime;
  sums.counters.ac_exitcode = thread.ac_exitcode;
  sums.start = start;
  const Exit exit = finish(sums);
  sums_.erase(found);
  return exit;
}

Exit ExitSums::finish(const Sums& process) {
  const taskstats& sums = process.counters;
  const Count tick = 1'000'000'000 / ticks_per_second_;
  const auto whole_ticks = [&](Nanoseconds time) { return Ticks{time.value / tick}; };
  Exit exit;
  exit.pid = sums.ac_tgid;
  exit.ppid = sums.ac_ppid;
  // The others are not told. They are the same, but for programs that change their identity.
  exit.ruid = exit.euid = exit.suid = exit.fsuid = sums.ac_uid;
  exit.rgid = exit.egid = exit.sgid = exit.fsgid = sums.ac_gid;
  exit.status = sums.ac_exitcode;
  exit.of_thread = !process.has_main;
  exit.name = task_name({sums.ac_comm, ::strnlen(sums.ac_comm, sizeof sums.ac_comm)});

  exit.start = whole_ticks({process.start.count()});
  exit.start_error = whole_ticks({std::chrono::nanoseconds(kStartError).count()});
  exit.elapsed = whole_ticks(us(sums.ac_tgetime));

  const ProcessTime time = divide_run_time(to_nanoseconds(sums.cpu_run_virtual_total),
                                           {us(sums.ac_utime), us(sums.ac_stime)}, {});
  exit.user = user_.take(time.user);
  exit.system = system_.take(time.system);
  exit.run_delay = to_nanoseconds(sums.cpu_delay_total);
  exit.block_io_delay = whole_ticks(to_nanoseconds(sums.blkio_delay_total));
  exit.voluntary_switches = to_count(sums.nvcsw);
  exit.involuntary_switches = to_count(sums.nivcsw);
  exit.minor_faults = to_count(sums.ac_minflt);
  exit.major_faults = to_count(sums.ac_majflt);
  exit.peak_resident = kibibytes(to_count(sums.hiwater_rss));
  exit.read = to_sectors(sums.read_bytes);
  exit.written = to_sectors(sums.write_bytes);
  exit.cancelled = to_sectors(sums.cancelled_write_bytes);
  return exit;
}

Result<std::unique_ptr<ExitSource>> TaskstatsExits::open(const KernelFs& fs, const Host& host,
                                                         const Clock& clock) {
  FileBuffer buffer;
  const auto cpus = fs.read_line("sys/devices/system/cpu/possible", buffer);
  if (!cpus) return Error{cpus.error().kind, "taskstats: " + cpus.error().message};
  auto socket = open_taskstats(*cpus, kSocketBuffer);
  if (!socket) return std::move(socket.error());
  return std::unique_ptr<ExitSource>(new TaskstatsExits(std::move(*socket), ExitSums(host), clock));
}

TaskstatsExits::TaskstatsExits(Fd socket, ExitSums sums, const Clock& clock)
    : socket_(std::move(socket)),
      sums_(std::move(sums)),
      clock_(&clock),
      bytes_(kMessageSize * kMessagesAtATime) {}

void TaskstatsExits::drain(std::size_t limit, const Redaction& redaction, std::vector<Exit>& into) {
  std::array<mmsghdr, kMessagesAtATime> messages{};
  std::array<iovec, kMessagesAtATime> buffers{};
  for (std::size_t i = 0; i < messages.size(); ++i) {
    buffers[i] = {&bytes_[i * kMessageSize], kMessageSize};
    messages[i].msg_hdr.msg_iov = &buffers[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  while (into.size() + messages.size() <= limit) {
    const int received =
        ::recvmmsg(socket_.get(), messages.data(), messages.size(), MSG_DONTWAIT, nullptr);
    if (received < 0 && (errno == ENOBUFS || errno == EINTR)) continue;  // see take_lost
    if (received <= 0) return;
    const SinceBoot now = clock_->since_boot();
    for (std::size_t i = 0; i < static_cast<std::size_t>(received); ++i) {
      const auto thread = parse_taskstats({&bytes_[i * kMessageSize], messages[i].msg_len});
      if (!thread) continue;
      if (auto exit = sums_.add(*thread, now)) {
        exit->name = redaction.task_name(exit->name);
        into.push_back(*exit);
      }
    }
  }
}

Count TaskstatsExits::take_lost() {
  std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
  socklen_t size = sizeof memory;
  if (::getsockopt(socket_.get(), SOL_SOCKET, SO_MEMINFO, memory.data(), &size) != 0) return 0;
  const std::uint32_t lost = memory[SK_MEMINFO_DROPS];
  return lost - std::exchange(lost_before_, lost);
}

}  // namespace proctape
