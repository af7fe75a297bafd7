// SPDX-License-Identifier: Apache-2.0
#include "config/load.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#define TOML_FLOAT_CHARCONV 1  // gcc has it since 11: without, each number brings C++'s locales
// Some of its assertions do not hold for what is no TOML, such as a control character behind a
// bracket, though it goes on well. They would abort, or be taken for true.
#if __has_include(<toml++/impl/preprocessor.hpp>)
#include <toml++/impl/preprocessor.hpp>
#else
#include <toml++/impl/preprocessor.h>
#endif
#undef TOML_ASSERT
#define TOML_ASSERT(condition) static_assert(true)
#undef TOML_ASSERT_ASSUME
#define TOML_ASSERT_ASSUME(condition) static_assert(true)
#include <toml++/toml.h>

#include "base/file/small_file.h"
#include "base/pattern.h"
#include "base/text/text.h"
#include "base/text/visible_text.h"
#include "config/duration.h"
#include "config/same_directory.h"
#include "config/size.h"
#include "config/syntax.h"

namespace proctape {
namespace {

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kReadable = 60;
  const std::string_view shown = cut_utf8(text, kReadable);
  return '"' + visible(shown) + (shown.size() < text.size() ? "...\"" : "\"");
}

// ---- The table of all keys ----

struct Key {
  std::string_view name;  // "section.key"
  toml::node_type type;   // string, boolean, integer, or array if it takes nothing but a list
  std::string expected;   // follows the word "expected" in messages
  // Takes the value, "true" or "false" for a boolean, digits for a number; false if it is not
  // possible.
  std::function<bool(Config&, std::string_view)> set;
  // Of a key that takes a list of strings: begins an empty one, and adds an element, or
  // returns what is wrong with it.
  std::function<void(Config&)> begin_list = nullptr;
  std::function<std::string(Config&, std::string_view)> add = nullptr;
};

// `member` gives the member of a Config, here and below: keys of [log] are those of the
// last log.
template <typename Value>
auto of_log(Value Config::Log::*member) {
  return [member](Config& config) -> Value& { return config.logs.back().*member; };
}
template <typename Value>
auto of_process(Value Config::Process::*member) {
  return [member](Config& config) -> Value& { return config.process.*member; };
}
template <typename Value>
auto of_pressure(Value Config::Pressure::*member) {
  return [member](Config& config) -> Value& { return config.pressure.*member; };
}

template <typename Member>
Key duration_key(std::string_view name, Member member, std::chrono::nanoseconds least,
                 std::chrono::nanoseconds most) {
  return {name, toml::node_type::string,
          "a duration from " + in_quotes(to_string(least)) + " to " + in_quotes(to_string(most)),
          [member, least, most](Config& config, std::string_view value) {
            const auto duration = parse_duration(value);
            if (!duration || *duration < least || *duration > most) return false;
            std::invoke(member, config) = *duration;
            return true;
          }};
}

template <typename Member>
Key directory_key(std::string_view name, Member member) {
  return {name, toml::node_type::string, "an absolute path",
          [member](Config& config, std::string_view value) {
            if (!value.starts_with('/') || value.find('\0') != value.npos) return false;
            std::invoke(member, config) = value;
            return true;
          }};
}

template <typename Member>
Key boolean_key(std::string_view name, Member member) {
  return {name, toml::node_type::boolean, "true or false",
          [member](Config& config, std::string_view value) {
            if (value != "true" && value != "false") return false;
            std::invoke(member, config) = value == "true";
            return true;
          }};
}

template <typename Member>
Key number_key(std::string_view name, Member member, std::int64_t least, std::int64_t most) {
  return {name, toml::node_type::integer,
          "a number from " + std::to_string(least) + " to " + std::to_string(most),
          [member, least, most](Config& config, std::string_view value) {
            const auto number = to_number(value);
            if (!number || *number < least || *number > most) return false;
            std::invoke(member, config) = *number;
            return true;
          }};
}

// `least`: permissions that the daemon itself needs.
template <typename Member>
Key mode_key(std::string_view name, Member member, std::int64_t least, std::string_view example) {
  return {name, toml::node_type::string,
          "permissions in octal that leave the owner his own, such as " + in_quotes(example),
          [member, least](Config& config, std::string_view value) {
            std::int64_t mode = 0;
            const char* const end = value.data() + value.size();
            const auto read = std::from_chars(value.data(), end, mode, 8);
            if (read.ec != std::errc() || read.ptr != end || mode < 0 || mode > 0777 ||
                (mode & least) != least) {
              return false;
            }
            std::invoke(member, config) = mode;
            return true;
          }};
}

// A path, or "off", which is none.
Key file_key(std::string_view name, std::string Config::*member) {
  return {name, toml::node_type::string, "an absolute path or \"off\"",
          [member](Config& config, std::string_view value) {
            if (value != "off" && (!value.starts_with('/') || value.find('\0') != value.npos)) {
              return false;
            }
            config.*member = value == "off" ? "" : value;
            return true;
          }};
}

Key group_key(std::string_view name) {
  return {name, toml::node_type::string, "a group's name or number, or \"\"",
          [](Config& config, std::string_view value) {
            constexpr std::size_t kLongest = 32;
            if (value.size() > kLongest ||
                value.find_first_of(std::string_view(" :\n\0", 4)) != value.npos) {
              return false;
            }
            config.logs.back().group = value;
            return true;
          }};
}

template <typename Value>
using Choices = std::vector<std::pair<std::string, Value>>;

template <typename Value, typename Member>
Key choice_key(std::string_view name, Member member, Choices<Value> choices) {
  std::string expected;
  for (const auto& choice : choices) {
    if (!expected.empty()) expected += &choice == &choices.back() ? " or " : ", ";
    expected += in_quotes(choice.first);
  }
  return {name, toml::node_type::string, std::move(expected),
          [member, choices = std::move(choices)](Config& config, std::string_view value) {
            const auto choice =
                std::ranges::find(choices, value, &Choices<Value>::value_type::first);
            if (choice == choices.end()) return false;
            std::invoke(member, config) = choice->second;
            return true;
          }};
}

// `choices`, or a list of names of processes.
Key threads_key(std::string_view name, Choices<Config::Threads> choices) {
  Key key = choice_key<Config::Threads>(name, &Config::threads, std::move(choices));
  key.expected += " or a list of names";
  key.begin_list = [](Config& config) {
    config.threads = Config::Threads::kNamed;
    config.threads_of.clear();
  };
  key.add = [](Config& config, std::string_view value) -> std::string {
    if (value.empty()) return "expected the name of a process, found \"\"";
    // Where the kernel cuts the names that this is compared with.
    config.threads_of.emplace_back(cut_utf8(value, 15));
    return {};
  };
  return key;
}

// `word`: what an element may be instead of an expression; empty: nothing.
Key patterns_key(std::string_view name, std::vector<std::string> Config::*member,
                 std::string_view word) {
  constexpr std::size_t kMost = 100;
  const std::string kinds = word.empty() ? "" : in_quotes(word) + " and ";
  return {name,
          toml::node_type::array,
          "a list of " + kinds + "regular expressions",
          nullptr,
          [member](Config& config) { (config.*member).clear(); },
          [member, word](Config& config, std::string_view value) -> std::string {
            if ((config.*member).size() == kMost) {
              return "expected at most " + std::to_string(kMost) + " expressions, found more";
            }
            if (word.empty() || value != word) {
              const auto pattern = Pattern::compile(value);
              if (!pattern) {
                return "expected a regular expression, found " + in_quotes(value) + " (" +
                       pattern.error().message + ")";
              }
            }
            (config.*member).emplace_back(value);
            return {};
          }};
}

// A limit that `parse` understands, and no less than `least`, or "off", which is 0.
template <typename Member>
Key limit_key(std::string_view name, Member member, std::string expected, std::int64_t least,
              std::int64_t most, std::optional<std::int64_t> (*parse)(std::string_view)) {
  return {name, toml::node_type::string, std::move(expected) + " or \"off\"",
          [=](Config& config, std::string_view value) {
            const auto limit = value == "off" ? std::optional<std::int64_t>(0) : parse(value);
            if (!limit || (value != "off" && (*limit < least || *limit > most))) return false;
            std::invoke(member, config) = *limit;
            return true;
          }};
}

Key size_limit_key(std::string_view name, std::int64_t Config::Log::*member) {
  constexpr std::int64_t kSmallest = 1 << 20;
  return limit_key(name, of_log(member), "a size from \"1MiB\" on, such as \"512MiB\" or \"2GiB\",",
                   kSmallest, std::numeric_limits<std::int64_t>::max(), parse_size);
}

Key pressure_key(std::string_view name, std::int64_t Config::Pressure::*member) {
  return limit_key(name, of_pressure(member), "a part of the time from \"1%\" to \"99%\"", 1, 99,
                   [](std::string_view text) { return parse_amount(text, "%"); });
}

// In the order of proctape.toml.
std::vector<Key> all_keys(Formats formats) {
  using enum Config::FirstRecord;
  using enum Config::LogLevel;
  using Threads = Config::Threads;
  using Pss = Config::Pss;
  using TaskSource = Config::TaskSource;
  using Exits = Config::Exits;
  using Containers = Config::Containers;
  using Scheduling = Config::Process::Scheduling;
  Choices<std::string> log_formats{{"auto", "auto"}};
  for (const std::string& format : formats) log_formats.emplace_back(format, format);
  return {
      duration_key("interval", &Config::interval, kShortestInterval, kLongestInterval),
      choice_key<Config::FirstRecord>("first_record", &Config::first_record,
                                      {{"since-boot", kSinceBoot}, {"skip", kSkip}}),
      choice_key<Config::LogLevel>(
          "log_level", &Config::log_level,
          {{"debug", kDebug}, {"info", kInfo}, {"warning", kWarning}, {"error", kError}}),
      directory_key("root", &Config::root),
      file_key("state_file", &Config::state_file),
      directory_key("log.directory", of_log(&Config::Log::directory)),
      choice_key<std::string>("log.format", of_log(&Config::Log::format), std::move(log_formats)),
      limit_key("log.max_age", of_log(&Config::Log::max_age_days), "days from \"1d\" to \"36500d\"",
                1, 36500, [](std::string_view text) { return parse_amount(text, "d"); }),
      size_limit_key("log.max_size", &Config::Log::max_size),
      limit_key("log.min_free", of_log(&Config::Log::min_free_percent),
                "a part of the file system from \"1%\" to \"90%\"", 1, 90,
                [](std::string_view text) { return parse_amount(text, "%"); }),
      limit_key("log.min_keep", of_log(&Config::Log::min_keep_days),
                "days from \"1d\" to \"36500d\"", 1, 36500,
                [](std::string_view text) { return parse_amount(text, "d"); }),
      size_limit_key("log.max_file_size", &Config::Log::max_file_size),
      choice_key<Config::Log::Sync>("log.sync", of_log(&Config::Log::sync),
                                    {{"record", Config::Log::Sync::kRecord},
                                     {"minute", Config::Log::Sync::kMinute},
                                     {"none", Config::Log::Sync::kNone}}),
      mode_key("log.mode", of_log(&Config::Log::mode), 0600, "0640"),
      mode_key("log.directory_mode", of_log(&Config::Log::directory_mode), 0700, "0750"),
      group_key("log.group"),
      choice_key<TaskSource>(
          "tasks.source", &Config::task_source,
          {{"auto", TaskSource::kAuto}, {"bpf", TaskSource::kBpf}, {"proc", TaskSource::kProc}}),
      threads_key("tasks.threads",
                  {{"all", Threads::kAll}, {"busy", Threads::kBusy}, {"none", Threads::kNone}}),
      choice_key<Pss>("tasks.pss", &Config::pss,
                      {{"off", Pss::kOff}, {"budget", Pss::kBudget}, {"always", Pss::kAlways}}),
      boolean_key("tasks.wait_channel", &Config::wait_channel),
      patterns_key("tasks.redact", &Config::redact, kDefaultRedaction),
      patterns_key("tasks.redact_allow", &Config::redact_allow, ""),
      choice_key<Exits>("tasks.exits", &Config::exits,
                        {{"auto", Exits::kAuto},
                         {"bpf", Exits::kBpf},
                         {"taskstats", Exits::kTaskstats},
                         {"none", Exits::kNone}}),
      choice_key<Containers>(
          "tasks.containers", &Config::containers,
          {{"auto", Containers::kAuto}, {"units", Containers::kUnits}, {"off", Containers::kOff}}),
      boolean_key("system.perf_counters", &Config::perf_counters),
      choice_key<Config::Gpu>("system.gpu", &Config::gpu,
                              {{"auto", Config::Gpu::kAuto}, {"off", Config::Gpu::kOff}}),
      number_key("process.nice", of_process(&Config::Process::nice), -20, 19),
      choice_key<Scheduling>("process.scheduling", of_process(&Config::Process::scheduling),
                             {{"inherit", Scheduling::kInherit},
                              {"other", Scheduling::kOther},
                              {"batch", Scheduling::kBatch},
                              {"idle", Scheduling::kIdle},
                              {"fifo", Scheduling::kFifo},
                              {"rr", Scheduling::kRoundRobin}}),
      number_key("process.priority", of_process(&Config::Process::priority), 1, 99),
      number_key("process.oom_score_adj", of_process(&Config::Process::oom_score_adj), -1000, 1000),
      boolean_key("process.lock_memory", of_process(&Config::Process::lock_memory)),
      boolean_key("pressure.extra_samples", of_pressure(&Config::Pressure::extra_samples)),
      pressure_key("pressure.cpu", &Config::Pressure::cpu),
      pressure_key("pressure.memory", &Config::Pressure::memory),
      pressure_key("pressure.io", &Config::Pressure::io),
      boolean_key("pressure.oom_kills", of_pressure(&Config::Pressure::oom_kills)),
      duration_key("pressure.interval", of_pressure(&Config::Pressure::interval), kShortestInterval,
                   std::chrono::minutes(1)),
      duration_key("pressure.duration", of_pressure(&Config::Pressure::duration),
                   std::chrono::seconds(1), std::chrono::hours(1)),
      duration_key("pressure.rest", of_pressure(&Config::Pressure::rest), std::chrono::seconds(1),
                   kLongestInterval),
  };
}

std::string_view section_of(std::string_view key) {
  const auto dot = key.rfind('.');
  return dot == key.npos ? std::string_view() : key.substr(0, dot);
}

std::string_view last_part(std::string_view key) { return key.substr(key.rfind('.') + 1); }

constexpr std::size_t kLongestName = 120;  // of a key that nobody knows, and a value that is none

// ---- What to say of a key that is not in the table ----

// Insertions, deletions and replacements of one character, and swaps of two neighbours, that
// lead from `a` to `b`.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before;
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(above.begin(), above.end(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      row[j + 1] = std::min({above[j + 1] + 1, row[j] + 1, above[j] + (a[i] == b[j] ? 0U : 1U)});
      if (i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j]) {
        row[j + 1] = std::min(row[j + 1], before[j - 1] + 1);
      }
    }
    before = above;
    above = row;
  }
  return above.back();
}

