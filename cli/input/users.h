// SPDX-License-Identifier: Apache-2.0
//
// The names of users, which no log has: those of this machine, for its own logs.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "base/units.h"

namespace proctape {

class Users {
 public:
  // `host` is whose log it is, as uname calls it.
  void use_for(const std::string& host);
  // Empty where it is not known.
  std::string name_of(Count uid);

 private:
  bool are_ours_ = false;
  std::unordered_map<Count, std::string> names_;
};

// By the user's name here, or a number.
std::optional<Count> find_user(const std::string& name);

}  // namespace proctape
