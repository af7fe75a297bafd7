// SPDX-License-Identifier: Apache-2.0
//
// What one source of the kernel is to the collector, and what it works with.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "collector/kernel/kernel_fs.h"
#include "collector/system/memo.h"
#include "collector/system/system_options.h"
#include "sample/host.h"
#include "sample/snapshot.h"

namespace proctape {

// Lent to a source for one reading.
struct Reading {
  const KernelFs& fs;
  FileBuffer& buffer;  // scratch for the file being read
  const Host& host;
  const Snapshot& previous;  // the last one; empty at first
  SinceBoot now;             // when this snapshot began
  Memo& memo;                // what sources remember from one snapshot to the next
  // What a source says besides its result: an element (a disk, a CPU, a line ...) could not be
  // read, and the others were; or something is there that is not recorded.
  std::vector<Error> notes{};
  // What is not recorded, as in such a note, and was not there to be left out before.
  std::string newly_left_out{};

  // The whole of a file that is read with every snapshot.
  Result<std::string_view> text_of(const char* path) const {
    return memo.kept_files.read(fs, path, buffer);
  }
  Result<std::string_view> text_of(const std::string& path) const { return text_of(path.c_str()); }

  // Of many elements that fail the first is told.
  void note(Error error) {
    const auto same_kind = [&](const Error& told) { return told.kind == error.kind; };
    if (std::ranges::none_of(notes, same_kind)) notes.push_back(std::move(error));
  }
  // For a parser that goes on behind a malformed element, and returns the first such error.
  void note(Result<> parsed) {
    if (!parsed) note(std::move(parsed.error()));
  }
};

// One row of the table in sources.cc.
struct Source {
  std::string_view name;   // as in `--list-sources` and in messages
  std::string_view reads;  // the files, for people
  // A snapshot without it is worthless.
  bool indispensable;
  // Fills its part of the snapshot, which was reset to defaults before. An error of kind
  // kMissing: this kernel lacks it, the part stays at its defaults.
  Result<> (*read)(Reading&, Snapshot&);
  // Takes over from the previous snapshot the counters that the source fills, when it fails
  // this once: else the next difference would be all since boot. None: it fills gauges only.
  void (*keep)(const System& previous, System& into) = nullptr;
  // Read only if this option is set; none: always.
  bool SystemOptions::*option = nullptr;
};

}  // namespace proctape
