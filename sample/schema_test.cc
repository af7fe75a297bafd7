// SPDX-License-Identifier: Apache-2.0
#include "sample/schema.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <ios>
#include <set>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

#include "sample/activity.h"
#include "sample/clear.h"
#include "sample/deviation/subtract.h"
#include "sample/sample.h"
#include "sample/visit.h"

namespace proctape {
namespace {

// Calls `use` with a type_identity of each struct that Sample is made of.
template <typename T, typename Use>
void for_each_struct(Use use) {
  use(std::type_identity<T>{});
  for_each_row<T>([&]<typename Row>(Row) {
    using Value = std::remove_cvref_t<decltype(std::declval<T>().*Row::row().member)>;
    constexpr Role kRole = Row::row().role;
    if constexpr (kRole == Role::kList) {
      for_each_struct<typename Value::value_type>(use);
    } else if constexpr (kRole == Role::kPart || kRole == Role::kGroup) {
      if constexpr (HasSchema<Value>) {
        for_each_struct<Value>(use);
      } else {
        for_each_struct<std::remove_cvref_t<decltype(*std::declval<Value>())>>(use);
      }
    }
  });
}

// What a collector alone knows of tasks, what tells cgroups apart in a snapshot, and the pids of
// cgroups, which are no objects.
template <typename T>
inline constexpr bool kHasMoreThanItsSchema =
    std::is_same_v<T, Task> || std::is_same_v<T, Cgroup> || std::is_same_v<T, Sample>;

// A member without a row would be subtracted, cleared and shown by nobody.
TEST(Schema, HasARowForEachMember) {
  for_each_struct<Sample>([]<typename T>(std::type_identity<T>) {
    if constexpr (!kHasMoreThanItsSchema<T>) {
      const T object{};
      std::vector<bool> covered(sizeof(T));
      for_each_row<T>([&]<typename Row>(Row) {
        const auto& member = object.*Row::row().member;
        const auto begin = static_cast<std::size_t>(reinterpret_cast<const std::byte*>(&member) -
                                                    reinterpret_cast<const std::byte*>(&object));
        for (std::size_t i = 0; i < sizeof member; ++i) {
          EXPECT_FALSE(covered[begin + i]) << "a second row for " << Row::row().name;
          covered[begin + i] = true;
        }
      });
      // What is left is padding in front of the next member, or of the end.
      std::size_t gap = 0;
      for (const bool byte : covered) {
        gap = byte ? 0 : gap + 1;
        EXPECT_LT(gap, alignof(T)) << __PRETTY_FUNCTION__;
      }
    }
  });
}

TEST(Schema, HasADifferentNameAndAMeaningForEachMember) {
  for_each_struct<Sample>([]<typename T>(std::type_identity<T>) {
    std::set<std::string_view> names;
    for_each_row<T>([&]<typename Row>(Row) {
      constexpr const auto& kRow = Row::row();
      if constexpr (kRow.role != Role::kIdentity) {
        EXPECT_FALSE(kRow.name.empty()) << __PRETTY_FUNCTION__;
        EXPECT_FALSE(kRow.meaning.empty()) << kRow.name << " in " << __PRETTY_FUNCTION__;
        EXPECT_EQ(kRow.meaning.find_first_of("|\n\t"), kRow.meaning.npos)
            << kRow.name << " in " << __PRETTY_FUNCTION__ << ": it is a cell of a table";
        EXPECT_TRUE(names.insert(kRow.name).second) << kRow.name << " in " << __PRETTY_FUNCTION__;
      }
    });
  });
}

// Writes what it is shown.
struct Words {
  void begin(std::string_view kind, std::string_view) { text += std::string(kind) + " {"; }
  template <typename V>
  void label(const Metric& metric, const V& value) {
    put(metric, value);
    text += '!';
  }
  template <typename V>
  void value(const Metric& metric, const V& value) {
    put(metric, value);
  }
  void end() { text += " }\n"; }

  template <typename V>
  void put(const Metric& metric, const V& value) {
    text += ' ';
    if (!metric.part.empty()) text += std::string(metric.part) + '.';
    text += std::string(metric.name) + '=';
    if constexpr (kIsWhole<V>) {
      text += std::to_string(plain(value));
    } else if constexpr (std::is_arithmetic_v<V>) {
      std::ostringstream out;
      out << std::boolalpha << value;
      text += out.str();
    } else {
      text += std::string_view(value);
    }
  }

  std::string text;
};

TEST(Visit, ShowsEachObjectWithItsLabelsFirst) {
  Sample sample;
  sample.system.disks.lvm = {{.name = "root", .reads = 3, .busy = {7}}};
  sample.system.cpus.each = {{.number = 1, .online = true, .times = {.user = {5}}}};
  Words words;
  visit(sample, words);
  EXPECT_NE(words.text.find("lvm { name=root! reads=3 sectors_read=0 writes=0 sectors_written=0 "
                            "busy=7 queue_time=0 "),
            words.text.npos)
      << words.text;
  EXPECT_NE(words.text.find("cpu { number=1! node=-1 online=true times.user=5 times.nice=0 "),
            words.text.npos)
      << words.text;
  EXPECT_NE(words.text.find("\npressure { present=false cpu_some.avg10=0 "), words.text.npos)
      << words.text;
  EXPECT_EQ(words.text.find("disks {"), words.text.npos) << "it has nothing but lists";
}

// ---- A member more: what does it take? ----

struct Paging {
  Count swap_ins = 0;
  Bytes held;
  Count wraps = 0;
};

}  // namespace

template <>
struct Schema<Paging> {
  static constexpr auto kRows = schema::rows(
      schema::counter("swap_ins", &Paging::swap_ins, "pages read from swap: pswpin").activity(),
      schema::gauge("held", &Paging::held, "what is held"),
      schema::counter("wraps", &Paging::wraps, "a counter of a driver").of_32_bits());
};

namespace {

TEST(Schema, ARowIsAllThatANewMemberTakes) {
  const Paging before{.swap_ins = 10, .held = {5}, .wraps = 0xFFFFFFFF};
  Paging now{.swap_ins = 17, .held = {9}, .wraps = 2};
  subtract_counters(OnFall::kNothing, before, now);
  EXPECT_EQ(now.swap_ins, 7);
  EXPECT_EQ(now.held, Bytes{9});
  EXPECT_EQ(now.wraps, 3);
  EXPECT_EQ(activity(now), 7);
  Words words;
  visiting::visit_object(now, "paging", "paging", words);
  EXPECT_EQ(words.text, "paging { swap_ins=7 held=9 wraps=3 }\n");
}

TEST(Clear, SetsDefaultsAndKeepsTheMemoryOfLists) {
  System system;
  system.memory.total = {5};
  system.disks.md.resize(7);
  const auto* room = system.disks.md.data();
  clear(system);
  EXPECT_EQ(system, System());
  system.disks.md.resize(7);
  EXPECT_EQ(system.disks.md.data(), room);
}

}  // namespace
}  // namespace proctape
