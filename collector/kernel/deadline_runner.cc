// SPDX-License-Identifier: Apache-2.0
#include "collector/kernel/deadline_runner.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <string>

#include "base/blocked_signals.h"
#include "base/file/fd.h"

namespace proctape {
namespace {

// A place is a step and a part of it, or one of these two.
constexpr std::uint64_t kDone = ~std::uint64_t{0};
constexpr std::uint64_t kGivenUp = kDone - 1;
constexpr unsigned kPartBits = 8;

constexpr std::uint64_t place(std::size_t step, unsigned part) {
  return (std::uint64_t{step} << kPartBits) | part;
}
constexpr std::size_t step_of(std::uint64_t place) {
  return static_cast<std::size_t>(place >> kPartBits);
}
constexpr unsigned part_of(std::uint64_t place) { return place & ((1U << kPartBits) - 1); }

// What the steps need on top of is small; regexec(3) is the deepest.
constexpr std::size_t kStackBytes = 512 * 1024;

// Whether a thread of this process is running or waits for a CPU, and not for anything else.
// Asked of the real /proc, whatever root is sampled: it is about the daemon itself. False if
// it does not say.
bool is_runnable(pid_t tid) {
  const std::string path = "/proc/self/task/" + std::to_string(tid) + "/stat";
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 512> text{};
  const ssize_t size = file ? ::read(file.get(), text.data(), text.size()) : 0;
  const std::string_view stat(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  const auto name_end = stat.rfind(") ");
  return name_end != stat.npos && stat.substr(name_end + 2).starts_with('R');
}

}  // namespace

bool StepProgress::advance(std::uint64_t& expected, std::uint64_t to) {
  std::uint64_t found = expected;
  if (!place_.compare_exchange_strong(found, to, std::memory_order_acq_rel)) return false;
  expected = to;
  return true;
}

bool StepProgress::enter(unsigned part) { return advance(own_, place(step_of(own_), part)); }

// Owned by both sides: whoever is last frees it.
struct DeadlineRunner::Helper {
  StepProgress progress;
  std::atomic<pid_t> tid = 0;
  std::shared_ptr<std::atomic<bool>> returned = std::make_shared<std::atomic<bool>>(false);

  std::mutex mutex;
  std::condition_variable changed;
  // Under the mutex: the work to do, and the request to end.
  std::shared_ptr<Steps> steps;
  std::size_t first = 0;
  std::size_t end = 0;
  bool stop = false;
};

DeadlineRunner::DeadlineRunner(std::chrono::milliseconds patience) : patience_(patience) {}
DeadlineRunner::DeadlineRunner(DeadlineRunner&&) noexcept = default;
DeadlineRunner& DeadlineRunner::operator=(DeadlineRunner&&) noexcept = default;

DeadlineRunner::~DeadlineRunner() {
  if (!helper_) return;
  const std::lock_guard lock(helper_->mutex);
  helper_->stop = true;
  helper_->changed.notify_all();
}

void* DeadlineRunner::work(void* argument) {
  std::unique_ptr<std::shared_ptr<Helper>> given(static_cast<std::shared_ptr<Helper>*>(argument));
  const std::shared_ptr<Helper> self = std::move(*given);
  given.reset();
  ::pthread_setname_np(::pthread_self(), "deadline");
  self->tid = ::gettid();
  FileBuffer buffer;
  for (;;) {
    std::shared_ptr<Steps> steps;
    std::size_t end = 0;
    {
      std::unique_lock lock(self->mutex);
      self->changed.wait(lock, [&] { return self->steps || self->stop; });
      if (self->stop) return nullptr;
      steps = std::move(self->steps);
      end = self->end;
      self->progress.own_ = place(self->first, 0);
    }
    StepProgress& progress = self->progress;
    bool wanted = true;
    for (std::size_t step = step_of(progress.own_); wanted;) {
      steps->run(step, buffer, progress);
      ++step;
      wanted = progress.advance(progress.own_, step < end ? place(step, 0) : kDone);
      if (step == end) break;
    }
    steps.reset();
    if (!wanted) {
      *self->returned = true;
      return nullptr;
    }
    const std::lock_guard lock(self->mutex);
    self->changed.notify_all();
  }
}

bool DeadlineRunner::start_helper() {
  auto helper = std::make_shared<Helper>();
  auto given = std::make_unique<std::shared_ptr<Helper>>(helper);
  pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  ::pthread_attr_setstacksize(&attributes, kStackBytes);
  const BlockedSignals blocked;
  pthread_t thread{};
  const int error = ::pthread_create(&thread, &attributes, &DeadlineRunner::work, given.get());
  ::pthread_attr_destroy(&attributes);
  if (error != 0) return false;
  static_cast<void>(given.release());  // the thread's
  helper_ = std::move(helper);
  return true;
}

std::size_t DeadlineRunner::left_behind() {
  std::erase_if(returned_, [](const auto& returned) { return returned->load(); });
  return returned_.size();
}

bool DeadlineRunner::wait(std::uint64_t begin, std::uint64_t& where) {
  StepProgress& progress = helper_->progress;
  std::uint64_t seen = begin;
  std::unique_lock lock(helper_->mutex);
  for (;;) {
    const auto done = [&] { return progress.place_.load(std::memory_order_acquire) == kDone; };
    if (helper_->changed.wait_for(lock, patience_, done)) return true;
    const std::uint64_t now = progress.place_.load(std::memory_order_acquire);
    if (now != seen) {
      seen = now;
      continue;
    }
    // A long walk through a large process, or a host so busy that the helper got no CPU and
    // perhaps did not even begin.
    if (const pid_t tid = helper_->tid; tid == 0 || is_runnable(tid)) continue;
    where = seen;
    if (progress.advance(seen, kGivenUp)) return false;
  }
}

std::size_t DeadlineRunner::run(const std::shared_ptr<Steps>& steps, std::size_t count,
                                std::vector<Stuck>& stuck) {
  stuck.clear();
  std::size_t next = 0;
  while (next < count) {
    if (!helper_ && (left_behind() >= kMostStuck || !start_helper())) return next;
    const std::uint64_t begin = place(next, 0);
    {
      const std::lock_guard lock(helper_->mutex);
      helper_->progress.place_.store(begin, std::memory_order_release);
      helper_->steps = steps;
      helper_->first = next;
      helper_->end = count;
      helper_->changed.notify_all();
    }
    std::uint64_t where = 0;
    if (wait(begin, where)) return count;
    stuck.push_back({step_of(where), part_of(where), helper_->returned});
    returned_.push_back(helper_->returned);
    helper_.reset();
    next = step_of(where) + 1;
  }
  return count;
}

}  // namespace proctape
