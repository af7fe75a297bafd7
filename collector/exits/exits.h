// SPDX-License-Identifier: Apache-2.0
//
// Processes that end, also those that never lived through a snapshot: by the best source that
// works on this host, gathered from one snapshot to the next.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "collector/exits/exit_source.h"
#include "collector/kernel/kernel_fs.h"
#include "sample/host.h"
#include "sample/snapshot.h"

namespace proctape {

enum class ExitChoice { kAuto, kBpf, kTaskstats, kNone };

class Exits {
 public:
  // Gathered for one snapshot; the kernel keeps what comes beyond that, and then loses it. They
  // take 30 MB, and more than twice that in a sample.
  static constexpr std::size_t kMost = 65536;
  // From here on a snapshot should be taken early.
  static constexpr std::size_t kMany = kMost / 4 * 3;

  // Knows nothing.
  Exits() = default;

  // The first of BPF and taskstats that works, or the chosen one if it does; else none.
  // `clock` must outlive this.
  static Exits open(ExitChoice choice, const KernelFs& fs, const Host& host, const Clock& clock);

  // "BPF", "taskstats", "none".
  const std::string& name() const { return name_; }
  // Why those that were preferred do not work; empty: there was none.
  const std::string& refusals() const { return refusals_; }
  // kDenied if one of those may not be used here, else why one failed, and kMissing if this host
  // has none of them.
  Error::Kind refusal_kind() const { return refusal_kind_; }

  // Null: none.
  const ExitSource* source() const { return source_.get(); }

  // What hides secrets on the command lines of exits that are taken from now on; null: nothing.
  void set_redaction(std::shared_ptr<const Redaction> redaction) {
    redaction_ = std::move(redaction);
  }

  // Takes what the kernel has gathered.
  void drain();
  bool has_many() const { return gathered_.size() >= kMany; }

  // Replaces the exits of `into` by all since the last snapshot, which started by into.boot.
  void move_to(Snapshot& into);
  // Undoes that: nobody has looked at `from`.
  void take_back(Snapshot& from);

 private:
  std::unique_ptr<ExitSource> source_;
  std::string name_ = "none";
  std::string refusals_;
  Error::Kind refusal_kind_ = Error::Kind::kMissing;
  std::shared_ptr<const Redaction> redaction_;
  std::vector<Exit> gathered_;
  Count lost_ = 0;
  Count ticks_per_second_ = 1;
};

}  // namespace proctape
