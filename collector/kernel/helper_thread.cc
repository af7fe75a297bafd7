// SPDX-License-Identifier: Apache-2.0
#include "collector/kernel/helper_thread.h"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <utility>

#include "base/blocked_signals.h"

namespace proctape {

struct HelperThread::Shared {
  std::mutex mutex;
  std::condition_variable asked;
  std::condition_variable answered;
  std::uint64_t requests = 0;
  std::uint64_t served = 0;  // equal to `requests` when nobody waits, or has given up waiting
  bool ending = false;
  bool ended = false;
};

HelperThread::HelperThread(std::function<void()> work, std::chrono::milliseconds period)
    : shared_(std::make_shared<Shared>()) {
  const BlockedSignals blocked;
  std::thread([shared = shared_, work = std::move(work), period]() mutable {
    std::unique_lock lock(shared->mutex);
    for (;;) {
      shared->asked.wait_for(lock, period,
                             [&] { return shared->ending || shared->requests != shared->served; });
      if (shared->ending) break;
      const std::uint64_t request = shared->requests;
      lock.unlock();
      work();
      lock.lock();
      shared->served = request;
      shared->answered.notify_all();
    }
    lock.unlock();
    work = nullptr;  // may hang as well
    lock.lock();
    shared->ended = true;
    shared->answered.notify_all();
  }).detach();
}

HelperThread::~HelperThread() {
  std::unique_lock lock(shared_->mutex);
  shared_->ending = true;
  shared_->asked.notify_all();
  shared_->answered.wait_for(lock, kFarewell, [&] { return shared_->ended; });
}

bool HelperThread::run(std::chrono::milliseconds patience) {
  std::unique_lock lock(shared_->mutex);
  if (shared_->requests != shared_->served) return false;
  const std::uint64_t request = ++shared_->requests;
  shared_->asked.notify_all();
  return shared_->answered.wait_for(lock, patience, [&] { return shared_->served == request; });
}

}  // namespace proctape