// "'interval'", "'threads' in section [tasks]": where the key belongs, if `from` is not there.
std::string place_of(std::string_view key, std::string_view from) {
  const std::string name = "'" + std::string(last_part(key)) + "'";
  const std::string_view section = section_of(key);
  if (section == from) return name;
  if (section.empty()) return name + " above the first section";
  return name + " in section [" + std::string(section) + "]";
}

// The known key that was probably meant: of that name in any section, else the most similar.
std::optional<std::string_view> similar_key(std::string_view unknown,
                                            const std::vector<Key>& keys) {
  constexpr std::size_t kTypos = 2;
  const std::string_view name = last_part(unknown);
  if (name.size() > kLongestName) return std::nullopt;
  std::optional<std::string_view> best;
  std::size_t shortest = kTypos + 1;
  for (const Key& key : keys) {
    const std::size_t distance = edit_distance(name, last_part(key.name));
    // Two typos in a word of four letters make another word.
    if (distance >= shortest || distance * 2 >= name.size()) continue;
    shortest = distance;
    best = key.name;
  }
  return best;
}

// ---- Walking the file ----

std::string describe(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::string:
      return in_quotes(node.as_string()->get());
    case toml::node_type::integer:
      return std::to_string(node.as_integer()->get());
    case toml::node_type::boolean:
      return node.as_boolean()->get() ? "true" : "false";
    case toml::node_type::floating_point:
      return "a number with a fraction";
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return node.is_array_of_tables() ? "an array of tables" : "an array";
    default:
      return "a date or time";
  }
}

