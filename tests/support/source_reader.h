// SPDX-License-Identifier: Apache-2.0
//
// Reads single sources in one snapshot after another, as the collector does with all.
#pragma once

#include <chrono>
#include <utility>
#include <vector>

#include "collector/system/source.h"
#include "sample/clear.h"

namespace proctape {

class SourceReader {
 public:
  explicit SourceReader(KernelFs fs) : fs_(std::move(fs)) {}

  Result<> read(Result<> (*source)(Reading&, Snapshot&)) {
    Reading reading{fs_, buffer_, host_, previous_, now_, memo_};
    auto result = source(reading, current_);
    notes_ = std::move(reading.notes);
    newly_left_out_ = std::move(reading.newly_left_out);
    return result;
  }
  // Of the source that was read last.
  const std::vector<Error>& notes() const { return notes_; }
  const std::string& newly_left_out() const { return newly_left_out_; }

  // Begins the next snapshot, taken `later` than this one.
  void next(SinceBoot later = std::chrono::seconds(10)) {
    std::swap(previous_, current_);
    clear(current_.system);
    now_ += later;
  }

  // Of the snapshot being read; a test may put there what another source would have.
  System& system() { return current_.system; }
  Snapshot& snapshot() { return current_; }
  Memo& memo() { return memo_; }

 private:
  KernelFs fs_;
  FileBuffer buffer_;
  Host host_;
  Snapshot previous_;
  Snapshot current_;
  SinceBoot now_ = std::chrono::hours(1);
  Memo memo_;
  std::vector<Error> notes_;
  std::string newly_left_out_;
};

}  // namespace proctape
