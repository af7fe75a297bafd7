// SPDX-License-Identifier: Apache-2.0
//
// libFuzzer target: whatever text is given for a configuration, it is taken, or refused with
// messages that each begin with their place, fit on a screen and hide nothing; and what is taken is
// taken again. The same text as the value of a key from the command line.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/text/text.h"
#include "base/text/visible_text.h"
#include "config/load.h"
#include "tests/fuzz/require.h"

namespace proctape {
namespace {

const std::vector<std::string> kFormats = {"2.8", "2.12"};

void require_readable(std::string_view message) {
  require(visible_length(message, Lines::kMany) == message.size(), "a message is visible text");
  require(!message.empty(), "a refusal says why");
}

void parse(std::string_view content) {
  const auto config = parse_config(content, "f", kFormats);
  if (!config) {
    require(config.error().kind == Error::Kind::kInvalid, "wrong content is told as such");
    require_readable(config.error().message);
    std::size_t lines = 0;
    for (std::string_view rest = config.error().message; !rest.empty(); ++lines) {
      const auto line = next_line(rest);
      require(line.starts_with("f:"), "a message begins with its place");
      require(line.size() < 2000, "a message is short");
    }
    require(lines <= 21, "nobody reads more messages");
    return;
  }
  require(!config->logs.empty(), "there is a log");
  const auto again = parse_config(content, "f", kFormats);
  require(again && config->interval == again->interval && config->redact == again->redact,
          "a file says the same each time");
}

// As the value of one key, which the first byte chooses: making the table of keys takes longest.
void set(std::string_view value) {
  static const std::vector<std::string_view> keys = config_keys();
  if (value.empty()) return;
  const auto key = keys[static_cast<unsigned char>(value[0]) % keys.size()];
  Config config;
  const auto set = set_config(config, key, value.substr(1), kFormats);
  if (!set) require_readable(set.error().message);
}

}  // namespace
}  // namespace proctape

// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  proctape::parse(content);
  proctape::set(content);
  return 0;
}
