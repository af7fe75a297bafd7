// SPDX-License-Identifier: Apache-2.0
//
// docs/FIELDS.md lists every member of every record of every version: it is made of the
// record tables, the meanings in the schema (sample/*.h), what docs/atop_members.tsv adds to
// them, and docs/fields_head.md. After a change:
//
//   PROCTAPE_RENEW_FIELDS=1 ctest --preset debug -R FieldsDoc     and read the diff
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
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
#include "tests/support/schema_members.h"

namespace proctape {
namespace {

const std::string kDocs = std::string(SOURCE_DIR) + "/docs/";

std::string file_text(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// ---- docs/atop_members.tsv ----

// What is to be said of a member beyond the schema.
struct Note {
  std::string member;  // "sstat.cpu.cpu[].stime", or "sstat.www.*"
  std::string value;
  std::string text;
  std::string left_out;  // one of the features, mostly empty
  bool used = false;
};
struct LeftOut {
  std::string name;
  std::string reason;
  std::vector<std::string> members;
};
struct Notes {
  std::vector<Note> notes;
  std::vector<LeftOut> features;

  // The member's own line before that of its record; null if it has neither.
  Note* find(const std::string& path) {
    const std::string record = path.substr(0, path.rfind('.')) + ".*";
    for (const std::string& name : {path, record}) {
      const auto found = std::ranges::find(notes, name, &Note::member);
      if (found != notes.end()) return &*found;
    }
    return nullptr;
  }
};

Notes read_notes() {
  Notes notes;
  std::istringstream file(file_text(kDocs + "atop_members.tsv"));
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::array<std::string, 4> columns;
    std::istringstream rest(line);
    for (std::string& column : columns) std::getline(rest, column, '\t');
    if (line[0] == '!') {
      notes.features.push_back({columns[0].substr(1), columns[1], {}});
    } else {
      notes.notes.push_back({columns[0], columns[1], columns[2], columns[3]});
    }
  }
  return notes;
}

// ---- What is said of a member ----

struct Entry {
  std::string value;
  std::string text;
  std::string left_out;
};

std::string value_of(Role role) {
  return role == Role::kCounter || role == Role::kCpuTime ? "difference" : "gauge";
}

Entry entry_of(const std::string& path, const SchemaMember* schema, Note* note) {
  Entry entry;
  if (schema) entry = {value_of(schema->role), schema->meaning, {}};
  if (note) {
    note->used = true;
    entry.left_out = note->left_out;
    if (note->value != "-") {
      EXPECT_NE(note->value, entry.value) << path << ": the schema says so";
      entry.value = note->value;
    }
    constexpr std::string_view kMore = "+ ";
    if (note->text.starts_with(kMore)) {
      const std::string more = note->text.substr(kMore.size());
      EXPECT_TRUE(schema) << path << " has no text to add to";
      EXPECT_EQ(entry.text.find(more), entry.text.npos) << path << ": the schema says so: " << more;
      entry.text += "; " + more;
    } else if (note->text != "-") {
      EXPECT_NE(note->text, entry.text) << path << ": the schema says so";
      entry.text = note->text;
    }
  }
  EXPECT_FALSE(entry.text.empty())
      << path << " is made of no member with a row in sample/*.h, or of several, and has no text "
      << "in docs/atop_members.tsv";
  EXPECT_EQ(entry.text.find('|'), entry.text.npos) << path << " breaks the table";
  return entry;
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

using SchemaMembers = std::map<std::string, SchemaMember>;

class Document {
 public:
  explicit Document(Notes& notes) : notes_(notes) {}

  void add(std::string_view title, const std::vector<Row>& rows, const SchemaMembers& schema) {
    tables_ += "\n## " + std::string(title) + '\n';
    for (auto begin = rows.begin(); begin != rows.end();) {
      const std::string table = table_of(begin->path);
      const auto end = std::find_if(begin, rows.end(),
                                    [&](const Row& row) { return table_of(row.path) != table; });
      add_table(table, {begin, end}, schema);
      begin = end;
    }
  }

  std::string text() const {
    std::string text = file_text(kDocs + "fields_head.md");
    text +=
        "\n## What proctape leaves out\n\n"
        "These members are zero in its recordings. It reads them in logs of atop, keeps them when "
        "it\n"
        "converts, and shows them.\n\n| feature | why | members |\n|---|---|---|\n";
    for (const LeftOut& feature : notes_.features) {
      text += "| " + feature.name + " | " + feature.reason + " | ";
      for (const std::string& member : feature.members) {
        text += (&member == &feature.members.front() ? "`" : ", `") + member + '`';
      }
      text += " |\n";
    }
    return text + tables_;
  }

 private:
  void add_table(const std::string& table, const std::vector<Row>& rows,
                 const SchemaMembers& schema) {
    tables_ += "\n### " + table +
               "\n\n| member | type | unit | versions | value | meaning |\n"
               "|---|---|---|---|---|---|\n";
    std::vector<Entry> entries;
    for (const Row& row : rows) {
      const auto member = schema.find(row.path);
      entries.push_back(entry_of(row.path, member == schema.end() ? nullptr : &member->second,
                                 notes_.find(row.path)));
      const Entry& entry = entries.back();
      tables_ += "| `" + row.path.substr(table.size() + 1) + "` | " + type_text(row) + " | " +
                 unit_text(row.unit) + " | " + versions_text(row) + " | " + entry.value + " | " +
                 entry.text + (entry.left_out.empty() ? "" : " *(left out)*") + " |\n";
    }
    const std::string& first = entries.front().left_out;
    const bool all_alike =
        std::ranges::all_of(entries, [&](const Entry& entry) { return entry.left_out == first; });
    if (all_alike) {
      if (!first.empty()) leave_out(first, table + ".*");
      return;
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!entries[i].left_out.empty()) leave_out(entries[i].left_out, rows[i].path);
    }
  }

  void leave_out(const std::string& name, const std::string& member) {
    const auto feature = std::ranges::find(notes_.features, name, &LeftOut::name);
    ASSERT_NE(feature, notes_.features.end()) << member << ": no feature '" << name << '\'';
    feature->members.push_back(member);
  }

  Notes& notes_;
  std::string tables_;
};

template <const auto& Table>
void add(Document& document, std::string_view title, const std::string& name,
         Version first = kOldestVersion) {
  document.add(title, rows_of<Table>(name, first), schema_members<Table>(name, first));
}

TEST(FieldsDoc, ListsEveryMemberAsTheTablesHaveIt) {
  Notes notes = read_notes();
  Document document(notes);
  // The headers have no schema.
  document.add("File header", rows_of<kRawheader>("rawheader", kOldestVersion), {});
  document.add("Record header", rows_of<kRawrecord>("rawrecord", kOldestVersion), {});
  add<kSstat>(document, "System block", "sstat");
  add<kTstat>(document, "Task block", "tstat");
  add<kCstat>(document, "Cgroup block", "cstat", v2_11);

  const std::string path = kDocs + "FIELDS.md";
  const std::string text = document.text();
  if (::getenv("PROCTAPE_RENEW_FIELDS")) std::ofstream(path, std::ios::binary) << text;
  EXPECT_EQ(text, file_text(path));
  for (const Note& note : notes.notes) {
    EXPECT_TRUE(note.used) << note.member << " in docs/atop_members.tsv is in no table";
  }
  for (const LeftOut& feature : notes.features) {
    EXPECT_FALSE(feature.members.empty()) << "nothing is left out with " << feature.name;
  }
}

TEST(FieldsDoc, KnowsWhatEachNoteSays) {
  for (const Note& note : read_notes().notes) {
    const bool known = note.value == "difference" || note.value == "gauge" ||
                       note.value == "constant" || note.value == "-";
    EXPECT_TRUE(known) << note.member << ": '" << note.value << '\'';
    EXPECT_FALSE(note.text.empty()) << note.member;
    EXPECT_FALSE(note.value == "-" && note.text == "-" && note.left_out.empty())
        << note.member << ": its line says nothing";
  }
}

TEST(FieldsDoc, FindsTheMembersOfASampleThatALogIsMadeOf) {
  const SchemaMembers system = schema_members<kSstat>("sstat", kOldestVersion);
  EXPECT_EQ(system.at("sstat.mem.swins").meaning, "pages read from swap: pswpin of /proc/vmstat");
  EXPECT_EQ(system.at("sstat.mem.swins").role, Role::kCounter);
  EXPECT_EQ(system.at("sstat.dsk.nlvm").meaning,
            "elements of `lvm` that count, each a device-mapper device of any kind");
  // What the structs around it add: which one it is, and the source.
  EXPECT_EQ(system.at("sstat.psi.iofull.avg10").meaning,
            "percent of the last 10 s, all tasks waiting for I/O: `full` of /proc/pressure/io");
  EXPECT_EQ(system.at("sstat.net.tcp.MaxConn").meaning,
            "most connections: `Tcp:` of /proc/net/snmp; -1 no limit");
  // In versions before, idle threads are added.
  const SchemaMembers task = schema_members<kTstat>("tstat", kOldestVersion);
  EXPECT_EQ(task.at("tstat.gen.nthrslpu").meaning,
            "its threads that sleep uninterruptibly: state D");
  EXPECT_EQ(task.at("tstat.gen.container").role, Role::kSetting) << "gone since 2.10";
  EXPECT_EQ(task.at("tstat.net.tcpsnd").role, Role::kCounter) << "it is boxed";
}

}  // namespace
}  // namespace proctape
