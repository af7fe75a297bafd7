// SPDX-License-Identifier: Apache-2.0
#include "daemon/start/process_settings.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "base/capabilities.h"
#include "base/file/directory_stream.h"
#include "base/file/fd.h"
#include "base/text/text.h"

namespace proctape {
namespace {

using Scheduling = Config::Process::Scheduling;

// Does `change` for each thread of this process; fails with the first errno.
template <typename Change>
Result<> for_each_thread(const std::string& what, Change change) {
  const DirectoryStream threads(::opendir("/proc/self/task"));
  if (!threads) return error_from_errno(errno, what);
  while (const dirent* entry = ::readdir(threads.get())) {
    const auto thread = to_number(entry->d_name);
    if (!thread) continue;
    if (change(static_cast<pid_t>(*thread)) != 0 && errno != ESRCH) {
      return error_from_errno(errno, what);
    }
  }
  return {};
}

Result<> set_nice(std::int64_t nice) {
  return for_each_thread("process.nice = " + std::to_string(nice), [nice](pid_t thread) {
    return ::setpriority(PRIO_PROCESS, static_cast<id_t>(thread), static_cast<int>(nice));
  });
}

int policy_of(Scheduling scheduling) {
  switch (scheduling) {
    case Scheduling::kBatch:
      return SCHED_BATCH;
    case Scheduling::kIdle:
      return SCHED_IDLE;
    case Scheduling::kFifo:
      return SCHED_FIFO;
    case Scheduling::kRoundRobin:
      return SCHED_RR;
    default:
      return SCHED_OTHER;
  }
}

Result<> set_scheduling(Scheduling scheduling, std::int64_t priority) {
  const int policy = policy_of(scheduling);
  const bool real_time = policy == SCHED_FIFO || policy == SCHED_RR;
  const sched_param parameters{.sched_priority = real_time ? static_cast<int>(priority) : 0};
  return for_each_thread("process.scheduling", [&](pid_t thread) {
    return ::sched_setscheduler(thread, policy, &parameters);
  });
}

Result<> set_oom_score_adj(std::int64_t value) {
  const std::string text = std::to_string(value);
  const std::string what = "process.oom_score_adj = " + text;
  const Fd file(::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
  if (!file) return error_from_errno(errno, what);
  if (::write(file.get(), text.data(), text.size()) < 0) return error_from_errno(errno, what);
  return {};
}

bool may_lock_without_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY) return true;
  return Capabilities{CAP_IPC_LOCK}.in_use();
}

}  // namespace

Result<> lock_touched_memory(bool lock) {
  if (!lock) {
    ::munlockall();
    return {};
  }
  if (!may_lock_without_limit()) {
    return Error{Error::Kind::kDenied,
                 "process.lock_memory needs CAP_IPC_LOCK, or no limit on locked memory"};
  }
  if (::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0) return {};
  return error_from_errno(errno, "process.lock_memory");
}

std::vector<Error> apply(const Config::Process& wanted, const Config::Process& old) {
  std::vector<Error> refused;
  const auto note = [&](Result<> done) {
    if (!done) refused.push_back(std::move(done.error()));
  };
  const bool scheduling_changed =
      wanted.scheduling != old.scheduling || wanted.priority != old.priority;
  if (scheduling_changed && wanted.scheduling != Scheduling::kInherit) {
    note(set_scheduling(wanted.scheduling, wanted.priority));
  }
  if (wanted.nice != old.nice && wanted.nice != 0) note(set_nice(wanted.nice));
  if (wanted.oom_score_adj != old.oom_score_adj && wanted.oom_score_adj != 0) {
    note(set_oom_score_adj(wanted.oom_score_adj));
  }
  return refused;
}

}  // namespace proctape
