// SPDX-License-Identifier: Apache-2.0
#include "collector/gpu/gpu_monitor.h"

#include <algorithm>
#include <mutex>

#include "sample/snapshot.h"

namespace proctape {
namespace {

constexpr std::chrono::milliseconds kPeriod{1000};
constexpr std::chrono::minutes kRetry{1};

// A sum of what is known; unknown as long as nothing is.
void add_known(Count value, Count& sum) {
  if (value == kUnknown) return;
  sum = (sum == kUnknown ? 0 : sum) + value;
}

void add_gauges(const Gpu& now, Gpu& sums) {
  const Gpu before = sums;
  sums = now;
  sums.samples = before.samples + 1;
  sums.busy_percent_sum = before.busy_percent_sum;
  sums.memory_busy_percent_sum = before.memory_busy_percent_sum;
  sums.memory_used_sum = before.memory_used_sum;
  add_known(now.busy_percent, sums.busy_percent_sum);
  add_known(now.memory_busy_percent, sums.memory_busy_percent_sum);
  add_known(now.memory_used.value, sums.memory_used_sum.value);
}

// The processes of a reading, each with the sum over its GPUs.
void gather(const std::vector<GpuProcess>& processes, std::vector<GpuUse>& into) {
  into.clear();
  for (const GpuProcess& process : processes) {
    const auto found = std::ranges::lower_bound(into, process.pid, {}, &GpuUse::pid);
    const bool known = found != into.end() && found->pid == process.pid;
    TaskGpu& use = (known ? found : into.insert(found, {.pid = process.pid}))->gpu;
    if (use.state == 0) {
      use.state = 'A';
      use.type = process.type;
      use.busy_percent = use.memory_busy_percent = use.time.value = kUnknown;
      use.busy_percent_sum = use.memory_busy_percent_sum = kUnknown;
    }
    ++use.gpus;
    constexpr Count kBits = 32;
    if (process.gpu < kBits) use.gpu_list |= Count{1} << process.gpu;
    use.memory += process.memory;
    add_known(process.busy_percent, use.busy_percent);
    add_known(process.memory_busy_percent, use.memory_busy_percent);
  }
}

void add_sums(const TaskGpu& before, TaskGpu& use) {
  use.samples = before.samples + 1;
  use.memory_sum = before.memory_sum + use.memory;
  use.busy_percent_sum = before.busy_percent_sum;
  use.memory_busy_percent_sum = before.memory_busy_percent_sum;
  add_known(use.busy_percent, use.busy_percent_sum);
  add_known(use.memory_busy_percent, use.memory_busy_percent_sum);
}

constexpr TaskGpu kNothingYet{.busy_percent_sum = kUnknown, .memory_busy_percent_sum = kUnknown};

}  // namespace

void GpuSums::add(const GpuReading& reading) {
  // A device that comes or is lost leaves the others their sums.
  std::erase_if(gpus_, [&](const Gpu& sums) {
    return std::ranges::find(reading.gpus, sums.number, &Gpu::number) == reading.gpus.end();
  });
  for (const Gpu& now : reading.gpus) {
    const auto sums = std::ranges::lower_bound(gpus_, now.number, {}, &Gpu::number);
    const bool known = sums != gpus_.end() && sums->number == now.number;
    add_gauges(now, *(known ? sums : gpus_.insert(sums, Gpu{})));
  }

  gather(reading.processes, next_);
  for (GpuUse& use : next_) {
    const auto before = std::ranges::lower_bound(uses_, use.pid, {}, &GpuUse::pid);
    const bool goes_on =
        before != uses_.end() && before->pid == use.pid && before->gpu.state == 'A';
    add_sums(goes_on ? before->gpu : kNothingYet, use.gpu);
    if (goes_on) before->gpu.state = 0;
  }
  for (GpuUse& left : uses_) {
    if (left.gpu.state == 0) continue;
    const auto place = std::ranges::lower_bound(next_, left.pid, {}, &GpuUse::pid);
    if (place != next_.end() && place->pid == left.pid) continue;  // another one by now
    left.gpu.state = 'E';
    left.gpu.memory = {};
    next_.insert(place, left);
  }
  std::swap(uses_, next_);
}

void GpuSums::take_uses(std::vector<GpuUse>& into) {
  into.assign(uses_.begin(), uses_.end());
  std::erase_if(uses_, [](const GpuUse& use) { return use.gpu.state == 'E'; });
}

struct GpuMonitor::Shared {
  explicit Shared(Nvml loaded) : nvml(std::move(loaded)) {}

  // Of the helper thread alone.
  Nvml nvml;
  GpuReading reading;
  std::optional<std::chrono::steady_clock::time_point> retry_at;

  // Held for no longer than it takes to copy.
  std::mutex mutex;
  GpuSums sums;
  std::optional<Error> error;
  bool begin_anew = false;

  // May hang.
  void read() {
    const auto now = std::chrono::steady_clock::now();
    if (retry_at && now < *retry_at) return;
    auto done = nvml.read(reading);
    const std::lock_guard lock(mutex);
    if (done) {
      retry_at.reset();
      error.reset();
      if (std::exchange(begin_anew, false)) sums = {};
      sums.add(reading);
    } else {
      retry_at = now + kRetry;
      error = std::move(done.error());
      sums = {};
    }
  }
};

Result<> GpuMonitor::begin(SinceBoot now) {
  if (not_loaded_ && now - *looked_for_ < kRetry) return *not_loaded_;
  looked_for_ = now;
  auto nvml = Nvml::load(library_);
  if (!nvml) {
    not_loaded_ = std::move(nvml.error());
    return *not_loaded_;
  }
  not_loaded_.reset();
  auto shared = std::make_shared<Shared>(std::move(*nvml));
  shared_ = shared;
  helper_ =
      std::make_unique<HelperThread>([shared = std::move(shared)] { shared->read(); }, kPeriod);
  return {};
}

Result<> GpuMonitor::read(SinceBoot now, Snapshot& into) {
  into.gpu = false;
  uses_.clear();
  if (!helper_) {
    if (auto begun = begin(now); !begun) return begun;
  }
  const bool answered = helper_->run(kPatience);
  const auto shared = shared_.lock();
  const std::lock_guard lock(shared->mutex);
  if (!answered) {
    shared->begin_anew = true;
    return Error{Error::Kind::kIo, "the NVIDIA driver does not answer"};
  }
  if (shared->error) return *shared->error;
  into.gpu = true;
  into.system.gpus.each.assign(shared->sums.gpus().begin(), shared->sums.gpus().end());
  shared->sums.take_uses(uses_);
  return {};
}

void GpuMonitor::add_uses(Snapshot& into) const {
  for (const GpuUse& use : uses_) {
    const TaskReading* const task = into.task_index.find(into.tasks, use.pid, true);
    if (task) into.tasks[static_cast<std::size_t>(task - into.tasks.data())].gpu = use.gpu;
  }
}

}  // namespace proctape
