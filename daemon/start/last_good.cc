// SPDX-License-Identifier: Apache-2.0
#include "daemon/start/last_good.h"

#include <span>
#include <string>
#include <utility>

#include "base/file/file_place.h"
#include "base/file/whole_file.h"
#include "base/text/text.h"
#include "base/text/visible_text.h"
#include "config/load.h"

namespace proctape {
namespace {

Result<> replace(const std::string& path, const std::string& text) {
  auto place = find_place(path);
  if (!place) return std::move(place.error());
  auto file = WholeFile::create(std::move(*place), {.like_the_old = false});
  if (!file) return std::move(file.error());
  if (auto written = file->write(std::as_bytes(std::span(text))); !written) return written;
  return file->finish();
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

Result<FirstConfig> config_to_start_with(const Arguments& arguments) {
  auto config = effective_config(arguments);
  if (config) return FirstConfig{std::move(*config), {}, {}};
  if (auto old = last_good_config(arguments)) {
    return FirstConfig{std::move(*old), std::move(config.error()),
                       "the last configuration that was good, " + arguments.last_good};
  }
  const auto text = config_text(arguments.config_file);
  if (!text || !trimmed(*text).empty()) return std::move(config.error());
  Arguments without_file = arguments;
  without_file.config_file.clear();
  without_file.config_given = false;
  auto defaults = effective_config(without_file);
  if (!defaults) return std::move(defaults.error());
  return FirstConfig{std::move(*defaults), std::move(config.error()), "the defaults"};
}

Result<Config> config_to_reload(const Arguments& arguments, const Config& in_force) {
  auto config = effective_config(arguments);
  if (config && config->text.empty() && !in_force.text.empty()) {
    return Error{
        Error::Kind::kMissing,
        visible(arguments.config_file) + ": is not there any more; a restart takes the defaults"};
  }
  return config;
}

}  // namespace proctape
