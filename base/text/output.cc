// SPDX-License-Identifier: Apache-2.0
#include "base/text/output.h"

#include <unistd.h>

#include <cstdio>
#include <string>

#include "base/text/visible_text.h"

namespace proctape {
namespace {

void put(std::string_view text, std::FILE* stream) {
  std::fwrite(text.data(), 1, text.size(), stream);
}

// Most is fit to be seen, and is not copied.
void put_visible(std::string_view text, std::FILE* stream) {
  if (visible_length(text, Lines::kMany) == text.size()) return put(text, stream);
  put(visible(text, Lines::kMany), stream);
}

}  // namespace

void print(std::string_view text) { put_visible(text, stdout); }

void print_bytes(std::string_view bytes) {
  static const bool is_terminal = ::isatty(STDOUT_FILENO) == 1;
  if (is_terminal) return print(bytes);
  put(bytes, stdout);
}

void print_error(std::string_view text) { put_visible(text, stderr); }

void begin_screen() {
  if (::isatty(STDOUT_FILENO) == 1) put("\033[H\033[2J", stdout);
}

bool flush_output() { return std::fflush(stdout) == 0 && std::ferror(stdout) == 0; }

void print_line(std::string_view text) { put(visible(text) + '\n', stdout); }

void print_error_line(std::string_view text) { put(visible_message(text) + '\n', stderr); }

}  // namespace proctape
