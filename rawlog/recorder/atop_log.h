// SPDX-License-Identifier: Apache-2.0
//
// A directory of atop's logs as a sink: records are encoded in the layout of one version and
// appended to the file of their date.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "rawlog/directory/log_directory.h"
#include "rawlog/file/encoder.h"
#include "rawlog/layout/version.h"
#include "sample/sink/log.h"

namespace proctape {

struct AtopLogOptions {
  Version version = kNewestVersion;
  LogDirectoryOptions directory;
  // Whether samples may be less than a second apart: several records then bear one time. Else a
  // second that has a record gets no other.
  bool below_a_second = false;
};

class AtopLog final : public Log {
 public:
  // Of `host`, in `directory`, which is not looked at before it is needed.
  AtopLog(std::string directory, const AtopLogOptions& options, const Host& host);

  Needs needs() const override;
  // Readers need times that rise: the record's is the sample's or, after the clock was set back, a
  // little later.
  Result<> take(const SampleView& view) override;
  // Each record is complete.
  Result<> finish() override { return {}; }

  const std::string& directory() const override { return directory_.path(); }
  Result<> enter() override { return directory_.enter(); }
  bool begins_file(Seconds time) const override { return directory_.begins_file(time); }
  bool has_room_at(const Moment& moment, const Host& host) override;
  // The lock, and how long the disk has been full, are those of `old`.
  bool go_on_from(Log& old) override;

  const Cost& cost() const override { return cost_; }
  std::span<const LeftOut> left_out() const override { return encoder_.left_out(); }
  std::vector<std::string> take_notices() override { return directory_.take_notices(); }
  bool short_of_space() const override { return directory_.short_of_space(); }
  LogState state() const override;

 private:
  Result<Seconds> rising_time(Seconds now);

  Encoder encoder_;
  LogDirectory directory_;
  bool below_a_second_;
  Cost cost_;
};

}  // namespace proctape
