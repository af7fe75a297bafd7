// SPDX-License-Identifier: Apache-2.0
//
// NVIDIA's management library, libnvidia-ml.so.1, loaded when it is there.
//
// Declared here is the little of its interface that is used, after the public "NVML API
// Reference Guide"; each function is optional but those that list the devices and tell
// their memory. Whatever talks to the driver may hang with it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "sample/gpu.h"
#include "sample/task.h"

namespace proctape {

// What one process uses of one GPU.
struct GpuProcess {
  Count pid = 0;
  Count gpu = 0;  // number of the GPU
  char type = 0;  // as in TaskGpu
  Bytes memory;   // 0 where the driver does not tell
  // Of the last second or so; kUnknown where the driver does not tell.
  Count busy_percent = kUnknown;
  Count memory_busy_percent = kUnknown;
};

// All GPUs, each with its gauges and no sums, and all processes on them.
struct GpuReading {
  std::vector<Gpu> gpus;
  std::vector<GpuProcess> processes;
};

class Nvml {
 public:
  // Loads `library` as dlopen(3) finds it, and calls nothing in it. kMissing without it.
  static Result<Nvml> load(const std::string& library);

  Nvml(Nvml&&) noexcept;
  Nvml& operator=(Nvml&&) = delete;
  // Shuts the library down if it was started; may hang.
  ~Nvml();

  // Reads all devices, replacing `into`; may hang. The first call starts the library, as does
  // each one after a failure. kMissing: no driver, no device.
  Result<> read(GpuReading& into);

 private:
  struct Functions;
  struct Device {
    void* handle = nullptr;
    Gpu gpu;                          // what does not change
    unsigned long long last_use = 0;  // of a process, in microseconds since 1970
  };
  struct Unload {
    void operator()(void* library) const;
  };

  Nvml(std::unique_ptr<void, Unload> library, std::unique_ptr<Functions> functions);
  Result<> start();
  void stop();
  Error error(const char* what, int code) const;
  Device describe(unsigned number, void* handle) const;
  Result<Gpu> gauges(const Device& device) const;
  void add_processes(Device& device, GpuReading& into);

  std::unique_ptr<void, Unload> library_;  // outlives the functions
  std::unique_ptr<Functions> functions_;
  bool started_ = false;
  std::vector<Device> devices_;
};

}  // namespace proctape
