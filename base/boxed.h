// SPDX-License-Identifier: Apache-2.0
//
// A part of a struct that hardly ever differs from its defaults, and takes no more than a
// pointer while it does not.
#pragma once

#include <concepts>
#include <memory>

namespace proctape {

// Read as a const T; changed by assigning a whole T. Copies are deep.
template <typename T>
class Boxed {
 public:
  Boxed() = default;
  Boxed(const T& value) { *this = value; }  // NOLINT(google-explicit-constructor)
  Boxed(const Boxed& other) : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
  Boxed(Boxed&&) noexcept = default;
  Boxed& operator=(const Boxed& other) {
    if (this != &other) *this = *other;
    return *this;
  }
  Boxed& operator=(Boxed&&) noexcept = default;
  template <std::same_as<T> Value>  // a template, so that {} is no T
  Boxed& operator=(const Value& value) {
    if (value == kDefaults) {
      value_ = nullptr;
    } else if (value_) {
      *value_ = value;
    } else {
      value_ = std::make_unique<T>(value);
    }
    return *this;
  }
  ~Boxed() = default;

  bool is_default() const { return !value_; }
  const T& operator*() const { return value_ ? *value_ : kDefaults; }
  const T* operator->() const { return &**this; }
  operator const T&() const { return **this; }  // NOLINT(google-explicit-constructor)

  friend bool operator==(const Boxed& a, const Boxed& b) { return *a == *b; }

 private:
  static constexpr T kDefaults{};

  std::unique_ptr<T> value_;
};

}  // namespace proctape
