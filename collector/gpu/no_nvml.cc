// SPDX-License-Identifier: Apache-2.0
//
// In place of nvml.cc in a static program, which can load no library.
#include "collector/gpu/nvml.h"

namespace proctape {

struct Nvml::Functions {};

void Nvml::Unload::operator()(void*) const {}

Nvml::Nvml(Nvml&&) noexcept = default;

Nvml::~Nvml() = default;

Result<Nvml> Nvml::load(const std::string& library) {
  return Error{Error::Kind::kMissing,
               library + ": this build of proctaped is static and loads no libraries"};
}

Result<> Nvml::read(GpuReading&) {
  return Error{Error::Kind::kMissing, "no library of graphics processors"};
}

}  // namespace proctape
