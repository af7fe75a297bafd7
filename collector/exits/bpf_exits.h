// SPDX-License-Identifier: Apache-2.0
//
// Exits by BPF programs (collector/bpf/exits.bpf.c): exact and complete, for kernels from 5.17
// on, with CAP_BPF and CAP_PERFMON.
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "collector/bpf/exits_loader.h"
#include "collector/exits/exit_reader.h"
#include "collector/exits/exit_source.h"
#include "collector/exits/ring_buffer.h"
#include "collector/kernel/kernel_fs.h"
#include "sample/host.h"

namespace proctape {

class BpfExits final : public ExitSource {
 public:
  // Loads the programs; exits are told from then on.
  static Result<std::unique_ptr<ExitSource>> open(const KernelFs& fs, const Host& host,
                                                  const Clock& clock);
  ~BpfExits() override;
  BpfExits(const BpfExits&) = delete;
  BpfExits& operator=(const BpfExits&) = delete;

  void drain(std::size_t limit, const Redaction& redaction, std::vector<Exit>& into) override;
  Count take_lost() override;
  int fd() const override { return program_.ring; }
  std::chrono::milliseconds rest() const override { return {}; }

 private:
  BpfExits(ExitsProgram program, RingBuffer ring, ExitReader reader, const Clock& clock)
      : program_(program), ring_(std::move(ring)), reader_(std::move(reader)), clock_(&clock) {}

  ExitsProgram program_;
  RingBuffer ring_;
  ExitReader reader_;
  const Clock* clock_;
  std::uint64_t lost_before_ = 0;
};

}  // namespace proctape
