// SPDX-License-Identifier: Apache-2.0
//
// What one source of the kernel is to the collector, and what it works with.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "collector/kernel_fs.h"
#include "collector/system/caches.h"
#include "collector/system_options.h"
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
  Caches& caches;            // what sources remember from one snapshot to the next

  // The whole of a file that is read with every snapshot.
  Result<std::string_view> text_of(const char* path) const {
    return caches.kept_files.read(fs, path, buffer);
  }
  Result<std::string_view> text_of(const std::string& path) const { return text_of(path.c_str()); }
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
