// SPDX-License-Identifier: Apache-2.0
//
// Where the dots of tasks are in a grid: each keeps its place as long as it lives, new ones come
// behind the others of their user, in the order of their starts, or take places that are free.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/units.h"
#include "report/plot/shot.h"

namespace proctape {

class Places {
 public:
  // Of one user; empty places are those of tasks that are gone.
  using Row = std::vector<std::optional<std::size_t>>;  // index of a shot

  // The tasks of the next sample.
  void next(std::span<const Shot> shots);

  // By user, the indexes into the shots of the last sample.
  const std::map<Count, Row>& rows() const { return rows_; }

 private:
  struct Place {
    Seconds started;
    Count uid = 0;
    std::size_t index = 0;   // in its row
    std::size_t sample = 0;  // the last that had the task
  };

  std::size_t free_place_of(Count uid);

  std::unordered_map<Count, Place> places_;  // by pid, of threads too
  std::map<Count, Row> rows_;                // by uid
  std::map<Count, std::set<std::size_t>> free_;
  std::size_t sample_ = 0;
};

}  // namespace proctape
