// SPDX-License-Identifier: Apache-2.0
#include "collector/gpu/nvml.h"

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

namespace proctape {
namespace {

// ---- NVML's interface ----

using Device_t = void*;
using Code = int;
constexpr Code kSuccess = 0;
constexpr Code kNoPermission = 4;
constexpr Code kNotFound = 6;
constexpr Code kInsufficientSize = 7;
constexpr Code kDriverNotLoaded = 9;

constexpr std::uint64_t kNoValue = UINT64_MAX;

struct ProcessInfo1 {
  unsigned pid;
  unsigned long long used_memory;
};
static_assert(sizeof(ProcessInfo1) == 16);
struct ProcessInfo2 {
  unsigned pid;
  unsigned long long used_memory;
  unsigned gpu_instance;
  unsigned compute_instance;
};
static_assert(sizeof(ProcessInfo2) == 24);
using ListProcesses = Code(Device_t, unsigned* count, void* infos);

}  // namespace

// With what its functions fill, and not the unnamed namespace: GCC 14 dies of a struct that has
// members of both when files are compiled together.
struct Nvml::Functions {
  struct Utilization {
    unsigned gpu;
    unsigned memory;
  };
  struct MemoryInfo {
    unsigned long long total;
    unsigned long long free;
    unsigned long long used;
  };
  struct PciInfo {
    char bus_id_legacy[16];
    unsigned domain;
    unsigned bus;
    unsigned device;
    unsigned pci_device_id;
    unsigned pci_subsystem_id;
    char bus_id[32];
  };
  static_assert(sizeof(PciInfo) == 68);
  struct ProcessUse {
    unsigned pid;
    unsigned long long time;  // microseconds since 1970
    unsigned sm_percent;
    unsigned memory_percent;
    unsigned encoder_percent;
    unsigned decoder_percent;
  };
  static_assert(sizeof(ProcessUse) == 32);

