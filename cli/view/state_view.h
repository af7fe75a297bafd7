// SPDX-License-Identifier: Apache-2.0
//
// Members of the JSON that a daemon wrote, perhaps one of another version: what is not there, or
// of another type, is empty.
#pragma once

#include <rapidjson/document.h>

#include <string>

#include "cli/output/human.h"

namespace proctape {

class StateView {
 public:
  explicit StateView(const rapidjson::Value& value) : value_(&value) {}

  StateView operator[](const char* name) const {
    static const rapidjson::Value kNothing;
    if (!value_->IsObject()) return StateView(kNothing);
    const auto member = value_->FindMember(name);
    return StateView(member == value_->MemberEnd() ? kNothing : member->value);
  }

  double number() const { return value_->IsNumber() ? value_->GetDouble() : 0; }
  Count count() const { return value_->IsInt64() ? value_->GetInt64() : 0; }
  bool truth() const { return value_->IsBool() && value_->GetBool(); }
  // Fit for a terminal.
  std::string text() const {
    constexpr std::size_t kLongest = 4096;
    return value_->IsString()
               ? printable({value_->GetString(), value_->GetStringLength()}, kLongest)
               : std::string();
  }
  // Calls `with` with each element.
  template <typename With>
  void each(With with) const {
    if (!value_->IsArray()) return;
    for (const auto& element : value_->GetArray()) with(StateView(element));
  }

 private:
  const rapidjson::Value* value_;
};

}  // namespace proctape
