// SPDX-License-Identifier: Apache-2.0
//
// Of which member of a sample each member of a log is made, found out by changing one after
// another and looking at what becomes different in the record: what the schema says of ours is
// what there is to say of atop's.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/units.h"
#include "rawlog/layout/leaves.h"
#include "rawlog/layout/record.h"
#include "sample/sample.h"
#include "sample/schema.h"

namespace proctape {

// What the schema says of one member.
struct SchemaMember {
  Role role = Role::kGauge;    // kList: how many elements that list has
  std::string meaning;         // with what the structs around it add
  const void* list = nullptr;  // that it is the number of, or whose elements have it
};

// "sstat.cpu.cpu[2048].stime" without the number.
inline std::string without_sizes(std::string_view path) {
  std::string result;
  bool size = false;
  for (const char c : path) {
    if (c == ']') size = false;
    if (!size) result += c;
    if (c == '[') size = true;
  }
  return result;
}

namespace member_search {

constexpr bool is_struct(Role role) {
  return role == Role::kPart || role == Role::kGroup || role == Role::kList;
}

// The struct of a part, a group, or the elements of a list.
template <typename Value>
auto struct_of(const Value& value) {
  if constexpr (HasSchema<Value>) {
    return std::type_identity<Value>{};
  } else if constexpr (requires { typename Value::value_type; }) {
    return std::type_identity<typename Value::value_type>{};
  } else {
    return std::type_identity<std::remove_cvref_t<decltype(*value)>>{};  // boxed
  }
}

// The rows in which each struct stands, by its schema.
using Places = std::map<const void*, std::set<const void*>>;

template <typename T>
void find_places(Places& places) {
  for_each_row<T>([&]<typename Row>(Row) {
    if constexpr (is_struct(Row::row().role)) {
      using Value = std::remove_cvref_t<decltype(std::declval<T>().*Row::row().member)>;
      using Inner = typename decltype(struct_of(std::declval<Value>()))::type;
      places[&Schema<Inner>::kRows].insert(&Row::row());
      find_places<Inner>(places);
    }
  });
}

template <typename T>
bool stands_in_several_places() {
  static const Places kPlaces = [] {
    Places places;
    find_places<Sample>(places);
    return places;
  }();
  const auto found = kPlaces.find(&Schema<T>::kRows);
  return found != kPlaces.end() && found->second.size() > 1;
}

// What the structs around a member say of it.
struct Around {
  std::string_view part;    // which one it is of those that a sample has several of
  std::string_view source;  // where its members come from that do not tell it themselves
  const void* list = nullptr;
};

constexpr std::string_view kSourceFollows = ": ";

template <typename T, typename Row>
Around within(Around around, const Row& row) {
  if (row.role != Role::kPart) around.part = {};
  if (row.role == Role::kPart && around.part.empty() && stands_in_several_places<T>()) {
    around.part = row.meaning;
  }
  const std::size_t source = row.meaning.find(kSourceFollows);
  if (source != row.meaning.npos) {
    around.source = row.meaning.substr(source + kSourceFollows.size());
  }
  if (row.role == Role::kList) around.list = &row;
  return around;
}

template <typename Row>
SchemaMember member_of(const Around& around, const Row& row) {
  std::string meaning(row.meaning);
  const std::size_t remarks = std::min(meaning.find("; "), meaning.size());
  std::string more;
  if (!around.part.empty()) more = ", " + std::string(around.part);
  const bool has_source = (meaning + more).find(kSourceFollows) != meaning.npos;
  if (!has_source && !around.source.empty()) {
    more += std::string(kSourceFollows) + std::string(around.source);
  }
  meaning.insert(remarks, more);
  return {row.role, std::move(meaning), row.role == Role::kList ? &row : around.list};
}

// Calls `use` with each member, and what is around it; of lists with themselves, and then with the
// members of their first element.
template <typename T, typename Use>
void for_each_member_within(T& of, const Around& around, Use& use) {
  for_each_row<T>([&]<typename Row>(Row) {
    constexpr auto kMember = Row::row().member;
    constexpr Role kRole = Row::row().role;
    auto& value = of.*kMember;
    if constexpr (is_struct(kRole)) {
      if constexpr (kRole == Role::kList) use.template operator()<Row>(around, value);
      using Inner = typename decltype(struct_of(value))::type;
      const Around inner = within<Inner>(around, Row::row());
      if constexpr (kRole == Role::kList) {
        if (!value.empty()) for_each_member_within(value.front(), inner, use);
      } else if constexpr (std::is_same_v<Inner, std::remove_cvref_t<decltype(value)>>) {
        for_each_member_within(value, inner, use);
      } else {
        Inner whole = *value;
        for_each_member_within(whole, inner, use);
        value = whole;
      }
    } else if constexpr (kRole != Role::kIdentity) {
      use.template operator()<Row>(around, value);
    }
  });
}

// Makes an object of which a record shows each member: lists have an element, flags are set, as
// CPUs that are offline are not stored.
struct Fill {
  template <typename Row, typename Value>
  void operator()(const Around&, Value& value) const {
    if constexpr (Row::row().role == Role::kList) value.resize(1);
    if constexpr (std::is_same_v<Value, bool>) value = true;
  }
};

// Changes the member whose turn it is.
struct Change {
  std::size_t turn;
  std::int64_t number;
  std::size_t seen = 0;
  std::optional<SchemaMember> member;