  Code (*init)() = nullptr;
  Code (*shutdown)() = nullptr;
  const char* (*error_text)(Code) = nullptr;
  Code (*count)(unsigned*) = nullptr;
  Code (*handle)(unsigned, Device_t*) = nullptr;
  Code (*name)(Device_t, char*, unsigned) = nullptr;
  Code (*pci)(Device_t, PciInfo*) = nullptr;
  Code (*utilization)(Device_t, Utilization*) = nullptr;
  Code (*memory)(Device_t, MemoryInfo*) = nullptr;
  // The lists of processes by their version 2, whose struct is the same in all drivers that
  // have it (version 3's is not), else by version 1.
  ListProcesses* compute2 = nullptr;
  ListProcesses* graphics2 = nullptr;
  ListProcesses* compute1 = nullptr;
  ListProcesses* graphics1 = nullptr;
  Code (*process_use)(Device_t, ProcessUse*, unsigned* count, unsigned long long since) = nullptr;
};

namespace {

template <typename Function>
bool find(void* library, const char* name, Function*& into) {
  into = reinterpret_cast<Function*>(::dlsym(library, name));
  return into != nullptr;
}

// The end of a text: what tells devices and addresses apart stands there. Readers of the
// log split its text at blanks.
InlineText<12> last_part(std::string_view text) {
  constexpr std::size_t kMost = InlineText<12>::kCapacity;
  std::string part(text.substr(text.size() - std::min(text.size(), kMost)));
  std::ranges::replace(part, ' ', '_');
  return InlineText<12>(part);
}

// All of a list whose length only the library knows; empty if it does not tell.
template <typename Info, typename List>
std::vector<Info> whole_list(List list) {
  std::vector<Info> infos;
  // Processes come between two calls: some more, and a few attempts.
  unsigned count = 64;
  for (int attempt = 0; attempt < 4; ++attempt) {
    infos.resize(count);
    const Code code = list(&count, infos.data());
    if (code == kSuccess) {
      infos.resize(std::min<std::size_t>(count, infos.size()));
      return infos;
    }
    if (code != kInsufficientSize) break;
    count = std::max<unsigned>(count, static_cast<unsigned>(infos.size())) + 64;
  }
  infos.clear();
  return infos;
}

// Appends the processes of one kind to those from `first` on, which are of the same GPU. One
// that computes and draws is in both lists, with the same memory.
template <typename Info>
void append_processes(const std::vector<Info>& infos, Count gpu, char type, std::size_t first,
                      std::vector<GpuProcess>& into) {
  for (const Info& info : infos) {
    const auto begin = into.begin() + static_cast<std::ptrdiff_t>(first);
    if (std::ranges::find(begin, into.end(), Count{info.pid}, &GpuProcess::pid) != into.end()) {
      continue;
    }
    const bool known = info.used_memory != kNoValue;
    into.push_back({.pid = info.pid,
                    .gpu = gpu,
                    .type = type,
                    .memory = Bytes{known ? static_cast<Count>(info.used_memory) : 0}});
  }
}

unsigned long long microseconds_since_1970() {
  using std::chrono::microseconds;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<unsigned long long>(std::chrono::duration_cast<microseconds>(now).count());
}

}  // namespace

void Nvml::Unload::operator()(void* library) const { ::dlclose(library); }

Nvml::Nvml(std::unique_ptr<void, Unload> library, std::unique_ptr<Functions> functions)
    : library_(std::move(library)), functions_(std::move(functions)) {}

Nvml::Nvml(Nvml&& other) noexcept
    : library_(std::move(other.library_)),
      functions_(std::move(other.functions_)),
      started_(std::exchange(other.started_, false)),
      devices_(std::move(other.devices_)) {}

Nvml::~Nvml() { stop(); }

Result<Nvml> Nvml::load(const std::string& library) {
  std::unique_ptr<void, Unload> handle(::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL));
  if (!handle) {
    const char* const why = ::dlerror();
    return Error{Error::Kind::kMissing, why ? why : library + ": cannot be loaded"};
  }
  auto f = std::make_unique<Functions>();
  void* const lib = handle.get();
  const bool usable = find(lib, "nvmlInit_v2", f->init) && find(lib, "nvmlShutdown", f->shutdown) &&
                      find(lib, "nvmlDeviceGetCount_v2", f->count) &&
                      find(lib, "nvmlDeviceGetHandleByIndex_v2", f->handle) &&
                      find(lib, "nvmlDeviceGetMemoryInfo", f->memory);
  if (!usable) {
    return Error{Error::Kind::kMissing, library + ": lacks the functions that list devices"};
  }
  find(lib, "nvmlErrorString", f->error_text);
  find(lib, "nvmlDeviceGetName", f->name);
  find(lib, "nvmlDeviceGetPciInfo_v3", f->pci);
  find(lib, "nvmlDeviceGetUtilizationRates", f->utilization);
  find(lib, "nvmlDeviceGetComputeRunningProcesses_v2", f->compute2);
  find(lib, "nvmlDeviceGetGraphicsRunningProcesses_v2", f->graphics2);
  find(lib, "nvmlDeviceGetComputeRunningProcesses", f->compute1);
  find(lib, "nvmlDeviceGetGraphicsRunningProcesses", f->graphics1);
  find(lib, "nvmlDeviceGetProcessUtilization", f->process_use);
  return Nvml(std::move(handle), std::move(f));
}

Error Nvml::error(const char* what, int code) const {
  const char* const text = functions_->error_text ? functions_->error_text(code) : nullptr;
  Error::Kind kind = Error::Kind::kIo;
  if (code == kDriverNotLoaded || code == kNotFound) kind = Error::Kind::kMissing;
  if (code == kNoPermission) kind = Error::Kind::kDenied;
  return {kind, std::string(what) + ": " + (text ? text : "error " + std::to_string(code))};
}

Result<> Nvml::start() {
  if (const Code code = functions_->init(); code != kSuccess) return error("nvmlInit_v2", code);
  started_ = true;
  unsigned count = 0;
  if (const Code code = functions_->count(&count); code != kSuccess) {
    return error("nvmlDeviceGetCount_v2", code);
  }
  if (count == 0) return Error{Error::Kind::kMissing, "the NVIDIA driver has no device"};
  devices_.clear();
  for (unsigned number = 0; number < count; ++number) {
    Device_t handle = nullptr;
    // One that this process may not use is not one of the others' numbers either.
    if (functions_->handle(number, &handle) != kSuccess) continue;
    devices_.push_back(describe(number, handle));
  }
  if (devices_.empty()) return Error{Error::Kind::kDenied, "no NVIDIA device may be used"};
  return {};
}

