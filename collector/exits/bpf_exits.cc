// SPDX-License-Identifier: Apache-2.0
#include "collector/exits/bpf_exits.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <utility>

#include "collector/bpf/load_error.h"

namespace proctape {
Result<std::unique_ptr<ExitSource>> BpfExits::open(const KernelFs& fs, const Host& host,
                                                   const Clock& clock) {
  if (auto possible = may_load_bpf(kExitsProgramBuilt, fs); !possible) {
    return std::move(possible.error());
  }
  ExitsProgram program{};
  const RaisedCapabilities raised(kBpfCapabilities);
  if (const int error = exits_program_load(&program); error < 0) return bpf_load_error(fs, -error);
  auto ring = RingBuffer::open(program.ring, EXIT_EVENT_RING_BYTES);
  if (!ring) {
    exits_program_unload(&program);
    return Error{ring.error().kind, "BPF: " + ring.error().message};
  }
  return std::unique_ptr<ExitSource>(
      new BpfExits(program, std::move(*ring), ExitReader(host), clock));
}

BpfExits::~BpfExits() { exits_program_unload(&program_); }

void BpfExits::drain(std::size_t limit, const Redaction& redaction, std::vector<Exit>& into) {
  std::array<std::byte, sizeof(ExitEvent) + EXIT_EVENT_ARGUMENTS> record;
  while (into.size() + reader_.waiting() < limit) {
    const std::size_t length = ring_.take(record);
    ExitEvent event;
    if (length < sizeof event.totals) break;
    std::memcpy(&event, record.data(), std::min(length, sizeof event));
    if (event.totals.is_final) {
      reader_.reaped(event.totals, into);
    } else if (length >= sizeof event) {
      const auto* arguments = reinterpret_cast<const char*>(&record[sizeof event]);
      const std::size_t room = length - sizeof event;
      reader_.ended(event, {arguments, std::min<std::size_t>(room, event.arguments_length)},
                    redaction, into);
    }
  }
  reader_.give_up_waiting(clock_->since_boot(), into);
}

Count BpfExits::take_lost() {
  const std::uint64_t lost = __atomic_load_n(program_.lost, __ATOMIC_RELAXED);
  return static_cast<Count>(lost - std::exchange(lost_before_, lost));
}

}  // namespace proctape
