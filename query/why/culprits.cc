// SPDX-License-Identifier: Apache-2.0
#include "query/why/culprits.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "query/why/words.h"

namespace proctape {
namespace {

struct Used {
  const TaskUse* use;
  double amount;
};

std::vector<Used> ranked(const TaskGroups& groups, const UseOf& use) {
  std::vector<Used> all;
  for (const TaskUse* each : groups.all()) {
    const double amount = use(*each);
    if (amount > 0) all.push_back({each, amount});
  }
  std::ranges::sort(all, [](const Used& a, const Used& b) {
    if (a.amount != b.amount) return a.amount > b.amount;
    if (a.use->name != b.use->name) return a.use->name < b.use->name;
    return a.use->pid < b.use->pid;
  });
  return all;
}

// One process did most of what its program did: it is named.
constexpr double kMostOfProgram = 0.7;
// Programs with less than this are none that stands out.
constexpr double kStandsOut = 25;
// A container, a cgroup or a user with so much is named.
constexpr double kMostOfAll = 60;

Party party_of_program(const std::vector<Used>& processes, const Used& program) {
  const Used* first = nullptr;
  Party party;
  std::map<std::string_view, double> containers, cgroups;
  for (const Used& process : processes) {
    if (process.use->name != program.use->name) continue;
    if (!first) first = &process;
    ++party.processes;
    containers[process.use->container] += process.amount;
    cgroups[process.use->cgroup] += process.amount;
  }
  if (!first) {
    party = party_of(*program.use);
    party.pid = 0;
    return party;
  }
  if (first->amount >= kMostOfProgram * program.amount || party.processes == 1) {
    return party_of(*first->use);
  }
  party.name = program.use->name;
  party.command = first->use->command_line;
  const auto by_amount = [](const auto& a, const auto& b) { return a.second < b.second; };
  party.container = std::ranges::max_element(containers, by_amount)->first;
  party.cgroup = std::ranges::max_element(cgroups, by_amount)->first;
  return party;
}

void describe(const Blame& blame, double amount, double whole, Party& party) {
  if (blame.description) party.description = blame.description(amount, 100 * amount / whole);
}

std::vector<Party> by_program(const std::vector<Used>& processes, const std::vector<Used>& programs,
                              double whole, const Blame& blame) {
  std::vector<Party> parties;
  for (const Used& program : programs) {
    if (parties.size() == blame.most) break;
    const double share = 100 * program.amount / whole;
    if (share < blame.least_share || program.amount < blame.least) break;
    parties.push_back(party_of_program(processes, program));
    describe(blame, program.amount, whole, parties.back());
  }
  return parties;
}

double sum_of(const std::vector<Used>& all) {
  double sum = 0;
  for (const Used& each : all) sum += each.amount;
  return sum;
}

}  // namespace

void Groups::begin(const Host& host, const Sample& sample, CgroupPaths& paths) {
  for (TaskGroups* groups : {&processes, &programs, &containers, &cgroups}) {
    groups->begin(host, sample, paths);
  }
}
void Groups::take(const Task& task) {
  for (TaskGroups* groups : {&processes, &programs, &containers, &cgroups}) {
    groups->take(task);
  }
}
void Groups::end() {
  for (TaskGroups* groups : {&processes, &programs, &containers, &cgroups}) groups->end();
}

Party party_of(const TaskUse& process) {
  Party party;
  party.name = process.name;
  party.pid = process.pid;
  party.processes = 1;
  party.command = process.command_line;
  party.container = process.container;
  party.cgroup = process.cgroup;
  return party;
}

std::vector<Party> blamed(const TaskGroups& processes, const TaskGroups& programs,
                          const Blame& blame) {
  const auto used_programs = ranked(programs, blame.use);
  const double whole = std::max(blame.whole, sum_of(used_programs));
  if (!(whole > 0)) return {};
  return by_program(ranked(processes, blame.use), used_programs, whole, blame);
}

std::vector<Party> blamed(const Groups& groups, const Blame& blame) {
  const auto processes = ranked(groups.processes, blame.use);
  const auto programs = ranked(groups.programs, blame.use);
  const double whole = std::max(blame.whole, sum_of(programs));
  if (!(whole > 0)) return {};
  auto parties = by_program(processes, programs, whole, blame);
  if (!programs.empty() && 100 * programs.front().amount / whole >= kStandsOut) return parties;
  // Many programs with a little each: what do they have in common?
  const auto number_of = [&](const auto& is_of_it) {
    return static_cast<Count>(
        std::ranges::count_if(processes, [&](const Used& used) { return is_of_it(*used.use); }));
  };
  const auto containers = ranked(groups.containers, blame.use);
  const auto cgroups = ranked(groups.cgroups, blame.use);
  Party party;
  double amount = 0;
  if (!containers.empty() && !containers.front().use->container.empty() &&
      100 * containers.front().amount / whole >= kMostOfAll) {
    const TaskUse& use = *containers.front().use;
    amount = containers.front().amount;
    party.name = use.container;
    party.container = use.container;
    party.processes =
        number_of([&](const TaskUse& process) { return process.container == use.container; });
  } else if (!cgroups.empty() && cgroups.front().use->cgroup.size() > 1 &&
             100 * cgroups.front().amount / whole >= kMostOfAll) {
    const TaskUse& use = *cgroups.front().use;
    amount = cgroups.front().amount;
    party.name = use.cgroup;
    party.cgroup = use.cgroup;
    party.container = use.container;
    party.processes =
        number_of([&](const TaskUse& process) { return process.cgroup == use.cgroup; });
  } else {
    return parties;
  }
  describe(blame, amount, whole, party);
  parties.insert(parties.begin(), std::move(party));
  if (parties.size() > blame.most) parties.pop_back();
  return parties;
}

std::string name_of(const Party& party) {
  if (party.pid != 0) return party.name + " (pid " + std::to_string(party.pid) + ')';
  if (party.processes > 1) {
    return number_words(static_cast<double>(party.processes)) + " processes " + party.name;
  }
  return party.name;
}

std::string names_of(const std::vector<Party>& parties) {
  std::string text;
  for (std::size_t i = 0; i < parties.size(); ++i) {
    if (i > 0) text += i + 1 == parties.size() ? " and " : ", ";
    text += name_of(parties[i]);
  }
  return text;
}

bool is_among(const std::vector<Party>& parties, const TaskUse& use) {
  return std::ranges::any_of(parties, [&](const Party& party) {
    return party.pid != 0 ? party.pid == use.pid : party.name == use.name;
  });
}

void remove(const std::vector<Party>& others, std::vector<Party>& parties) {
  std::erase_if(parties, [&](const Party& party) {
    return std::ranges::any_of(others,
                               [&](const Party& other) { return other.name == party.name; });
  });
}

}  // namespace proctape
