// SPDX-License-Identifier: Apache-2.0
//
// Capabilities (capabilities(7)) of the calling thread: which it has in use ("effective"), of those
// that it may use ("permitted"). Threads begin with those of the thread that starts them.
#pragma once

#include <cstdint>
#include <initializer_list>

namespace proctape {

class Capabilities {
 public:
  // By number: CAP_BPF.
  constexpr Capabilities(std::initializer_list<int> numbers) {
    for (const int number : numbers) bits_ |= std::uint64_t{1} << static_cast<unsigned>(number);
  }

  // Whether all of them are in use.
  bool in_use() const;
  // Where the kernel does not let it be done, nothing happens, here and below.
  void lower() const;

 private:
  friend class RaisedCapabilities;
  std::uint64_t bits_ = 0;
};

// Those of the given ones that are permitted are in use while this lives, by the thread that made
// it.
class RaisedCapabilities {
 public:
  explicit RaisedCapabilities(const Capabilities& wanted);
  RaisedCapabilities(const RaisedCapabilities&) = delete;
  RaisedCapabilities& operator=(const RaisedCapabilities&) = delete;
  ~RaisedCapabilities();

 private:
  std::uint64_t raised_ = 0;  // were not in use before
};

}  // namespace proctape