void Nvml::stop() {
  if (std::exchange(started_, false)) functions_->shutdown();
  devices_.clear();
}

Nvml::Device Nvml::describe(unsigned number, void* handle) const {
  Device device;
  device.handle = handle;
  device.gpu.number = number;
  std::array<char, 96> name{};
  if (functions_->name && functions_->name(handle, name.data(), name.size() - 1) == kSuccess) {
    device.gpu.type = last_part(name.data());
  }
  Functions::PciInfo pci{};
  if (functions_->pci && functions_->pci(handle, &pci) == kSuccess) {
    pci.bus_id[sizeof pci.bus_id - 1] = '\0';
    device.gpu.bus_id = last_part(pci.bus_id);
  }
  return device;
}

Result<Gpu> Nvml::gauges(const Device& device) const {
  Gpu gpu = device.gpu;
  Functions::Utilization use{};
  if (functions_->utilization && functions_->utilization(device.handle, &use) == kSuccess) {
    gpu.busy_percent = use.gpu;
    gpu.memory_busy_percent = use.memory;
  }
  Functions::MemoryInfo memory{};
  // Every device tells its memory; one that does not is lost, or the driver is another.
  if (const Code code = functions_->memory(device.handle, &memory); code != kSuccess) {
    return error("nvmlDeviceGetMemoryInfo", code);
  }
  gpu.memory_total = Bytes{static_cast<Count>(memory.total)};
  gpu.memory_used = Bytes{static_cast<Count>(memory.used)};
  return gpu;
}

void Nvml::add_processes(Device& device, GpuReading& into) {
  const Functions& f = *functions_;
  const std::size_t first = into.processes.size();
  const auto add = [&](ListProcesses* version2, ListProcesses* version1, char type) {
    const auto list_of = [&](ListProcesses* list) {
      return [&device, list](unsigned* count, void* infos) {
        return list(device.handle, count, infos);
      };
    };
    if (version2) {
      append_processes(whole_list<ProcessInfo2>(list_of(version2)), device.gpu.number, type, first,
                       into.processes);
    } else if (version1) {
      append_processes(whole_list<ProcessInfo1>(list_of(version1)), device.gpu.number, type, first,
                       into.processes);
    }
  };
  add(f.compute2, f.compute1, 'C');
  add(f.graphics2, f.graphics1, 'G');
  const std::span<GpuProcess> ours = std::span(into.processes).subspan(first);
  if (!f.process_use || ours.empty()) return;

  // Only processes that did something are told, and only what they did since the last call.
  if (device.last_use == 0) device.last_use = microseconds_since_1970() - 1'000'000;
  Code code = kSuccess;
  const auto uses =
      whole_list<Functions::ProcessUse>([&](unsigned* count, Functions::ProcessUse* infos) {
        code = f.process_use(device.handle, infos, count, device.last_use);
        return code;
      });
  if (code != kSuccess && code != kNotFound) return;
  for (GpuProcess& process : ours) process.busy_percent = process.memory_busy_percent = 0;
  for (const Functions::ProcessUse& use : uses) {
    device.last_use = std::max(device.last_use, use.time);
    // Drivers have been seen to give far more than 100 now and then.
    if (use.sm_percent > 100 || use.memory_percent > 100) continue;
    const auto process = std::ranges::find(ours, Count{use.pid}, &GpuProcess::pid);
    if (process == ours.end()) continue;
    process->busy_percent = use.sm_percent;
    process->memory_busy_percent = use.memory_percent;
  }
}

Result<> Nvml::read(GpuReading& into) {
  into.gpus.clear();
  into.processes.clear();
  if (!started_) {
    if (auto started = start(); !started) {
      stop();
      return started;
    }
  }
  std::optional<Error> first_error;
  for (Device& device : devices_) {
    auto gpu = gauges(device);
    if (!gpu) {
      if (!first_error) first_error = std::move(gpu.error());
      continue;
    }
    const std::size_t before = into.processes.size();
    add_processes(device, into);
    gpu->processes = static_cast<Count>(into.processes.size() - before);
    into.gpus.push_back(*gpu);
  }
  if (!into.gpus.empty()) return {};
  stop();
  return std::move(*first_error);
}

}  // namespace proctape
