// SPDX-License-Identifier: Apache-2.0
//
// The configuration of a daemon under test.
#pragma once

#include <filesystem>
#include <string>

#include "tests/support/test_host.h"

namespace proctape {

// `settings`, with which how full this host's disk is makes no difference, unless they say so.
inline std::string on_any_disk(std::string settings) {
  if (settings.find("min_free") != settings.npos) return settings;
  const std::string no_quota = "min_free = 'off'\n";
  bool of_logs = false;
  for (std::size_t at = 0; (at = settings.find("log]", at)) != settings.npos; of_logs = true) {
    at = settings.find('\n', at) + 1;
    settings.insert(at, no_quota);
  }
  return of_logs ? settings : settings + "[log]\n" + no_quota;
}

// A file with such settings: by default with no other ones.
class SettingsFile {
 public:
  explicit SettingsFile(const std::string& settings = "") { write(settings); }

  void write(const std::string& settings) const {
    directory_.write("t.toml", on_any_disk(settings));
  }
  std::filesystem::path path() const { return directory_.path() / "t.toml"; }

 private:
  TestDirectory directory_;
};

}  // namespace proctape
