// SPDX-License-Identifier: Apache-2.0
//
// All there is in a sample, one object after another: what outputs need that show everything. They
// know no member by name; what is new in a schema is new in all of them.
//
//   struct Visitor {
//     // A disk, the memory ... begins. `kind`: the name of its group or list ("disk").
//     void begin(std::string_view kind, std::string_view meaning);
//     // Which one it is. A Value is a Count, a Quantity, a float, bool, char, or a text.
//     void label(const Metric& metric, const Value& value);
//     void value(const Metric& metric, const Value& value);
//     void end();
//   };
//
// An object's labels come before its values. Lists come behind the object that they are in.
#pragma once

#include <string_view>
#include <type_traits>

#include "base/units.h"
#include "sample/sample.h"
#include "sample/schema.h"

namespace proctape {

// What a number counts.
enum class MetricUnit {
  kNone,  // a count, a number, a ratio
  kBytes,
  kSectors,
  kTicks,
  kNanoseconds,
  kMicroseconds,
  kMilliseconds,
  kSeconds,
  kText,
};

template <typename V>
inline constexpr MetricUnit kUnitOf =
    std::is_arithmetic_v<V> ? MetricUnit::kNone : MetricUnit::kText;
template <>
inline constexpr MetricUnit kUnitOf<Bytes> = MetricUnit::kBytes;
template <>
inline constexpr MetricUnit kUnitOf<Sectors> = MetricUnit::kSectors;
template <>
inline constexpr MetricUnit kUnitOf<Ticks> = MetricUnit::kTicks;
template <>
inline constexpr MetricUnit kUnitOf<Nanoseconds> = MetricUnit::kNanoseconds;
template <>
inline constexpr MetricUnit kUnitOf<Microseconds> = MetricUnit::kMicroseconds;
template <>
inline constexpr MetricUnit kUnitOf<Milliseconds> = MetricUnit::kMilliseconds;
template <>
inline constexpr MetricUnit kUnitOf<Seconds> = MetricUnit::kSeconds;

// One member of an object.
struct Metric {
  std::string_view part;  // of the object that it is in ("times"), or empty
  std::string_view name;
  Role role;
  MetricUnit unit;
  std::string_view meaning;
};

namespace visiting {

template <typename Row>
constexpr Metric metric_of(std::string_view part) {
  using Value =
      std::remove_cvref_t<decltype(std::declval<typename Row::Struct>().*Row::row().member)>;
  return {part, Row::row().name, Row::row().role, kUnitOf<Value>, Row::row().meaning};
}

constexpr bool is_value(Role role) {
  return role != Role::kKey && role != Role::kIdentity && role != Role::kPart &&
         role != Role::kGroup && role != Role::kList;
}

// A struct that has nothing but lists and other objects is none itself.
template <typename T>
constexpr bool is_object() {
  bool any = false;
  for_each_row<T>([&]<typename Row>(Row) {
    any = any || is_value(Row::row().role) || Row::row().role == Role::kPart;
  });
  return any;
}

template <typename T, typename Visitor>
void visit_members(const T& of, std::string_view part, bool keys, Visitor& visitor) {
  for_each_row<T>([&]<typename Row>(Row) {
    constexpr auto kMember = Row::row().member;
    constexpr Role kRole = Row::row().role;
    if constexpr (kRole == Role::kPart) {
      using Part = std::remove_cvref_t<decltype(of.*kMember)>;
      if constexpr (HasSchema<Part>) {
        visit_members(of.*kMember, Row::row().name, keys, visitor);
      } else {
        visit_members(*(of.*kMember), Row::row().name, keys, visitor);  // boxed
      }
    } else if constexpr (kRole == Role::kKey) {
      if (keys) visitor.label(metric_of<Row>(part), of.*kMember);
    } else if constexpr (is_value(kRole)) {
      if (!keys) visitor.value(metric_of<Row>(part), of.*kMember);
    }
  });
}

template <typename T, typename Visitor>
void visit_object(const T& of, std::string_view kind, std::string_view meaning, Visitor& visitor) {
  if constexpr (is_object<T>()) {
    visitor.begin(kind, meaning);
    visit_members(of, {}, true, visitor);
    visit_members(of, {}, false, visitor);
    visitor.end();
  }
  for_each_row<T>([&]<typename Row>(Row) {
    constexpr auto kMember = Row::row().member;
    if constexpr (Row::row().role == Role::kGroup) {
      visit_object(of.*kMember, Row::row().name, Row::row().meaning, visitor);
    } else if constexpr (Row::row().role == Role::kList) {
      for (const auto& element : of.*kMember) {
        visit_object(element, Row::row().name, Row::row().meaning, visitor);
      }
    }
  });
}

}  // namespace visiting

// The sample itself ("sample"), the system, tasks and cgroups.
template <typename Visitor>
void visit(const Sample& sample, Visitor& visitor) {
  visiting::visit_object(sample, "sample", "one interval", visitor);
}

}  // namespace proctape
