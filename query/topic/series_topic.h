// SPDX-License-Identifier: Apache-2.0
//
// What topics have in common that ask what the host as a whole did.
#pragma once

#include "query/measure/system_series.h"
#include "query/topic/system_tables.h"
#include "query/topic/topic.h"

namespace proctape {

class SeriesTopic : public Topic {
 public:
  void begin(const Host& host, const Sample& sample) final {
    series_.begin(host, sample);
    add(host, sample);
  }
  void take(const Task& task, bool is_meant) final {
    series_.take(task);
    if (is_meant) add_task(task);
  }
  void end() final {
    series_.end();
    finish();
  }

 protected:
  explicit SeriesTopic(const Question& question)
      : question_(question), series_(series_for(question)) {}

  const SystemSeries& series() const { return series_; }
  const Question& question() const { return question_; }

 private:
  // What they want beyond.
  virtual void add(const Host& /*host*/, const Sample& /*sample*/) {}
  virtual void add_task(const Task& /*task*/) {}
  virtual void finish() {}

  Question question_;
  SystemSeries series_;
};

}  // namespace proctape
