// SPDX-License-Identifier: Apache-2.0
#include "collector/exits/exits.h"

#include <utility>

#include "collector/exits/bpf_exits.h"
#include "collector/exits/taskstats_exits.h"
#include "collector/task/task_stat.h"
#include "sample/deviation/give_back.h"

namespace proctape {

Exits Exits::open(ExitChoice choice, const KernelFs& fs, const Host& host, const Clock& clock) {
  Exits exits;
  exits.ticks_per_second_ = host.ticks_per_second;
  if (choice == ExitChoice::kNone) return exits;
  if (!fs.has_own_pids()) {
    exits.refusals_ = fs.root() + "/proc does not show the processes of this pid namespace";
    return exits;
  }
  const auto take = [&](const char* name, Result<std::unique_ptr<ExitSource>> source) {
    if (source) {
      exits.name_ = name;
      exits.source_ = std::move(*source);
    } else {
      exits.refusals_ += (exits.refusals_.empty() ? "" : "; ") + source.error().message;
      const Error::Kind kind = source.error().kind;
      if (kind == Error::Kind::kDenied || exits.refusal_kind_ == Error::Kind::kMissing) {
        exits.refusal_kind_ = kind;
      }
    }
  };
  if (choice != ExitChoice::kTaskstats) take("BPF", BpfExits::open(fs, host, clock));
  if (choice != ExitChoice::kBpf && !exits.source_) {
    take("taskstats", TaskstatsExits::open(fs, host, clock));
  }
  return exits;
}

void Exits::drain() {
  static const Redaction kNothing;
  if (source_) source_->drain(kMost, redaction_ ? *redaction_ : kNothing, gathered_);
}

void Exits::move_to(Snapshot& into) {
  drain();
  std::swap(into.exits, gathered_);
  for (Exit& exit : into.exits) {
    exit.started = task_started(into.boot, exit.start, ticks_per_second_);
  }
  clear_for(gathered_, into.exits.size());
  if (source_) lost_ += source_->take_lost();
  into.exits_lost = std::exchange(lost_, 0);
  into.exits_known = source_ != nullptr;
}

void Exits::take_back(Snapshot& from) {
  // What has come since stands behind them.
  from.exits.insert(from.exits.end(), gathered_.begin(), gathered_.end());
  gathered_.clear();
  std::swap(from.exits, gathered_);
  lost_ += std::exchange(from.exits_lost, 0);
}

}  // namespace proctape
