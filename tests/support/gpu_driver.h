// SPDX-License-Identifier: Apache-2.0
//
// What the stand-in for NVIDIA's library (fake_nvml.cc) tells.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/test_host.h"

namespace proctape {

class GpuDriver {
 public:
  GpuDriver() { ::setenv("FAKE_NVML", file().c_str(), 1); }
  ~GpuDriver() { ::unsetenv("FAKE_NVML"); }
  GpuDriver(const GpuDriver&) = delete;
  GpuDriver& operator=(const GpuDriver&) = delete;

  // At once: the library may be reading.
  void tells(std::string_view text) const {
    directory_.write("next", text);
    std::filesystem::rename(directory_.path() / "next", file());
  }
  // The same and what was called since the last tells().
  std::string text() const {
    std::ifstream in(file());
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  std::filesystem::path file() const { return directory_.path() / "driver"; }

  TestDirectory directory_;
};

}  // namespace proctape
