// SPDX-License-Identifier: Apache-2.0
#include "report/plot/places.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "query/measure/task_identity.h"

namespace proctape {

std::size_t Places::free_place_of(Count uid) {
  std::set<std::size_t>& free = free_[uid];
  Row& row = rows_[uid];
  if (free.empty()) {
    row.emplace_back();
    return row.size() - 1;
  }
  return free.extract(free.begin()).value();
}

void Places::next(std::span<const Shot> shots) {
  ++sample_;
  for (auto& [uid, row] : rows_) std::ranges::fill(row, std::nullopt);
  // Of those that were there already.
  std::vector<std::size_t> others;
  for (std::size_t i = 0; i < shots.size(); ++i) {
    const auto found = places_.find(shots[i].pid);
    const bool is_known = found != places_.end() && found->second.uid == shots[i].uid &&
                          is_same_start(found->second.started, shots[i].started);
    if (!is_known) {
      others.push_back(i);
      continue;
    }
    // Listed twice is one that ended after it was seen: as ended.
    rows_[shots[i].uid][found->second.index] = i;
    found->second.sample = sample_;
  }
  std::erase_if(places_, [&](const auto& each) {
    const Place& place = each.second;
    if (place.sample == sample_) return false;
    free_[place.uid].insert(place.index);
    return true;
  });
  // Rows end with the last task.
  for (auto& [uid, row] : rows_) {
    std::set<std::size_t>& free = free_[uid];
    while (!row.empty() && free.contains(row.size() - 1)) {
      free.erase(row.size() - 1);
      row.pop_back();
    }
  }
  std::ranges::stable_sort(others, {}, [&](std::size_t i) {
    return std::tuple(shots[i].started, shots[i].tgid, shots[i].pid);
  });
  for (const std::size_t i : others) {
    const Shot& shot = shots[i];
    const auto [found, is_new] = places_.try_emplace(shot.pid);
    Place& place = found->second;
    // A pid that is there twice, of one task that ended and of the next: the last one has the
    // place.
    if (is_new || place.uid != shot.uid) {
      if (!is_new) free_[place.uid].insert(place.index);
      if (!is_new) rows_[place.uid][place.index] = std::nullopt;
      place.index = free_place_of(shot.uid);
    }
    place.started = shot.started;
    place.uid = shot.uid;
    place.sample = sample_;
    rows_[shot.uid][place.index] = i;
  }
  std::erase_if(rows_, [](const auto& each) { return each.second.empty(); });
}

}  // namespace proctape