class FileReader {
 public:
  FileReader(std::string_view name, Formats formats)
      : name_(visible(name)), keys_(all_keys(formats)) {}

  Result<Config> read(std::string_view content) {
    Place place;
    if (const auto bad = first_bad_byte(content, place); bad < content.size()) {
      constexpr char kDigits[] = "0123456789abcdef";
      const auto byte = static_cast<unsigned char>(content[bad]);
      report(place, [&] {
        return std::string("expected text in UTF-8, found the byte 0x") + kDigits[byte >> 4U] +
               kDigits[byte & 15U];
      });
    } else if (const auto deep = first_too_deep(content, place); deep < content.size()) {
      report(place, [] { return std::string("expected settings, found them nested too deep"); });
    } else if (const toml::parse_result parsed = toml::parse(content); !parsed) {
      // The grammar leaves nothing to go on with behind the first mistake.
      report_syntax(content, parsed.error());
    } else {
      read_table(parsed.table(), "");
    }
    if (problems_.empty()) return std::move(config_);
    Error all{Error::Kind::kInvalid, {}};
    for (const auto& [where, message] : problems_) {
      if (!all.message.empty()) all.message += '\n';
      all.message += name_ + ":" + std::to_string(where.line) + ":" + std::to_string(where.column) +
                     ": " + message;
    }
    if (more_ > 0) all.message += "\n" + name_ + ": " + std::to_string(more_) + " more like these";
    return all;
  }

