// SPDX-License-Identifier: Apache-2.0
//
// Reads what the fuzzer makes as a configuration: it is taken or refused with messages that begin
// with their place and are fit for a terminal, at once.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "base/visible_text.h"
#include "config/load.h"

namespace {

void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace proctape;
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  const auto config = parse_config(content, "f", {});
  if (config) {
    require(!config->logs.empty() && config->logs.size() <= kMostLogs, "the number of logs");
    return 0;
  }
  std::string_view rest = config.error().message;
  require(visible_length(rest, Lines::kMany) == rest.size(), "a message for a terminal");
  require(!rest.empty(), "a message");
  while (!rest.empty()) require(next_line(rest).starts_with("f:"), "the place of a message");
  return 0;
}
