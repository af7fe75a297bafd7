// SPDX-License-Identifier: Apache-2.0
#include "cli/view/finding_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "base/text/text.h"
#include "base/text/visible_text.h"
#include "cli/output/human.h"
#include "cli/output/iso_time.h"

namespace proctape {
namespace {

constexpr std::size_t kIndent = 3;
constexpr std::size_t kLongestCommand = 100;

// `text` in lines of at most `width`, all but the first indented.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  std::string result;
  std::size_t column = 0;
  bool is_first = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!is_first && width > 0 && column + 1 + word.size() > width) {
      result += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (!is_first) {
      result += ' ';
      ++column;
    }
    result += word;
    column += word.size();
    is_first = false;
  }
  return result + '\n';
}

std::string party_text(const Party& party) {
  std::string text = visible(party.name);
  if (party.pid != 0) {
    text += fmt::format(" (pid {})", party.pid);
    if (party.processes > 1) text += fmt::format(", the last of {}", party.processes);
  } else if (party.processes > 1) {
    text += fmt::format(" ({} processes)", party.processes);
  }
  if (!party.description.empty()) text += ": " + visible(party.description);
  if (!party.container.empty() && party.container != party.name) {
    text += "; container " + visible(party.container);
  }
  if (party.cgroup.size() > 1 && party.cgroup != party.name) {
    text += "; cgroup " + visible(party.cgroup);
  }
  if (!party.command.empty() && party.command != party.name) {
    text += "; " + printable(party.command, kLongestCommand);
  }
  return text;
}

void add_parties(const char* heading, const std::vector<Party>& parties, std::size_t width,
                 std::string& text) {
  const std::string margin(kIndent, ' ');
  for (std::size_t i = 0; i < parties.size(); ++i) {
    const std::string line =
        margin + fmt::format("{:<9} ", i == 0 ? heading : "") + party_text(parties[i]);
    // One line each: lists are read from above to below.
    text += (width > 0 ? printable(line, width) : line) + '\n';
  }
}

// Names and values of others stand in JSON as they are: base/text/json.h makes them fit.
void add_parties(const JsonObject& object, std::string_view name,
                 const std::vector<Party>& parties) {
  const JsonArray all(object, name);
  for (const Party& party : parties) {
    const JsonObject one(all);
    one.add("name", std::string_view(party.name));
    if (party.pid != 0) one.add("pid", party.pid);
    if (party.processes != 0) one.add("processes", party.processes);
    one.add("command", std::string_view(party.command));
    one.add("container", std::string_view(party.container));
    one.add("cgroup", std::string_view(party.cgroup));
    one.add("description", std::string_view(party.description));
  }
}

void add_number(const JsonObject& object, std::string_view name, double value) {
  if (std::isfinite(value)) {
    object.add(name, value);
  } else {
    object.add_nothing(name);
  }
}

}  // namespace

std::string finding_text(std::size_t number, const Finding& finding, const std::string& command,
                         std::size_t width) {
  const std::string margin(kIndent, ' ');
  const bool one_day = time_text(finding.from, "%F") == time_text(finding.to, "%F");
  std::string text = wrapped(
      fmt::format("{}. {}: {}", number, to_string(finding.severity), visible(finding.sentence)),
      width, kIndent);
  text += margin + fmt::format("{:<9} {}", "when", time_text(finding.from, kDateAndTime));
  if (finding.to != finding.from) {
    text += " to " + time_text(finding.to, one_day ? kTimeOnly : kDateAndTime);
  }
  text += '\n';
  add_parties("culprits", finding.culprits, width, text);
  add_parties("victims", finding.victims, width, text);
  text += margin + fmt::format("{:<9} {}\n", "see", command);
  return text;
}

void add_to(const JsonArray& findings, const Finding& finding, const std::string& command) {
  const JsonObject object(findings);
  object.add("severity", to_string(finding.severity));
  object.add("rule", finding.rule);
  object.add("resource", finding.resource);
  object.add("sentence", std::string_view(finding.sentence));
  add_parties(object, "culprits", finding.culprits);
  add_parties(object, "victims", finding.victims);
  {
    const JsonArray evidence(object, "evidence");
    for (const Proof& proof : finding.evidence) {
      const JsonObject one(evidence);
      one.add("member", std::string_view(proof.member));
      add_number(one, "value", proof.value);
      add_number(one, "baseline", proof.baseline);
      one.add("unit", proof.unit);
    }
  }
  object.add("from", iso_time(finding.from));
  object.add("to", iso_time(finding.to));
  object.add("see", command);
}

}  // namespace proctape
