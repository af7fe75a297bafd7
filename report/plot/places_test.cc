// SPDX-License-Identifier: Apache-2.0
#include "report/plot/places.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace proctape {
namespace {

Shot shot_at(Count pid, Count started, Count uid = 1) {
  Shot shot;
  shot.pid = shot.tgid = pid;
  shot.started = {started};
  shot.uid = uid;
  return shot;
}

// The pids of a user's places; "-": it is empty.
std::string pids_in(const Places& places, const std::vector<Shot>& shots, Count uid = 1) {
  std::string text;
  const auto found = places.rows().find(uid);
  if (found == places.rows().end()) return text;
  for (const auto& index : found->second) {
    text += (text.empty() ? "" : " ") + (index ? std::to_string(shots[*index].pid) : "-");
  }
  return text;
}

TEST(Places, AreInTheOrderOfStarts) {
  Places places;
  const std::vector<Shot> shots = {shot_at(5, 300), shot_at(9, 100), shot_at(7, 200),
                                   shot_at(6, 200), shot_at(1, 50, 0)};
  places.next(shots);
  EXPECT_EQ(pids_in(places, shots), "9 6 7 5");
  EXPECT_EQ(pids_in(places, shots, 0), "1");
}

TEST(Places, OfThoseThatEndedAreEmptyAndThenOthers) {
  Places places;
  places.next(std::vector<Shot>{shot_at(1, 10), shot_at(2, 20), shot_at(3, 30)});
  std::vector<Shot> shots = {shot_at(1, 10), shot_at(3, 30)};
  places.next(shots);
  EXPECT_EQ(pids_in(places, shots), "1 - 3");
  shots = {shot_at(1, 10), shot_at(3, 30), shot_at(4, 40), shot_at(5, 50)};
  places.next(shots);
  EXPECT_EQ(pids_in(places, shots), "1 4 3 5");
  shots = {shot_at(1, 10)};
  places.next(shots);
  EXPECT_EQ(pids_in(places, shots), "1") << "the row ends with the last one";
}

TEST(Places, OfAPidThatIsAnotherProcessAreNotItsPlaces) {
  Places places;
  places.next(std::vector<Shot>{shot_at(1, 10), shot_at(2, 20)});
  const std::vector<Shot> shots = {shot_at(2, 20), shot_at(1, 90, 2)};
  places.next(shots);
  EXPECT_EQ(pids_in(places, shots), "- 2");
  EXPECT_EQ(pids_in(places, shots, 2), "1");
}

TEST(Places, StayAsLongAsAProcessLives) {
  std::mt19937 random(11);
  Places places;
  std::vector<Shot> alive;
  std::map<std::pair<Count, Count>, std::size_t> known;  // by pid and start
  for (Count sample = 1; sample < 200; ++sample) {
    std::erase_if(alive, [&](const Shot&) { return random() % 8 == 0; });
    for (auto i = random() % 12; i > 0; --i) {
      // Pids come again.
      const Count pid = 1 + static_cast<Count>(random() % 300);
      const bool is_taken = std::ranges::count(alive, pid, &Shot::pid) > 0;
      if (!is_taken) alive.push_back(shot_at(pid, sample * 10, 1 + pid % 3));
    }
    places.next(alive);
    std::set<std::size_t> shown;
    std::map<std::pair<Count, Count>, std::size_t> now;
    for (const auto& [uid, row] : places.rows()) {
      for (std::size_t place = 0; place < row.size(); ++place) {
        if (!row[place]) continue;
        const Shot& shot = alive[*row[place]];
        EXPECT_EQ(shot.uid, uid);
        EXPECT_TRUE(shown.insert(*row[place]).second);
        const std::pair key(shot.pid, shot.started.value);
        now[key] = place;
        const auto before = known.find(key);
        if (before != known.end()) {
          EXPECT_EQ(before->second, place) << shot.pid;
        }
      }
    }
    EXPECT_EQ(shown.size(), alive.size());
    known = std::move(now);
  }
}

}  // namespace
}  // namespace proctape
