// SPDX-License-Identifier: Apache-2.0
//
// Exits by BPF programs (collector/bpf/exits.bpf.c): exact and complete, for kernels from 5.17
// on, with CAP_BPF and CAP_PERFMON.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "collector/bpf/exit_event.h"
#include "collector/bpf/exits_loader.h"
#include "collector/exits/exit_source.h"
#include "collector/exits/process_time.h"
#include "collector/exits/ring_buffer.h"
#include "collector/kernel_fs.h"
#include "sample/host.h"

namespace proctape {

// From what the kernel tells, ns and pages, to what is stored.
class ExitReader {
 public:
  // `boot` as that of ProcfsTasks.
  ExitReader(const Host& host, WallTime boot)
      : page_size_(host.page_size),
        ticks_per_second_(host.ticks_per_second),
        boot_(boot),
        user_(host.ticks_per_second),
        system_(host.ticks_per_second) {}

  // `arguments` are the bytes that follow `event`.
  Exit read(const exit_event& event, std::string_view arguments);

 private:
  Ticks whole_ticks(std::uint64_t ns) const;

  Count page_size_;
  Count ticks_per_second_;
  WallTime boot_;
  WholeTicks user_;
  WholeTicks system_;
};

class BpfExits final : public ExitSource {
 public:
  // Loads the programs; exits are told from then on.
  static Result<std::unique_ptr<ExitSource>> open(const KernelFs& fs, const Host& host,
                                                  WallTime boot);
  ~BpfExits() override;
  BpfExits(const BpfExits&) = delete;
  BpfExits& operator=(const BpfExits&) = delete;

  void drain(std::size_t limit, std::vector<Exit>& into) override;
  Count take_lost() override;
  int fd() const override { return program_.ring; }
  std::chrono::milliseconds rest() const override { return {}; }

 private:
  BpfExits(exits_program program, RingBuffer ring, const ExitReader& reader)
      : program_(program), ring_(std::move(ring)), reader_(reader) {}

  exits_program program_;
  RingBuffer ring_;
  ExitReader reader_;
  std::uint64_t lost_before_ = 0;
};

}  // namespace proctape