  template <typename Row, typename Value>
  void operator()(const Around& around, Value& value) {
    if (seen++ != turn) return;
    member = member_of(around, Row::row());
    if constexpr (Row::row().role == Role::kList) {
      value.push_back(value.front());
    } else if constexpr (std::is_same_v<Value, bool>) {
      value = !value;
    } else if constexpr (std::is_same_v<Value, char>) {
      value = 'x';
    } else if constexpr (std::is_same_v<Value, float>) {
      value = 1;
    } else if constexpr (kIsWhole<Value>) {
      plain(value) = number;
    } else {
      value.assign("x");
    }
  }
};

// The lesser shows in bits and flags, the other, some pages, in members of any unit.
constexpr std::int64_t kNumbers[] = {1, 12288};

struct Leaf {
  std::string path;
  std::size_t offset;
  std::size_t size;
  std::map<std::size_t, SchemaMember> members;  // by their turn
};

template <const auto& Table>
std::vector<std::byte> encoded(const TableSource<Table>& object, Version version) {
  constexpr std::int64_t kPageSize = 4096;
  const auto& record = record_of<Table>(version);
  std::vector<std::byte> bytes(record.size());
  record.encode(object, kPageSize, bytes.data());
  return bytes;
}

template <const auto& Table>
void find_members(Version version, std::vector<Leaf>& leaves) {
  TableSource<Table> object;
  Fill fill;
  for_each_member_within(object, {}, fill);
  const auto before = encoded<Table>(object, version);
  for (std::size_t turn = 0;; ++turn) {
    for (const std::int64_t number : kNumbers) {
      TableSource<Table> changed = object;
      Change change{turn, number, 0, {}};
      for_each_member_within(changed, {}, change);
      if (!change.member) return;
      const auto after = encoded<Table>(changed, version);
      for (Leaf& leaf : leaves) {
        if (std::memcmp(&before[leaf.offset], &after[leaf.offset], leaf.size) != 0) {
          leaf.members.emplace(turn, *change.member);
        }
      }
    }
  }
}

// "cpu" of the list that has the member "sstat.cpu.cpu[].stime"
inline std::string name_of_list(const std::map<std::string, SchemaMember>& members,
                                const void* list) {
  for (const auto& [path, member] : members) {
    const std::size_t end = path.find("[]");
    if (member.list != list || end == path.npos) continue;
    const std::size_t begin = path.rfind('.', end) + 1;
    return path.substr(begin, end - begin);
  }
  return "?";
}

}  // namespace member_search

// Of which member of ours each member of atop's record `name` is made, in the last version that
// has it. Those that are made of none, or of several, are missing.
template <const auto& Table>
std::map<std::string, SchemaMember> schema_members(const std::string& name, Version first) {
  using namespace member_search;
  std::map<std::string, SchemaMember> members;
  std::set<std::string> known;
  for (std::size_t i = kVersions.size(); i-- > index_of(first);) {
    std::vector<Leaf> leaves;
    for_each_leaf(layout_of<Table>(kVersions[i]), name, [&](const LeafMember& leaf) {
      const std::string path = without_sizes(leaf.path);
      if (leaf.spare || !known.insert(path).second) return;
      leaves.push_back({path, leaf.offset, leaf.size, {}});
    });
    if (leaves.empty()) continue;
    find_members<Table>(kVersions[i], leaves);
    for (const Leaf& leaf : leaves) {
      if (leaf.members.size() == 1) members.emplace(leaf.path, leaf.members.begin()->second);
    }
  }
  for (auto& [path, member] : members) {
    if (member.role != Role::kList) continue;
    member.meaning = "elements of `" + name_of_list(members, member.list) + "` that count, each " +
                     member.meaning;
  }
  return members;
}

}  // namespace proctape
