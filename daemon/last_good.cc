// SPDX-License-Identifier: Apache-2.0
#include "daemon/last_good.h"

#include <cerrno>
#include <cstdio>
#include <string>
#include <utility>

#include "config/load.h"

namespace proctape {
namespace {

Result<> replace(const std::string& path, const std::string& text) {
  const std::string temporary = path + ".new";
  std::FILE* const file = std::fopen(temporary.c_str(), "we");
  if (!file) return error_from_errno(errno, "create " + temporary);
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const bool closed = std::fclose(file) == 0;
  if (written && closed && std::rename(temporary.c_str(), path.c_str()) == 0) return {};
  Error error = error_from_errno(errno, "write " + path);
  std::remove(temporary.c_str());
  return error;
}

}  // namespace

Result<> keep_as_last_good(const Arguments& arguments, const Config& config) {
  const std::string& path = arguments.last_good;
  if (path.empty()) return {};
  if (const auto kept = config_text(path); kept && *kept == config.text) return {};
  return replace(path, config.text);
}

Result<Config> last_good_config(const Arguments& arguments) {
  if (arguments.last_good.empty()) return Error{Error::Kind::kMissing, "none is kept"};
  const auto kept = config_text(arguments.last_good);
  if (!kept) return kept.error();
  if (const auto wanted = config_text(arguments.config_file); wanted && *wanted == *kept) {
    return Error{Error::Kind::kInvalid, arguments.last_good + ": is the same"};
  }
  Arguments of_kept = arguments;
  of_kept.config_file = arguments.last_good;
  of_kept.config_given = true;
  return effective_config(of_kept);
}

Result<Config> config_to_start_with(const Arguments& arguments, std::optional<Error>& complaint) {
  auto config = effective_config(arguments);
  if (config) return config;
  auto old = last_good_config(arguments);
  if (!old) return config;
  complaint = std::move(config.error());
  return old;
}

}  // namespace proctape