 private:
  // Keeps the first ones of the file; nobody reads more. `message` is called if it is one of them.
  template <typename Message>
  void report(Place where, Message message) {
    constexpr std::size_t kMost = 20;
    if (problems_.size() == kMost) {
      ++more_;
      const auto last = std::prev(problems_.end());
      if (!(where < last->first)) return;
      problems_.erase(last);
    }
    problems_.emplace(where, message());
  }
  template <typename Message>
  void report(const toml::source_region& where, Message message) {
    report(Place{where.begin.line, where.begin.column}, message);
  }

  void report_syntax(std::string_view content, const toml::parse_error& error) {
    const auto line_number = error.source().begin.line;
    const std::string_view line = line_of(content, line_number);
    // The commonest mistake: `interval = 10s`.
    if (const auto bare = bare_value(line)) {
      const auto known = std::ranges::find(keys_, last_part(bare->key),
                                           [](const Key& key) { return last_part(key.name); });
      if (known != keys_.end()) {
        const bool wants_quotes = known->type == toml::node_type::string;
        report(Place{line_number, bare->column}, [&] {
          return std::string(bare->key) + ": expected " + known->expected + ", found " +
                 visible(bare->value, Lines::kOne, kLongestName) +
                 (wants_quotes ? " without quotes" : "");
        });
        return;
      }
    }
    report(error.source(),
           [&] { return "cannot be read as TOML: " + syntax_message(error.description(), line); });
  }

