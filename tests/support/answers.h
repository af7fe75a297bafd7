// SPDX-License-Identifier: Apache-2.0
//
// What topics answer to samples that a test has made.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "query/topic/topic.h"
#include "tests/support/plausible_sample.h"

namespace proctape {

inline std::unique_ptr<Topic> topic_named(std::string_view name, const Question& question = {}) {
  const auto found = std::ranges::find(topics(), name, &TopicRow::name);
  return found == topics().end() ? nullptr : found->make(question);
}

// All tasks are meant but those called `left_out`.
inline std::vector<Table> answer_to(std::string_view topic, const std::vector<Sample>& samples,
                                    std::string_view left_out = "-") {
  const auto made = topic_named(topic);
  for (const Sample& sample : samples) {
    made->begin(plausible_host(), sample);
    for (const Task& task : sample.tasks) made->take(task, task.identity.name != left_out);
    made->end();
  }
  return made->answer();
}

// Of the table's row whose value of the column `key` is `name`.
inline const std::vector<Value>* row_of(const Table& table, std::string_view key,
                                        std::string_view name) {
  const std::size_t column = table.find(key);
  for (const auto& row : table.rows) {
    const auto* text = std::get_if<std::string>(&row.at(column));
    if (text && *text == name) return &row;
  }
  return nullptr;
}

// NaN where there is none.
inline double number_in(const Table& table, const std::vector<Value>* row,
                        std::string_view column) {
  const std::size_t place = table.find(column);
  if (!row || place == Table::npos) {
    ADD_FAILURE() << table.name << ": no such row, or no column " << column;
    return kNotKnown;
  }
  const Value& value = row->at(place);
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (const auto* measured = std::get_if<Measured>(&value)) return measured->number;
  return kNotKnown;
}
inline double number_in(const Table& table, std::string_view key, std::string_view name,
                        std::string_view column) {
  return number_in(table, row_of(table, key, name), column);
}
inline bool is_nothing(const Table& table, const std::vector<Value>* row, std::string_view column) {
  return row && std::holds_alternative<std::monostate>(row->at(table.find(column)));
}

}  // namespace proctape
