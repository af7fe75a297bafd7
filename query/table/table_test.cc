// SPDX-License-Identifier: Apache-2.0
#include "query/table/table.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

struct Row {
  double cpu;
  std::string name;
};

constexpr ColumnOf<Row> kColumns[] = {
    {{"cpu", "CPU %", ColumnUnit::kPercent, "share"},
     [](const Row& row) { return Value(row.cpu); }},
    {{"name", "name", ColumnUnit::kText, "name"}, [](const Row& row) { return Value(row.name); }},
};

Table made(const std::vector<Row>& rows) {
  Table table = table_of<Row>("rows", "Rows", kColumns);
  for (const Row& row : rows) table.rows.push_back(values_of<Row>(row, kColumns));
  return table;
}

std::string order(const Table& table) {
  std::string names;
  for (const auto& row : table.rows) names += std::get<std::string>(row[1]);
  return names;
}

TEST(Table, NamesOfColumnsHaveTheirUnit) {
  const Table table = made({});
  EXPECT_EQ(full_name(table.columns[0]), "cpu_percent");
  EXPECT_EQ(full_name(table.columns[1]), "name");
  EXPECT_EQ(table.find("cpu"), 0U);
  EXPECT_EQ(table.find("cpu_percent"), 0U);
  EXPECT_EQ(table.find("cpu_per"), Table::npos);
}

TEST(Table, SortsNumbersByTheMostAndTextsByTheAlphabetAndWhatIsNotKnownLast) {
  Table table = made({{1, "b"}, {kNotKnown, "d"}, {3, "a"}, {2, "c"}});
  table.sort(0);
  EXPECT_EQ(order(table), "acbd");
  table.sort(0, true);
  EXPECT_EQ(order(table), "bcad");
  table.sort(1);
  EXPECT_EQ(order(table), "abcd");
  table.sort(1, true);
  EXPECT_EQ(order(table), "dcba");
}

}  // namespace
}  // namespace proctape
