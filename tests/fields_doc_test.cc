// SPDX-License-Identifier: Apache-2.0
//
// docs/FIELDS.md lists every member of every record of every version: it is made of the
// record tables, the texts in docs/fields.tsv, and docs/fields_head.md. After a change:
//
//   PROCTAPE_RENEW_FIELDS=1 ctest --preset debug -R FieldsDoc     and read the diff
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rawlog/layout/cgroup_record.h"
#include "rawlog/layout/header_record.h"
#include "rawlog/layout/leaves.h"
#include "rawlog/layout/system_record.h"
#include "rawlog/layout/task_record.h"
#include "tests/support/layout_words.h"

namespace proctape {
namespace {

const std::string kDocs = std::string(SOURCE_DIR) + "/docs/";

std::string file_text(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// ---- docs/fields.tsv ----

struct Meaning {
  std::string member;  // "sstat.cpu.cpu[].stime", or "sstat.www.*"
  std::string value;
  std::string text;
  std::string left_out;  // one of the features, mostly empty
  bool used = false;
};
struct Feature {
  std::string name;
  std::string reason;
  std::vector<std::string> members;  // that are left out with it
};
struct Meanings {
  std::vector<Meaning> members;
  std::vector<Feature> features;

  // The member's own line before that of its record; null if it has neither.
  Meaning* find(const std::string& path) {
    const std::string record = path.substr(0, path.rfind('.')) + ".*";
    for (const std::string& name : {path, record}) {
      const auto found = std::ranges::find(members, name, &Meaning::member);
      if (found != members.end()) return &*found;
    }
    return nullptr;
  }
};

Meanings read_meanings() {
  Meanings meanings;
  std::istringstream file(file_text(kDocs + "fields.tsv"));
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::array<std::string, 4> columns;
    std::istringstream rest(line);
    for (std::string& column : columns) std::getline(rest, column, '\t');
    if (line[0] == '!') {
      meanings.features.push_back({columns[0].substr(1), columns[1], {}});
    } else {
      meanings.members.push_back({columns[0], columns[1], columns[2], columns[3]});
    }
  }
  return meanings;
}

// ---- The tables ----

struct Span {
  Version first;
  Version last;
};
std::string to_string(const Span& span) {
  const std::string first = proctape::to_string(span.first);
  return span.first == span.last ? first : first + "-" + proctape::to_string(span.last);
}

// A text that holds for some versions, one after another.
using Spans = std::vector<std::pair<std::string, Span>>;

// One member through all versions.
struct Row {
  std::string path;  // "sstat.cpu.cpu[].stime"
  Unit unit = Unit::kNone;
  Spans types;
};

// "sstat.cpu.cpu[2048].stime" without the number.
std::string without_sizes(std::string_view path) {
  std::string result;
  bool size = false;
  for (const char c : path) {
    if (c == ']') size = false;
    if (!size) result += c;
    if (c == '[') size = true;
  }
  return result;
}

void extend(Spans& spans, const std::string& text, Version version) {
  const bool follows = !spans.empty() && spans.back().first == text &&
                       index_of(spans.back().second.last) + 1 == index_of(version);
  if (follows) {
    spans.back().second.last = version;
  } else {
    spans.emplace_back(text, Span{version, version});
  }
}

// All members in declaration order, one that later versions lack before what took its place.
template <const auto& Table>
std::vector<Row> rows_of(const std::string& name, Version first) {
  std::vector<Row> rows;
  for (const Version version : kVersions) {
    if (version < first) continue;
    std::vector<std::pair<std::string, LeafMember>> leaves;
    for_each_leaf(layout_of<Table>(version), name, [&](const LeafMember& leaf) {
      if (!leaf.spare) leaves.emplace_back(without_sizes(leaf.path), leaf);
    });
    const auto is_gone = [&](const Row& row) {
      return std::ranges::none_of(leaves, [&](const auto& leaf) { return leaf.first == row.path; });
    };
    auto next = rows.begin();  // where a new member belongs
    for (const auto& [path, leaf] : leaves) {
      auto row = std::ranges::find(rows, path, &Row::path);
      if (row == rows.end()) {
        next = std::find_if_not(next, rows.end(), is_gone);
        row = rows.insert(next, Row{.path = path, .unit = leaf.unit, .types = {}});
      }
      next = std::next(row);
      extend(row->types, kind_text(leaf.kind, leaf.array), version);
    }
  }
  return rows;
}

// "2.3-2.13"; of a member that was away for some versions, each span.
std::string versions_text(const Row& row) {
  Spans spans;
  for (const auto& [type, span] : row.types) {
    for (const Version version : kVersions) {
      if (span.first <= version && version <= span.last) extend(spans, "", version);
    }
  }
  std::string text;
  for (const auto& [unused, span] : spans) text += (text.empty() ? "" : ", ") + to_string(span);
  return text;
}

// "i64", or "char[12], since 2.13 char[20]".
std::string type_text(const Row& row) {
  std::string text = row.types.front().first;
  for (std::size_t i = 1; i < row.types.size(); ++i) {
    const auto& [type, span] = row.types[i];
    if (type != row.types[i - 1].first) {
      text += ", since " + proctape::to_string(span.first) + ' ' + type;
    }
  }
  return text;
}

std::string unit_text(Unit unit) {
  static constexpr std::array kNames = {"",    "text",         "pages",      "bytes",
                                        "KiB", "ticks",        "sectors",    "seconds",
                                        "ms",  "microseconds", "nanoseconds"};
  return kNames.at(static_cast<std::size_t>(unit));
}

// ---- docs/FIELDS.md ----

// The part of a path that its table is for: "sstat.cpu", "tstat.gen", "rawheader".
std::string table_of(const std::string& path) {
  if (path.starts_with("raw")) return path.substr(0, path.find('.'));
  return path.substr(0, path.find('.', path.find('.') + 1));
}

class Document {
 public:
  explicit Document(Meanings& meanings) : meanings_(meanings) {}

