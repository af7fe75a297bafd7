// SPDX-License-Identifier: Apache-2.0
#include "query/topic/events.h"

#include <algorithm>
#include <string>
#include <vector>

namespace proctape {
namespace {

using EventColumn = ColumnOf<Event>;
constexpr EventColumn kEventColumns[] = {
    {{"time", "time", ColumnUnit::kTime, "when it happened first"},
     [](const Event& event) { return Value(double(event.time.value)); }},
    {{"last", "until", ColumnUnit::kTime,
      "when it happened last, if it did several times, each within ten minutes of the one before"},
     [](const Event& event) {
       return event.last > event.time ? Value(double(event.last.value)) : Value{};
     }},
    {{"number", "times", ColumnUnit::kCount, "how often"},
     [](const Event& event) { return Value(double(event.number)); }},
    {{"kind", "kind", ColumnUnit::kText,
      "oom, reboot, signal, restart, clock, suspend, gap, memory, numa, cpu, disk, interface, "
      "exits_lost or began"},
     [](const Event& event) { return Value(std::string(to_string(event.kind))); }},
    {{"object", "object", ColumnUnit::kText, "the program, service or device; none: the host"},
     [](const Event& event) { return text_value(event.object); }},
    {{"what", "what", ColumnUnit::kText, "what happened"},
     [](const Event& event) { return Value(event.what); }},
};

class Events : public Topic {
 public:
  void begin(const Host& host, const Sample& sample) override { finder_.begin(host, sample); }
  void take(const Task& task, bool is_meant) override { finder_.take(task, is_meant); }
  void end() override { finder_.end(); }
  std::vector<Table> answer() const override { return {table_of_events(finder_, 0)}; }

 private:
  EventFinder finder_;
};

}  // namespace

Table table_of_events(const EventFinder& events, std::size_t most) {
  Table table = table_of<Event>("events", "Events", kEventColumns);
  std::vector<Event> all = events.all();
  const std::size_t found = all.size();
  if (most > 0 && found > most) {
    std::vector<EventKind> kinds;
    for (const Event& event : all) kinds.push_back(event.kind);
    std::ranges::sort(kinds);
    // Of the least important kind that has a place, the first ones.
    const EventKind last = kinds[most - 1];
    auto places =
        std::count(kinds.begin(), kinds.begin() + static_cast<std::ptrdiff_t>(most), last);
    std::erase_if(all, [&](const Event& event) {
      return event.kind > last || (event.kind == last && places-- <= 0);
    });
    table.notes.push_back("The most important of " + std::to_string(found) +
                          "; proctape show events shows all.");
  }
  for (const Event& event : all) {
    table.rows.push_back(values_of<Event>(event, kEventColumns));
  }
  table.if_empty = "none";
  if (events.left_out() > 0) {
    table.notes.push_back(std::to_string(events.left_out()) + " more are left out.");
  }
  return table;
}

std::unique_ptr<Topic> events_topic(const Question&) { return std::make_unique<Events>(); }

}  // namespace proctape
