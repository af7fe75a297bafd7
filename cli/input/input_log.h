// SPDX-License-Identifier: Apache-2.0
//
// A log that a subcommand reads from its beginning to its end: says on standard error what
// is wrong with it and how far it was read, and keeps what the exit status needs.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/input/rereadable.h"
#include "cli/output/progress.h"
#include "rawlog/file/reader.h"

namespace proctape {

// The help of a FILE that is a log.
inline constexpr char kLogHelp[] =
    "the log, also packed by gzip, xz, zstd or bzip2; - is standard input";

// Opens the log `path`, packed or not. `name` is for messages, if it is another one.
Result<Reader> open_log(const std::string& path, DamageReport report, std::string name = "");

class InputLog {
 public:
  // "-" is standard input. `on_damage` takes what is found damaged instead of standard error.
  explicit InputLog(const std::string& path, DamageReport on_damage = {});
  explicit InputLog(const Rereadable& file, DamageReport on_damage = {});
  InputLog(const InputLog&) = delete;
  InputLog& operator=(const InputLog&) = delete;

  // The log could be opened.
  explicit operator bool() const { return reader_.has_value(); }
  const std::string& path() const { return path_; }
  Reader& reader() { return *reader_; }
  const Reader& reader() const { return *reader_; }

  // Goes to the next record, or to the next that is wanted (Reader::next); false at the end, and
  // where reading failed.
  bool next() { return told(reader_->next()); }
  bool next(RecordScanner::Wanted wanted) { return told(reader_->next(wanted)); }
  // The same without unpacking it: only its header can be looked at.
  bool next_header(RecordScanner::Wanted wanted) { return told(reader_->next_header(wanted)); }

  // How many times something was found damaged.
  Count problems() const { return problems_; }
  // Why the log could not be opened or not be read to its end; empty if it could.
  const std::string& failure() const { return failure_; }
  // Of a subcommand that did nothing but read.
  int exit_code() const;

 private:
  bool told(const Result<bool>& more);
  void fail(const Error& error);

  InputLog(std::string name, const std::string& path, DamageReport on_damage);

  std::string path_;  // its name, for messages
  DamageReport on_damage_;
  Count problems_ = 0;
  std::string failure_;
  std::optional<Reader> reader_;
  std::unique_ptr<Progress> progress_;
};

}  // namespace proctape
