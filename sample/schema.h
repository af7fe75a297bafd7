// SPDX-License-Identifier: Apache-2.0
//
// What there is to know of each member of a sample, in one place. Beside each struct of the sample
// stands Schema<Struct>: one row per member, with its name, its role and its meaning; the
// unit follows from its type. From the rows follow subtraction, what is kept while a source
// fails, clearing, what counts as activity, and what outputs show (sample/visit.h).
//
// Rows are constants that the compiler looks at: what is made of them costs what it would cost
// written by hand, and texts that nobody asks for are in no program.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/units.h"
#include "sample/identity.h"

namespace proctape {

enum class Role : std::uint8_t {
  kIdentity,  // what makes an element of a list the same one in two snapshots (sample/identity.h)
  kKey,  // by which people tell the elements of a list; and programs, where no identity is known
  kCounter,  // grows from the boot on, of a task from its start; in a Sample what the interval
             // added
  kCpuTime,  // a counter of ticks of which an interval has only so many
  kGauge,    // the value at that moment
  kSetting,  // configured, a limit, or what a device can
  kDerived,  // follows from other members
  kPart,     // a struct with a schema of its own, that belongs to the one around it
  kGroup,    // such a struct that is an object of its own
  kList,     // a std::vector of such structs, of which each is an object
};

// What `Value S::*member` is.
template <typename S, typename Value>
struct SchemaRow {
  std::string_view name;
  Value S::*member;
  Role role;
  // "what it is: the kernel's word or file for it; what else there is to know". What a part, a
  // group or a list names behind its colon holds for those of its members that name nothing. The
  // meaning of a part whose struct a sample has in several places is that of each member, too.
  // docs/FIELDS.md shows it to people.
  std::string_view meaning;
  // Counters that the kernel or a driver keeps in 32 bits: they wrap.
  bool is_narrow = false;
  // Adds to what the element did in an interval, by which the busiest are chosen.
  bool is_activity = false;

  constexpr bool is_counter() const { return role == Role::kCounter || role == Role::kCpuTime; }

  constexpr SchemaRow of_32_bits() const {
    SchemaRow row = *this;
    row.is_narrow = true;
    return row;
  }
  constexpr SchemaRow activity() const {
    SchemaRow row = *this;
    row.is_activity = true;
    return row;
  }
};

namespace schema {

// Makes rows: of a member's name for outputs, the member, and its meaning.
template <Role kRole>
struct MakeRow {
  template <typename S, typename V>
  constexpr SchemaRow<S, V> operator()(std::string_view name, V S::*member,
                                       std::string_view meaning) const {
    static_assert(kRole != Role::kCpuTime || std::is_same_v<V, Ticks>);
    return {name, member, kRole, meaning};
  }
};
// They are used as functions.
// NOLINTBEGIN(readability-identifier-naming)
inline constexpr MakeRow<Role::kKey> key;
inline constexpr MakeRow<Role::kCounter> counter;
inline constexpr MakeRow<Role::kCpuTime> cpu_time;
inline constexpr MakeRow<Role::kGauge> gauge;
inline constexpr MakeRow<Role::kSetting> setting;
inline constexpr MakeRow<Role::kDerived> derived;
inline constexpr MakeRow<Role::kPart> part;
inline constexpr MakeRow<Role::kGroup> group;
inline constexpr MakeRow<Role::kList> list;
// NOLINTEND(readability-identifier-naming)

template <typename S>
constexpr SchemaRow<S, Identity> identity(Identity S::*member) {
  return {{}, member, Role::kIdentity, {}};
}

// Rows one after another. No std::tuple, which takes seconds to compile in every file.
template <std::size_t kIndex, typename Row>
struct Place {
  Row row;
};
template <typename Indices, typename... Row>
struct Places;
template <std::size_t... kIndex, typename... Row>
struct Places<std::index_sequence<kIndex...>, Row...> : Place<kIndex, Row>... {};
template <typename... Row>
constexpr auto rows(Row... row) {
  return Places<std::index_sequence_for<Row...>, Row...>{{row}...};
}
template <std::size_t kIndex, typename Row>
constexpr const Row& row_at(const Place<kIndex, Row>& place) {
  return place.row;
}
// Of members of one type, which are counted up at run time too (sample/protocol.h).
template <std::size_t kIndex, typename Row, std::size_t kSize>
constexpr const Row& row_at(const std::array<Row, kSize>& rows) {
  return rows[kIndex];
}
template <typename Row, std::size_t kSize>
constexpr std::size_t count_of(const std::array<Row, kSize>&) {
  return kSize;
}
template <typename Indices, typename... Row>
constexpr std::size_t count_of(const Places<Indices, Row...>&) {
  return sizeof...(Row);
}

// Which rows are wanted (for_each_member).
inline constexpr auto kCounters = [](const auto& row) { return row.is_counter(); };
inline constexpr auto kParts = [](const auto& row) { return row.role == Role::kPart; };
inline constexpr auto kGroups = [](const auto& row) { return row.role == Role::kGroup; };

}  // namespace schema

// Has `static constexpr auto kRows`, made by schema::rows().
template <typename S>
struct Schema;

// Of a member's type, or of what is in its box.
template <typename S>
concept HasSchema = requires {
  Schema<S>::kRows;
};

// Which row of which struct: a type, so that the row is a constant wherever it is handed on.
template <typename S, std::size_t kIndex>
struct RowOf {
  using Struct = S;
  static constexpr const auto& row() { return schema::row_at<kIndex>(Schema<S>::kRows); }
};

template <typename S>
inline constexpr std::size_t kRowCount = schema::count_of(Schema<S>::kRows);

// Calls `use` with a RowOf for each row of S, in their order.
template <typename S, typename Use>
constexpr void for_each_row(Use use) {
  [&]<std::size_t... kIndex>(std::index_sequence<kIndex...>) { (use(RowOf<S, kIndex>{}), ...); }
  (std::make_index_sequence<kRowCount<S>>{});
}

// Calls `use` with the pointer to each member of S whose row `wanted`, a constant function,
// accepts.
template <typename S, typename Wanted, typename Use>
constexpr void for_each_member(Wanted, Use use) {
  for_each_row<S>([&]<typename Row>(Row) {
    if constexpr (Wanted{}(Row::row())) {
      constexpr auto kMember = Row::row().member;
      use(kMember);
    }
  });
}

}  // namespace proctape