  bool is_section(std::string_view name) const {
    return !name.empty() && std::ranges::find(keys_, name, [](const Key& key) {
                              return section_of(key.name);
                            }) != keys_.end();
  }

  void read_table(const toml::table& table, const std::string& section) {
    for (const auto& [key, value] : table) {
      const toml::node& node = value;  // clang 14 keeps names of a binding from lambdas
      const std::string name = (section.empty() ? "" : section + ".") + std::string(key.str());
      const auto known = std::ranges::find(keys_, name, &Key::name);
      if (known != keys_.end()) {
        read_value(*known, node);
      } else if (section.empty() && is_section(name)) {
        if (node.is_table()) {
          read_table(*node.as_table(), name);
        } else if (name == "log" && node.is_array_of_tables()) {
          read_logs(*node.as_array());
        } else {
          report(node.source(), [&] {
            return name + ": expected the section [" + name + "], found " + describe(node);
          });
        }
      } else {
        report(key.source(), [&] { return unknown(name, section, node); });
      }
    }
  }

  // [[log]], once for each log.
  void read_logs(const toml::array& logs) {
    config_.logs.clear();
    for (const toml::node& node : logs) {
      if (config_.logs.size() == kMostLogs) {
        report(node.source(), [&] {
          return "expected at most " + std::to_string(kMostLogs) + " [[log]], found " +
                 std::to_string(logs.size());
        });
        return;
      }
      config_.logs.emplace_back();
      read_table(*node.as_table(), "log");
      const auto& directory = config_.logs.back().directory;
      const auto first = std::ranges::find_if(config_.logs, [&](const Config::Log& log) {
        return same_directory(log.directory, directory);
      });
      if (first == config_.logs.end() - 1) continue;
      report(node.source(), [&] {
        return "log.directory: expected one of its own for each [[log]], found " +
               in_quotes(directory) + " again";
      });
    }
  }