  void add(std::string_view title, const std::vector<Row>& rows) {
    tables_ += "\n## " + std::string(title) + '\n';
    std::string table;
    for (const Row& row : rows) {
      if (const std::string own = table_of(row.path); own != table) {
        table = own;
        tables_ += "\n### " + table +
                   "\n\n| member | type | unit | versions | value | meaning |\n"
                   "|---|---|---|---|---|---|\n";
      }
      add(row, row.path.substr(table.size() + 1));
    }
  }

  std::string text() const {
    std::string text = file_text(kDocs + "fields_head.md");
    text +=
        "\n## What proctape leaves out\n\n"
        "These members are zero in its recordings. It reads them in logs of atop, keeps them when "
        "it\n"
        "converts, and shows them.\n\n| feature | why | members |\n|---|---|---|\n";
    for (const Feature& feature : meanings_.features) {
      text += "| " + feature.name + " | " + feature.reason + " | ";
      for (const std::string& member : feature.members) {
        text += (&member == &feature.members.front() ? "`" : ", `") + member + '`';
      }
      text += " |\n";
    }
    return text + tables_;
  }

 private:
  void add(const Row& row, const std::string& name) {
    Meaning* meaning = meanings_.find(row.path);
    if (!meaning) {
      ADD_FAILURE() << row.path << " has no line in docs/fields.tsv";
      return;
    }
    meaning->used = true;
    if (!meaning->left_out.empty()) leave_out(meaning->left_out, row.path);
    tables_ += "| `" + name + "` | " + type_text(row) + " | " + unit_text(row.unit) + " | " +
               versions_text(row) + " | " + (meaning->value == "-" ? "" : meaning->value) + " | " +
               meaning->text + (meaning->left_out.empty() ? "" : " *(left out)*") + " |\n";
  }

  void leave_out(const std::string& name, const std::string& path) {
    const auto feature = std::ranges::find(meanings_.features, name, &Feature::name);
    ASSERT_NE(feature, meanings_.features.end()) << path << ": no feature '" << name << '\'';
    // Of records that are left out as a whole, their name.
    const std::string table = table_of(path);
    const bool whole = std::ranges::all_of(meanings_.members, [&](const Meaning& meaning) {
      return !meaning.member.starts_with(table + '.') || meaning.left_out == name;
    });
    const std::string member = whole ? table + ".*" : path;
    if (feature->members.empty() || feature->members.back() != member) {
      feature->members.push_back(member);
    }
  }

  Meanings& meanings_;
  std::string tables_;
};

TEST(FieldsDoc, ListsEveryMemberAsTheTablesHaveIt) {
  Meanings meanings = read_meanings();
  Document document(meanings);
  document.add("File header", rows_of<kRawheader>("rawheader", kOldestVersion));
  document.add("Record header", rows_of<kRawrecord>("rawrecord", kOldestVersion));
  document.add("System block", rows_of<kSstat>("sstat", kOldestVersion));
  document.add("Task block", rows_of<kTstat>("tstat", kOldestVersion));
  document.add("Cgroup block", rows_of<kCstat>("cstat", v2_11));

  const std::string path = kDocs + "FIELDS.md";
  const std::string text = document.text();
  if (::getenv("PROCTAPE_RENEW_FIELDS")) std::ofstream(path, std::ios::binary) << text;
  EXPECT_EQ(text, file_text(path));
  for (const Meaning& meaning : meanings.members) {
    EXPECT_TRUE(meaning.used) << meaning.member << " in docs/fields.tsv is in no table";
  }
}

TEST(FieldsDoc, HasAKindOfValueAndATextForEachMember) {
  for (const Meaning& meaning : read_meanings().members) {
    const bool known = meaning.value == "difference" || meaning.value == "gauge" ||
                       meaning.value == "constant" || meaning.value == "-";
    EXPECT_TRUE(known) << meaning.member << ": '" << meaning.value << '\'';
    EXPECT_FALSE(meaning.text.empty()) << meaning.member;
    EXPECT_EQ(meaning.text.find('|'), std::string::npos) << meaning.member << " breaks the table";
  }
}

}  // namespace
}  // namespace proctape
