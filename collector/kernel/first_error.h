// SPDX-License-Identifier: Apache-2.0
//
// For parsers that lose an element that is malformed, and no other: they go on, and return the
// first error behind all that they could read.
#pragma once

#include <optional>
#include <utility>

#include "base/result.h"

namespace proctape {

class FirstError {
 public:
  void note(Error error) {
    if (!first_) first_ = std::move(error);
  }
  bool any() const { return first_.has_value(); }
  Result<> result() {
    if (!first_) return {};
    return std::move(*first_);
  }

 private:
  std::optional<Error> first_;
};

}  // namespace proctape