  void read_value(const Key& key, const toml::node& node) {
    if (key.add && node.is_array() && !node.is_array_of_tables()) {
      read_list(key, *node.as_array());
      return;
    }
    std::string_view value;
    if (const auto* text = node.as_string()) value = text->get();
    if (const auto* truth = node.as_boolean()) value = truth->get() ? "true" : "false";
    std::string digits;
    if (const auto* number = node.as_integer()) value = digits = std::to_string(number->get());
    if (node.type() != key.type || !key.set || !key.set(config_, value)) {
      report(node.source(), [&] {
        return std::string(key.name) + ": expected " + key.expected + ", found " + describe(node);
      });
    }
  }

  void read_list(const Key& key, const toml::array& list) {
    key.begin_list(config_);
    for (const toml::node& node : list) {
      const auto* text = node.as_string();
      const std::string problem = text ? key.add(config_, text->get())
                                       : "expected a string in the list, found " + describe(node);
      if (problem.empty()) continue;
      report(node.source(), [&] { return std::string(key.name) + ": " + problem; });
    }
  }

  std::string unknown(const std::string& name, const std::string& section,
                      const toml::node& node) const {
    const std::string shown = visible(name, Lines::kOne, kLongestName);
    if (node.is_table() || node.is_array_of_tables()) {
      return "unknown section [" + shown + "]; known are " + known_sections();
    }
    const std::string message = "unknown key '" + shown + "'; ";
    if (const auto similar = similar_key(name, keys_)) {
      return message + "did you mean " + place_of(*similar, section) + "?";
    }
    return message + "known here are " + known_in(section);
  }

  std::string known_in(std::string_view section) const {
    std::string list;
    for (const Key& key : keys_) {
      if (section_of(key.name) != section) continue;
      if (!list.empty()) list += ", ";
      list += last_part(key.name);
    }
    return list;
  }

  std::string known_sections() const {
    std::string list;
    std::string_view last;
    for (const Key& key : keys_) {
      const std::string_view section = section_of(key.name);
      if (section == last) continue;
      last = section;
      list += (list.empty() ? "[" : ", [") + std::string(section) + "]";
    }
    return list;
  }

  std::string name_;
  std::vector<Key> keys_;
  Config config_;
  std::multimap<Place, std::string> problems_;
  std::size_t more_ = 0;  // that are not kept
};

}  // namespace

Result<std::string> config_text(const std::string& path) {
  constexpr std::size_t kLargest = std::size_t{1} << 20U;  // no configuration is larger
  return read_small_file(path, kLargest);
}

Result<Config> load_config(const std::string& path, Formats formats) {
  auto content = config_text(path);
  // In lines as all that is said of a configuration, which no path adds to.
  if (!content) return Error{content.error().kind, visible(content.error().message)};
  if (trimmed(*content).empty()) {
    return Error{Error::Kind::kInvalid,
                 visible(path) + ": expected settings, or comments, found an empty file"};
  }
  auto config = parse_config(*content, path, formats);
  if (config) config->text = std::move(*content);
  return config;
}

Result<Config> load_config_if_present(const std::string& path, Formats formats) {
  auto config = load_config(path, formats);
  if (!config && config.error().kind == Error::Kind::kMissing) return Config{};
  return config;
}

Result<Config> parse_config(std::string_view content, std::string_view name, Formats formats) {
  return FileReader(name, formats).read(content);
}

Result<> set_config(Config& config, std::string_view key, std::string_view value, Formats formats) {
  const auto keys = all_keys(formats);
  const auto known = std::ranges::find(keys, key, &Key::name);
  if (known == keys.end()) {
    return Error{Error::Kind::kInvalid, "unknown key '" + std::string(key) + "'"};
  }
  Config changed = config;
  if (section_of(key) == "log") changed.logs.resize(1);
  if (known->set && known->set(changed, value)) {
    config = std::move(changed);
    return {};
  }
  return Error{Error::Kind::kInvalid,
               "expected " + known->expected + ", found " + in_quotes(value)};
}

std::vector<std::string_view> config_keys() {
  std::vector<std::string_view> names;
  for (const Key& key : all_keys({})) names.push_back(key.name);
  return names;
}

}  // namespace proctape
