// SPDX-License-Identifier: Apache-2.0
#include "cli/output/output.h"

#include <string>

#include "base/text/json.h"

namespace proctape {
namespace {

bool is_in_json = false;

}  // namespace

void complain_in_json() { is_in_json = true; }

void complain(std::string_view text) {
  if (!is_in_json) return print_error_line("proctape: " + std::string(text));
  Json json;
  {
    const JsonObject object(json);
    object.add("error", text);
  }
  print_error_line(json.text());
}

}  // namespace proctape
