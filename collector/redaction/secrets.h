// SPDX-License-Identifier: Apache-2.0
//
// Finds what looks like a secret in a command line, without knowing it: by names in front of it
// (secret_names.h), by the program that it is given to (secret_tools.h), by its place in a URL, by
// a beginning that issuers of tokens have agreed on (secret_shapes.h). Linear in the length.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace proctape {

// Parts of a text, in order and apart from each other once finish() was called.
class SecretSpans {
 public:
  static constexpr std::size_t kMost = 64;
  struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  void add(std::size_t begin, std::size_t end);
  // Sorts and joins them.
  void finish();
  std::span<const Span> all() const { return {spans_.data(), size_}; }
  bool empty() const { return size_ == 0; }

 private:
  // Of more the last one goes on to the end of the text.
  std::array<Span, kMost> spans_;
  std::size_t size_ = 0;
};

// `arguments` as /proc has them, each ended by a NUL. `cut`: they go on behind the end, and a
// secret there is one although its own end is not known. Subtracts about the bytes that were
// looked at from `steps`; once none are left the spans mean nothing.
void find_secrets(std::string_view arguments, bool cut, SecretSpans& into, std::int64_t& steps);

}  // namespace proctape
