// SPDX-License-Identifier: Apache-2.0
//
// A question that `proctape show TOPIC` answers, and that pages and exports ask, too: it sees
// samples, one after another, and answers by tables. A new topic is a file here and a row in
// topics.cc.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "query/table/table.h"
#include "sample/host.h"
#include "sample/sample.h"
#include "sample/task.h"

namespace proctape {

// What is asked.
struct Question {
  std::size_t top = 0;      // rows of each list in a table of several lists; 0: all
  std::size_t points = 0;   // rows of a time line, of which each is a mean then; 0: all
  std::string subject;      // "process": which one
  bool for_people = false;  // a summary is wanted, not every row
  // The name of a user; numbers where it is not known.
  std::function<std::string(Count uid)> user_name;
};

class Topic {
 public:
  virtual ~Topic() = default;

  // The next sample of one host, in the order of time: it begins, then come its tasks, one after
  // another, and it ends. Tasks are without the I/O of children in that of their parents
  // (own_io.h); not `is_meant` are those that the filters leave out.
  virtual void begin(const Host& host, const Sample& sample) = 0;
  virtual void take(const Task& task, bool is_meant) = 0;
  virtual void end() = 0;

  // Of all samples so far; in their own order, which --sort may change.
  virtual std::vector<Table> answer() const = 0;

 protected:
  Topic() = default;
  Topic(const Topic&) = default;
  Topic& operator=(const Topic&) = default;
};

struct TopicRow {
  std::string_view name;
  std::string_view subject;  // what has to be said behind it; mostly empty
  std::string_view meaning;  // of a help
  std::unique_ptr<Topic> (*make)(const Question& question);
};

// All there are, in the order of a help.
std::span<const TopicRow> topics();

}  // namespace proctape
