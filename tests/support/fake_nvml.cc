// SPDX-License-Identifier: Apache-2.0
//
// Stands in for libnvidia-ml.so.1. What it tells is in the file that the environment
// variable FAKE_NVML names, read anew by each call; a line each:
//
//   init CODE                           what nvmlInit_v2 returns
//   hang                                as long as the line is there, calls do not return
//   gpu NAME BUSID BUSY MEMBUSY TOTAL USED       percent, bytes; NAME with _ for blanks
//   process GPU C|G PID BYTES SM MEM    percent; "-" for SM: the GPU does not tell
//   calls init|shutdown                 appended by the library: it was called
//
// Written after the public "NVML API Reference Guide", and not from collector/gpu/nvml.cc.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace {

struct FakeGpu {
  std::string name, bus_id;
  unsigned busy = 0, memory_busy = 0;
  unsigned long long total = 0, used = 0;
};
struct FakeProcess {
  unsigned gpu = 0;
  char type = 0;
  unsigned pid = 0;
  unsigned long long memory = 0;
  std::string sm;
  unsigned memory_busy = 0;
};
struct State {
  int init = 0;
  bool hang = false;
  std::vector<FakeGpu> gpus;
  std::vector<FakeProcess> processes;
};

const char* file_name() {
  const char* name = std::getenv("FAKE_NVML");
  return name ? name : "/nonexistent";
}

State state_now() {
  State state;
  std::ifstream file(file_name());
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string key;
    words >> key;
    if (key == "init") words >> state.init;
    if (key == "hang") state.hang = true;
    if (key == "gpu") {
      FakeGpu& gpu = state.gpus.emplace_back();
      words >> gpu.name >> gpu.bus_id >> gpu.busy >> gpu.memory_busy >> gpu.total >> gpu.used;
      std::replace(gpu.name.begin(), gpu.name.end(), '_', ' ');
    }
    if (key == "process") {
      FakeProcess& process = state.processes.emplace_back();
      words >> process.gpu >> process.type >> process.pid >> process.memory >> process.sm >>
          process.memory_busy;
    }
  }
  return state;
}

// The state of a driver that answers.
State state() {
  State now = state_now();
  while (now.hang) {
    ::usleep(2000);
    now = state_now();
  }
  return now;
}

void called(const char* what) {
  std::ofstream(file_name(), std::ios::app) << "calls " << what << '\n';
}

std::size_t index_of(void* device) { return reinterpret_cast<std::size_t>(device) - 1; }

template <typename Fill>
int list(const std::vector<FakeProcess>& all, void* device, char type, unsigned* count, Fill fill) {
  std::vector<FakeProcess> some;
  for (const FakeProcess& process : all) {
    if (process.gpu == index_of(device) && process.type == type) some.push_back(process);
  }
  const bool room = *count >= some.size();
  *count = static_cast<unsigned>(some.size());
  if (!room) return 7;
  for (std::size_t i = 0; i < some.size(); ++i) fill(i, some[i]);
  return 0;
}

}  // namespace

// The names are the library's.
// NOLINTBEGIN(readability-identifier-naming)
extern "C" {

struct nvmlUtilization_t {
  unsigned gpu, memory;
};
struct nvmlMemory_t {
  unsigned long long total, free, used;
};
struct nvmlPciInfo_t {
  char busIdLegacy[16];
  unsigned domain, bus, device, pciDeviceId, pciSubSystemId;
  char busId[32];
};
struct nvmlProcessInfo_v2_t {
  unsigned pid;
  unsigned long long usedGpuMemory;
  unsigned gpuInstanceId, computeInstanceId;
};
struct nvmlProcessUtilizationSample_t {
  unsigned pid;
  unsigned long long timeStamp;
  unsigned smUtil, memUtil, encUtil, decUtil;
};

int nvmlInit_v2() {
  called("init");
  return state().init;
}
int nvmlShutdown() {
  called("shutdown");
  return 0;
}
const char* nvmlErrorString(int code) { return code == 9 ? "Driver Not Loaded" : "Some Error"; }
int nvmlDeviceGetCount_v2(unsigned* count) {
  *count = static_cast<unsigned>(state().gpus.size());
  return 0;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) {
  *device = reinterpret_cast<void*>(static_cast<std::size_t>(index) + 1);
  return 0;
}
int nvmlDeviceGetName(void* device, char* name, unsigned length) {
  std::snprintf(name, length, "%s", state().gpus.at(index_of(device)).name.c_str());
  return 0;
}
int nvmlDeviceGetPciInfo_v3(void* device, nvmlPciInfo_t* pci) {
  std::snprintf(pci->busId, sizeof pci->busId, "%s",
                state().gpus.at(index_of(device)).bus_id.c_str());
  return 0;
}
int nvmlDeviceGetUtilizationRates(void* device, nvmlUtilization_t* use) {
  const State now = state();
  if (index_of(device) >= now.gpus.size()) return 15;
  const FakeGpu& gpu = now.gpus[index_of(device)];
  if (gpu.busy > 100) return 3;
  *use = {gpu.busy, gpu.memory_busy};
  return 0;
}
int nvmlDeviceGetMemoryInfo(void* device, nvmlMemory_t* memory) {
  const State now = state();
  if (index_of(device) >= now.gpus.size()) return 15;
  const FakeGpu& gpu = now.gpus[index_of(device)];
  *memory = {gpu.total, gpu.total - gpu.used, gpu.used};
  return 0;
}
int nvmlDeviceGetComputeRunningProcesses_v2(void* device, unsigned* count,
                                            nvmlProcessInfo_v2_t* infos) {
  return list(state().processes, device, 'C', count, [&](std::size_t i, const FakeProcess& p) {
    infos[i] = {p.pid, p.memory, 0xffffffff, 0xffffffff};
  });
}
int nvmlDeviceGetGraphicsRunningProcesses_v2(void* device, unsigned* count,
                                             nvmlProcessInfo_v2_t* infos) {
  return list(state().processes, device, 'G', count, [&](std::size_t i, const FakeProcess& p) {
    infos[i] = {p.pid, p.memory, 0xffffffff, 0xffffffff};
  });
}
int nvmlDeviceGetProcessUtilization(void* device, nvmlProcessUtilizationSample_t* samples,
                                    unsigned* count, unsigned long long since) {
  const State now = state();
  unsigned written = 0;
  for (const FakeProcess& process : now.processes) {
    if (process.gpu != index_of(device)) continue;
    if (process.sm == "-") return 3;
    if (process.sm == "0") continue;
    if (written == *count) return 7;
    samples[written++] = {
        process.pid,         since + 1, static_cast<unsigned>(std::stoi(process.sm)),
        process.memory_busy, 0,         0};
  }
  *count = written;
  return written == 0 ? 6 : 0;
}

}  // extern "C"
// NOLINTEND(readability-identifier-naming)
