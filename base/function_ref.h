// SPDX-License-Identifier: Apache-2.0
//
// A function as a parameter: refers to it and, unlike std::function, never allocates. The
// function must outlive the reference, as the argument of a call does.
#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <type_traits>

namespace proctape {

template <typename Signature>
class FunctionRef;

template <typename Return, typename... Arguments>
class FunctionRef<Return(Arguments...)> {
 public:
  template <typename Function>
  requires(!std::same_as<std::remove_cvref_t<Function>, FunctionRef> &&
           std::is_invocable_r_v<Return, Function&, Arguments...>)
      FunctionRef(Function&& function)  // NOLINT(google-explicit-constructor,*-forward*)
      : object_(const_cast<void*>(static_cast<const void*>(std::addressof(function)))),
        call_([](void* object, Arguments... arguments) -> Return {
          return std::invoke(*static_cast<std::remove_reference_t<Function>*>(object),
                             std::forward<Arguments>(arguments)...);
        }) {}

  Return operator()(Arguments... arguments) const {
    return call_(object_, std::forward<Arguments>(arguments)...);
  }

 private:
  void* object_;
  Return (*call_)(void*, Arguments...);
};

}  // namespace proctape
