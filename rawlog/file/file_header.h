// SPDX-License-Identifier: Apache-2.0
//
// Reads the header of a log: which version's layout the log has, and the host it is from.
//
// The layout is chosen by `aversion`, because equal lengths do not mean equal content;
// the lengths must agree. One wrong member is taken for damage and reported, if the others
// leave no doubt; more make the header unreadable. One case is no damage: snapshots of atop between
// two releases have the name of the one and may have the layout of the next already.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/file/fd.h"
#include "base/result.h"
#include "rawlog/file/damage.h"
#include "rawlog/layout/header_record.h"
#include "rawlog/layout/version.h"
#include "sample/host.h"

namespace proctape {

struct LogIdentity {
  Version version = kNewestVersion;
  FileHeader header;
  Host host;
  std::string note;  // what is worth saying about it, though nothing is damaged; mostly empty
};

// From the first kFileHeaderSize bytes of a log, or fewer where it has fewer.
Result<LogIdentity> read_file_header(std::span<const std::byte> bytes, const DamageReport& report);

// The version of the log that `file` is; none if it is none, or a damaged one.
std::optional<Version> version_of_log(const Fd& file);

// Where a member of the file header lies; in all versions there.
std::uint64_t file_header_offset(std::string_view member);

}  // namespace proctape
