// SPDX-License-Identifier: Apache-2.0
//
// What a function that can fail returns: a value, or an Error that says what
// failed in words an administrator can act on. Named after std::expected
// (C++23), to be replaced by it when the compilers we support have it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace proctape {

struct Error {
  enum class Kind {
    kMissing,    // the file is not there: the kernel lacks the feature
    kGone,       // the process or device vanished while we looked at it
    kDenied,     // permission
    kMalformed,  // the content is not what we expect
    kLeftOut,    // it is there, but not recorded
    kNoSpace,    // the file system or the quota is full
    kIo,         // any other system error
    kInvalid,    // what the user asked for makes no sense
  };
  Kind kind;
  std::string message;  // "/proc/meminfo:3: expected a number of kB, found 'x'"
};

// The one place that turns errno into a kind. `what` is what was attempted
// ("open /proc/1/io"); the message becomes "<what>: <text of the errno>".
//
// Cold: what makes an error is kept apart from what is executed with each sample.
[[gnu::cold]] Error error_from_errno(int error_number, std::string_view what);

// "<place>: expected <expected>, found '<found>'", found cut to a readable length
// and free of control characters.
[[gnu::cold]] Error malformed(std::string_view place, std::string_view expected,
                              std::string_view found);

template <typename T = std::monostate>
class [[nodiscard]] Result {
 public:
  Result() requires std::is_same_v<T, std::monostate> : state_(T{}) {}
  Result(T value) : state_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() { return std::get<0>(state_); }
  const T& operator*() const { return std::get<0>(state_); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  Error& error() { return std::get<1>(state_); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

}  // namespace proctape
