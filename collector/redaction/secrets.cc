// SPDX-License-Identifier: Apache-2.0
#include "collector/redaction/secrets.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "base/text/text.h"
#include "collector/redaction/secret_names.h"
#include "collector/redaction/secret_shapes.h"
#include "collector/redaction/secret_tools.h"

namespace proctape {

void SecretSpans::add(std::size_t begin, std::size_t end) {
  if (begin >= end) return;
  if (size_ < spans_.size()) {
    spans_[size_++] = {begin, end};
  } else {
    spans_.back() = {std::min(begin, spans_.back().begin), std::string_view::npos};
  }
}

void SecretSpans::finish() {
  const auto found = std::span(spans_).first(size_);
  std::ranges::sort(found, {}, &Span::begin);
  std::size_t kept = 0;
  for (const Span& each : found) {
    if (kept > 0 && each.begin <= spans_[kept - 1].end) {
      spans_[kept - 1].end = std::max(spans_[kept - 1].end, each.end);
    } else {
      spans_[kept++] = each;
    }
  }
  size_ = kept;
}

namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_quote(char c) { return c == '"' || c == '\''; }
// "h=host,u=user,p=...", as Percona's programs have it.
bool names_a_login(std::string_view word) {
  return (word.starts_with("u=") || word.find(",u=") != word.npos) &&
         (word.starts_with("h=") || word.find(",h=") != word.npos);
}
bool is_alnum(char c) { return is_letter(c) || is_digit(c); }
// Of the name of a variable, an option, a member; letters that are not English ones too.
bool is_name_byte(char c) {
  return is_alnum(c) || c == '_' || c == '-' || c == '.' || c == '$' || (c & 0x80) != 0;
}

// Names and values that are searched for are no longer.
constexpr std::size_t kLongestName = 64;
// Of a value that is a secret as a whole, if it looks like one.
constexpr char kNoPair = '-';
// A text in a text: sh -c "ssh host 'tool --x y'".
constexpr int kDeepest = 4;

// What stands between a name and its value; Ruby's, and Logstash's, too.
bool is_equals(std::string_view word) { return word == "=" || word == ":" || word == "=>"; }

// Of what an echo prints to them, as a secret.
constexpr auto kReaders = std::to_array<std::string_view>(
    {"chpasswd", "sudo -S", "sudo -kS", "--stdin", "password-stdin", "--with-token", "cryptsetup",
     "-passphrase-fd", "smbpasswd", "kinit", "pass-stdin", "passwd", "htpasswd", "-pass stdin",
     "vault login", "su "});
// How far from what is printed they are looked for.
constexpr std::size_t kReadersReach = 200;

class SecretFinder {
 public:
  SecretFinder(std::string_view text, bool cut, SecretSpans& spans, std::int64_t& steps)
      : text_(text), cut_(cut), spans_(spans), steps_(steps) {}

  void run();

 private:
  struct Part {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool empty() const { return begin >= end; }
  };
  // What a value is looked for in the words to come.
  struct Pending {
    SecretKind kind = SecretKind::kNone;
    char pair = '\0';     // what stands between a name and the secret, ...
    bool or_all = false;  // ... without which all of it is one
    bool only_in_quotes = false;
    bool no_number = false;  // nor a port, nor a path
    explicit operator bool() const { return kind != SecretKind::kNone; }
  };
  // A command, as far as it was read.
  struct Command {
    std::string_view rules;
    std::size_t words = 0;  // that are no options, with the program itself
    std::array<std::string_view, 8> seen;
    Part last_word;
    std::uint64_t letters = 0;  // of its options, as bits
    Part before;                // the word before this one
    Part option_before;         // the option before that, if that was no option
    Pending pending;
    bool is_text = false;  // in one argument
    bool skips_next = false;
    bool begins = true;    // the next word may be a program of one or two letters
    std::size_t echo = 0;  // where what an echo prints begins; 0: there is none
  };

  std::string_view view(Part part) const { return text_.substr(part.begin, part.end - part.begin); }
  bool spend(std::size_t bytes) {
    steps_ -= static_cast<std::int64_t>(bytes) + 1;
    return steps_ > 0;
  }

  void argument(Part part, Command& outer, bool is_only);
  void text(Part part, int depth);
  void printed_password(Part part, std::string_view option);
  std::optional<Part> whole_value(Part part, SecretKind& kind);
  Part next_word(std::size_t& at, std::size_t end, std::array<std::size_t, 2> last_quotes);
  void word(Part raw, Command& command, int depth);
  bool take_pending(Part raw, Command& command);
  // True: nothing in it is a secret.
  bool option(Part part, Command& command);
  bool option_rule(std::string_view rule, Part part, Command& command);
  static bool ends_letters(std::string_view shown, std::string_view rule, const Command& command);
  bool logs_in(std::string_view shown, const Command& command) const;
  void bare_word(Part part, Command& command);
  void end_command(Command& command);
  bool applies(std::string_view& rule, const Command& command) const;
  void inside(Part part, Command& command);
  std::size_t assignment(std::size_t at, Part part, Command& command);
  Part name_before(std::size_t at, std::size_t begin) const;
  SecretKind kind_of_value(std::size_t at) const;
  Part value_at(std::size_t begin, Part part, char before_name) const;
  void private_key(Part part);
  bool hide(const Pending& what, Part value);
  bool reads_a_secret(std::string_view commands);
  static bool has_seen(const Command& command, std::string_view word);
  static bool is_separator(std::string_view word);
  static bool is_scheme(std::string_view word);
  static bool mentions(std::string_view rules, std::string_view word);

  std::string_view text_;
  bool cut_;
  SecretSpans& spans_;
  std::int64_t& steps_;
};

void SecretFinder::run() {
  Command command;
  bool is_first = true;
  for (std::size_t at = 0; at < text_.size() && spend(1);) {
    const std::size_t end = std::min(text_.find('\0', at), text_.size());
    argument({at, end}, command, is_first && end + 1 >= text_.size());
    is_first = false;
    at = end + 1;
  }
  end_command(command);
}

// ---- Arguments, and the words in them ----

void SecretFinder::argument(Part part, Command& outer, bool is_only) {
  const std::string_view all = view(part);
  if (!spend(all.size())) return;
  if (std::ranges::none_of(all, is_space)) {
    word(part, outer, 0);
    return;
  }
  private_key(part);
  if (outer.pending && take_pending(part, outer)) {
    outer.before = part;
    return;
  }
  const std::string_view before = view(outer.before);
  const bool is_command =
      is_only || outer.rules.find('$') != outer.rules.npos || before == "--command" ||
      before == "-e" || before == "eval" ||
      (before.size() > 1 && before.size() < 6 && before[0] == '-' && before.back() == 'c');
  printed_password(part, before);
  SecretKind kind = SecretKind::kNone;
  const auto value = is_command ? std::nullopt : whole_value(part, kind);
  if (!value || !hide({.kind = kind}, *value)) {
    text(part, 1);
    // --rsh="sshpass -p x ssh", -o "ProxyCommand=sshpass ...": a command, too.
    const auto sign = all.find('=');
    if (is_letter(all[all.find_first_not_of('-') % all.size()]) &&
        sign < all.find_first_of(" \t") && spend(all.size()) &&
        !secret_rules(all.substr(sign + 1, all.find(' ') - sign - 1)).empty()) {
      text({part.begin + sign + 1, part.end}, 1);
    }
  }
  ++outer.words;
  outer.before = outer.last_word = part;
  outer.begins = false;
}

// --passwordeval "echo x", --password-command="echo x": programs that are to print it.
void SecretFinder::printed_password(Part part, std::string_view option) {
  constexpr std::string_view kPrints = "echo ";
  std::string_view all = view(part);
  const auto sign = all.find('=');
  if (all.starts_with('-') && sign < all.find(' ')) {
    option = all.substr(0, sign);
    all.remove_prefix(sign + 1);
  }
  if (!all.starts_with(kPrints) || !option.starts_with('-')) return;
  if (option.find("pass") == option.npos) return;
  hide({.kind = SecretKind::kPassword}, {part.end - all.size() + kPrints.size(), part.end});
}

// Of "--password=two words", "Authorization: Bearer x": all that follows; none if more names
// follow, or it begins otherwise.
std::optional<SecretFinder::Part> SecretFinder::whole_value(Part part, SecretKind& kind) {
  const std::string_view all = view(part);
  std::size_t at = 0;
  while (at < all.size() && at < kLongestName && is_name_byte(all[at])) ++at;
  if (at == 0 || at >= all.size() || (all[at] != '=' && all[at] != ':')) return std::nullopt;
  const bool is_header = all[at] == ':';
  kind = secret_kind(all.substr(0, at));
  if (kind == SecretKind::kNone || kind == SecretKind::kSignature) return std::nullopt;
  const bool follows_a_space = at + 1 < all.size() && is_space(all[at + 1]);
  if (is_header && kind != SecretKind::kHeader && !follows_a_space) return std::nullopt;
  if (is_header && kind == SecretKind::kPassword && all.find('=') != all.npos) return std::nullopt;
  std::size_t begin = at + 1;
  while (begin < all.size() && is_space(all[begin])) ++begin;
  if (!is_header) {
    // "password=x host=h"
    for (std::size_t i = begin; i < all.size(); ++i) {
      if (!is_space(all[i])) continue;
      std::size_t name = i + 1;
      while (name < all.size() && is_name_byte(all[name])) ++name;
      if (name > i + 1 && name < all.size() && all[name] == '=') return std::nullopt;
      i = name - 1;
    }
  } else if (kind == SecretKind::kHeader) {
    const auto space = all.find(' ', begin);
    if (space != all.npos) begin = space + 1;  // behind the scheme
    kind = SecretKind::kPassword;
  } else if (kind == SecretKind::kLogin || kind == SecretKind::kPair) {
    kind = SecretKind::kPassword;
  }
  return Part{part.begin + begin, part.end};
}

bool SecretFinder::is_separator(std::string_view word) {
  return word == ";" || word == "|" || word == "||" || word == "&&" || word == "&" || word == "(" ||
         word == ")" || word == "{" || word == "}" || word == "|&";
}

bool SecretFinder::reads_a_secret(std::string_view commands) {
  spend(kReaders.size() * commands.size() / 4);  // most bytes begin no reader
  return std::ranges::any_of(
      kReaders, [&](std::string_view reader) { return commands.find(reader) != commands.npos; });
}

// Among its first words, in any case.
bool SecretFinder::has_seen(const Command& command, std::string_view word) {
  const auto seen = std::span(command.seen).first(std::min(command.words, command.seen.size()));
  return std::ranges::any_of(seen, [&](std::string_view each) {
    return std::ranges::equal(each, word, {}, [](unsigned char c) { return std::tolower(c); });
  });
}

void SecretFinder::text(Part part, int depth) {
  if (depth > kDeepest || part.empty()) return;
  const auto last = [&](char quote) {
    const auto found = view(part).rfind(quote);
    return found == text_.npos ? 0 : part.begin + found;
  };
  const std::array<std::size_t, 2> last_quotes{last('"'), last('\'')};
  Command command;
  command.is_text = true;
  for (std::size_t at = part.begin; at < part.end && spend(1);) {
    const std::size_t gap = at;
    const Part raw = next_word(at, part.end, last_quotes);
    if (raw.empty()) break;
    const bool new_line = view({gap, raw.begin}).find('\n') != text_.npos;
    const std::string_view shown = view(raw);
    if (new_line || is_separator(shown)) {
      if (shown.front() == '|' && command.echo > 0) {
        const auto rest = text_.substr(raw.end, std::min(part.end - raw.end, kReadersReach));
        if (reads_a_secret(rest)) spans_.add(command.echo, gap);
      }
      end_command(command);
      command = {};
      command.is_text = true;
      if (is_separator(shown)) continue;
    }
    word(raw, command, depth);
    if (text_[raw.end - 1] == ';') {
      end_command(command);
      command = {};
      command.is_text = true;
    }
  }
  end_command(command);
}

// To the next space that is not in quotes.
SecretFinder::Part SecretFinder::next_word(std::size_t& at, std::size_t end,
                                           std::array<std::size_t, 2> last_quotes) {
  while (at < end && is_space(text_[at])) ++at;
  const std::size_t begin = at;
  char quote = '\0';
  for (; at < end; ++at) {
    const char c = text_[at];
    if (c == '\\') {
      if (at + 1 < end && !is_space(text_[at + 1])) ++at;
    } else if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (is_space(c)) {
      break;
    } else if (is_quote(c) && at < last_quotes[c == '"' ? 0 : 1] &&
               (c == '"' || at == begin || !is_alnum(text_[at - 1]))) {
      quote = c;
    }
  }
  spend(at - begin);
  return {begin, at};
}

// ---- One word ----

void SecretFinder::word(Part raw, Command& command, int depth) {
  if (raw.empty()) return;
  Part part = raw;
  const char quote = text_[raw.begin];
  const bool quoted = is_quote(quote) && raw.end - raw.begin > 1 && text_[raw.end - 1] == quote;
  if (quoted && command.is_text) part = {raw.begin + 1, raw.end - 1};
  const std::string_view shown = view(part);
  const auto done = [&](bool counts) {
    command.option_before = view(part).starts_with('-') ? Part() : command.before;
    command.before = part;
    command.begins = false;
    if (!counts) return;
    if (command.words < command.seen.size()) command.seen[command.words] = shown;
    ++command.words;
    command.last_word = part;
  };
  if (command.skips_next) {
    command.skips_next = false;
    inside(part, command);
    done(false);
    return;
  }
  if (command.pending && take_pending(raw, command)) {
    done(false);
    return;
  }
  if (quoted && command.is_text && std::ranges::any_of(shown, is_space)) {
    SecretKind kind = SecretKind::kNone;
    const auto value = whole_value(part, kind);
    if (!value || !hide({.kind = kind}, *value)) text(part, depth + 1);
    done(true);
    return;
  }
  if (shown.empty()) return;
  const bool is_option = shown.size() > 1 && (shown[0] == '-' || shown[0] == '+');
  if (is_option) {
    if (!option(part, command)) inside(part, command);
    done(false);
    return;
  }
  bare_word(part, command);
  inside(part, command);
  done(true);
}

// Whether the word was taken as the value that is waited for.
bool SecretFinder::take_pending(Part raw, Command& command) {
  const std::string_view shown = view(raw);
  if (is_equals(shown)) {
    command.pending.only_in_quotes = false;
    return true;
  }
  // PowerShell's: the text that it makes one of follows.
  if (shown == "ConvertTo-SecureString") return true;
  Pending what = std::exchange(command.pending, {});
  Part value = raw;
  std::size_t quotes = 0;
  while (value.begin < value.end && (text_[value.begin] == '\\' || is_quote(text_[value.begin]) ||
                                     (what.only_in_quotes && text_[value.begin] == '('))) {
    if (is_quote(text_[value.begin])) ++quotes;
    ++value.begin;
    if (!command.is_text) break;
  }
  if (what.only_in_quotes && quotes == 0) return false;
  if (quotes > 0) {
    const auto close = text_.find(text_[value.begin - 1], value.begin);
    if (close < value.end) value.end = close;
    if (value.end > value.begin && text_[value.end - 1] == '\\') --value.end;
  } else if (command.is_text) {
    while (value.end > value.begin &&
           std::string_view(",;)}]").find(text_[value.end - 1]) != std::string_view::npos) {
      --value.end;
    }
  }
  const std::string_view found = view(value);
  if (what.no_number && (found.find_first_not_of("0123456789:-,") == found.npos ||
                         found.find('/') != found.npos || found.find(':') != found.npos)) {
    return false;
  }
  if (what.kind == SecretKind::kHeader) {
    if (is_scheme(found)) {
      command.pending = {.kind = SecretKind::kPassword};
      return true;
    }
    what.kind = SecretKind::kPassword;
  }
  if (found.size() > 1 && found[0] == '-' && quotes == 0) {
    // An option, or a password that begins like one.
    const bool is_value = found.size() >= 6 && found[1] != '-' && found.find('=') == found.npos &&
                          std::ranges::any_of(found, [](unsigned char c) {
                            return std::isdigit(c) || std::isupper(c);
                          });
    if (!is_value || what.kind != SecretKind::kPassword) return false;
  }
  if (!hide(what, value)) inside(raw, command);
  return true;
}

bool SecretFinder::is_scheme(std::string_view word) {
  std::array<char, 10> small{};
  if (word.size() > small.size()) return false;
  std::transform(word.begin(), word.end(), small.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::string_view scheme(small.data(), word.size());
  return scheme == "basic" || scheme == "bearer" || scheme == "token" || scheme == "digest" ||
         scheme == "oauth" || scheme == "negotiate" || scheme == "apikey" || scheme == "splunk" ||
         scheme == "key";
}

// Adds the secret part of a value to the spans; false: it is none.
bool SecretFinder::hide(const Pending& what, Part value) {
  const std::string_view all = view(value);
  spend(all.size());
  if (all.empty() || is_no_secret(what.kind, all)) return false;
  char pair = what.pair;
  if (pair == kNoPair) {
    if (!looks_random(all)) return false;
    pair = '\0';
  } else if (what.kind == SecretKind::kPair || what.kind == SecretKind::kLogin) {
    pair = ':';
  }
  if (pair != '\0') {
    const auto at = all.find(pair);
    if (at != all.npos && at > 0 && at + 1 < all.size()) {
      std::size_t end = value.end;
      if (pair == '/') end = std::min(text_.find('@', value.begin + at), end);
      const Part secret{value.begin + at + 1, end};
      if (is_no_secret(SecretKind::kPassword, view(secret))) return false;
      spans_.add(secret.begin, secret.end);
      return true;
    }
    const bool all_of_it = what.or_all || what.kind == SecretKind::kPair;
    if (what.pair != '\0' && !all_of_it) return false;
    if (what.kind == SecretKind::kLogin && !all_of_it && !looks_random(all)) return false;
  }
  spans_.add(value.begin, value.end);
  return true;
}

// ---- Options and programs ----

// Cuts "&condition" off a rule and tells whether it holds.
bool SecretFinder::applies(std::string_view& rule, const Command& command) const {
  const auto mark = rule.find('&');
  if (mark == rule.npos) return true;
  std::string_view condition = rule.substr(mark + 1);
  rule = rule.substr(0, mark);
  if (condition.starts_with('-')) {
    condition.remove_prefix(1);
    return std::ranges::all_of(condition, [&](char c) {
      return (command.letters >> (static_cast<unsigned char>(c) & 63U) & 1U) != 0;
    });
  }
  const auto seen = std::span(command.seen).first(std::min(command.words, command.seen.size()));
  return std::ranges::find(seen, condition) != seen.end();
}

// Whether the word is one of the command's own, and no other program.
bool SecretFinder::mentions(std::string_view rules, std::string_view word) {
  for (auto at = rules.find('&'); at != rules.npos; at = rules.find('&', at + 1)) {
    const auto condition = rules.substr(at + 1, rules.find(' ', at) - at - 1);
    if (condition == word) return true;
  }
  return false;
}

// "-rP" ends in -P, if the program's letters may stand together, and those before it are ones that
// have no value.
bool SecretFinder::ends_letters(std::string_view shown, std::string_view rule,
                                const Command& command) {
  constexpr std::string_view kWithoutValue = "sSfLkvigInNjJRaqre0123456789";
  return command.rules.starts_with('^') && rule.size() == 2 && shown.size() > 2 &&
         shown.size() < 8 && shown[0] == '-' && shown.back() == rule[1] &&
         shown.substr(1, shown.size() - 2).find_first_not_of(kWithoutValue) == shown.npos;
}

// "-u NAME -p" of a program that is not known: what follows is a password, but for what looks like
// a port, a number or a path.
bool SecretFinder::logs_in(std::string_view shown, const Command& command) const {
  const bool of_wrapper = command.rules == "w" || command.rules.ends_with(" w");
  const bool logs_in_too = command.rules.find("-p&login") != command.rules.npos;
  const bool is_known = !command.rules.empty() && !logs_in_too;
  if (is_known && (!of_wrapper || command.words < 2)) return false;
  constexpr std::string_view kUsers[] = {"-u", "-U", "-l", "--user", "--username", "--login"};
  const std::string_view user = view(command.before);
  return std::ranges::find(kUsers, view(command.option_before)) != std::end(kUsers) &&
         user.find_first_not_of("0123456789.") != user.npos &&
         (shown == "-p" || shown == "-P" || shown == "-pw");
}

// Whether the rule is about this option.
bool SecretFinder::option_rule(std::string_view rule, Part part, Command& command) {
  const std::string_view shown = view(part);
  Pending what{.kind = SecretKind::kPassword};
  bool attached = true;
  bool separate = true;
  const char last = rule.back();
  if (last == '+') separate = false;
  if (last == '_') attached = false;
  if (last == '?') what.or_all = true;
  if (last == ':' && rule[0] == '-') what.pair = ':';
  if (last == '?') what.pair = ':';
  if (last == '%' || last == ',') what.pair = last;
  if (last == '*') what.pair = '=';
  const bool has_mark = std::string_view("+_?%,*").find(last) != std::string_view::npos ||
                        (last == ':' && rule[0] == '-');
  if (has_mark) rule.remove_suffix(1);
  if (ends_letters(shown, rule, command)) {
    command.pending = what;
    return true;
  }
  if (!shown.starts_with(rule)) return false;
  if (shown.size() == rule.size()) {
    if (!separate) return false;
    command.pending = what;
    return true;
  }
  // "-password" is no "-p" with a value.
  if (shown == "-password" || shown == "-passwd" || shown == "-pass" || shown == "-passphrase") {
    return false;
  }
  const bool is_letter = rule.size() == 2 || rule.ends_with(':') || rule == "-hp";
  std::size_t begin = part.begin + rule.size();
  if (!is_letter) {
    if (text_[begin] != '=') return false;
    ++begin;
  } else if (!attached || shown.starts_with("--")) {
    return false;
  } else if (text_[begin] == '=') {
    ++begin;
  }
  hide(what, command.is_text ? value_at(begin, part, '\0') : Part{begin, part.end});
  return true;
}

bool SecretFinder::option(Part part, Command& command) {
  const std::string_view shown = view(part);
  spend(command.rules.size());
  if (!shown.starts_with("--")) {
    for (const char c : shown.substr(1)) {
      command.letters |= std::uint64_t{1} << (static_cast<unsigned char>(c) & 63U);
    }
  }
  for (auto rules = command.rules; !rules.empty();) {
    auto rule = proctape::next_word(rules);
    if (rule.empty()) break;
    const char first = rule[0];
    if (first == '!' &&
        (shown == rule.substr(1) || (rule.ends_with('=') && shown.starts_with(rule.substr(1))))) {
      return true;
    }
    if (first == '~' && shown.size() == 2 && rule.find(shown[1], 1) != rule.npos) {
      command.skips_next = true;
    }
    if (first != '-' && first != '+') continue;
    if (shown == "+login" && rule == "+login") {
      command.pending = {.kind = SecretKind::kPassword};
      command.skips_next = true;
      return false;
    }
    if (applies(rule, command) && option_rule(rule, part, command)) return false;
  }
  if (shown.find('=') != shown.npos) return false;
  const SecretKind kind = secret_kind(shown);
  if (kind != SecretKind::kNone && kind != SecretKind::kSignature) {
    command.pending = {.kind = kind};
  } else if (shown == "--key") {
    command.pending = {.kind = SecretKind::kLogin, .pair = kNoPair};
  } else if (logs_in(shown, command)) {
    command.pending = {.kind = SecretKind::kPassword, .no_number = true};
  }
  return false;
}

void SecretFinder::bare_word(Part part, Command& command) {
  std::string_view shown = view(part);
  spend(shown.size());
  // A program, and what it takes.
  std::string_view program = shown;
  while (!program.empty() && (program[0] == '$' || program[0] == '(' || program[0] == '`' ||
                              program[0] == '{' || program[0] == '@')) {
    program.remove_prefix(1);
  }
  if (const auto slash = program.rfind('/'); slash != program.npos) {
    program.remove_prefix(slash + 1);
  }
  if (program.ends_with(".exe")) program.remove_suffix(4);
  const std::string_view before = view(command.before);
  const bool of_wrapper = command.rules == "w" || command.rules.ends_with(" w");
  const bool is_place = command.begins || before == "--" || command.words == 0 ||
                        (of_wrapper && program.size() > 1) || before == "-exec" ||
                        (program.size() > 2 && !before.starts_with('-'));
  if (is_place) {
    if (command.is_text && command.begins &&
        (program == "echo" || program == "printf" || program == "yes")) {
      command.echo = part.end + 1;
    }
    // "set" is a word of many others.
    const bool is_shells = program == "set" || program == "setenv";
    const auto rules = is_shells && !(command.begins && command.is_text) ? std::string_view()
                                                                         : secret_rules(program);
    if (!rules.empty() && !mentions(command.rules, program)) {
      if (command.words > 0) end_command(command);
      const bool is_text = command.is_text;
      const std::size_t echo = command.echo;
      command = {};
      command.rules = rules;
      command.is_text = is_text;
      command.echo = echo;
      return;
    }
  }
  // As word() will count it.
  const std::size_t number = command.words;
  spend(command.rules.size());
  for (auto rules = command.rules; !rules.empty();) {
    auto rule = proctape::next_word(rules);
    if (rule.empty()) break;
    const char first = rule[0];
    if (!applies(rule, command)) continue;
    if (first == '#' && rule[1] != 'L' && number == static_cast<std::size_t>(rule[1] - '0')) {
      hide({.kind = SecretKind::kPassword}, part);
    } else if (first == '=') {
      const auto sign = shown.find('=');
      if (sign != shown.npos) {
        hide({.kind = SecretKind::kPassword}, {part.begin + sign + 1, part.end});
      }
    } else if (rule == "/") {
      const auto sign = shown.find('=');
      const std::string_view name = shown.substr(0, sign);
      Part login = part;
      if (sign != shown.npos) login.begin += sign + 1;
      const bool is_login = !shown.starts_with('/') && !shown.starts_with('@') &&
                            !shown.starts_with('.') &&
                            (sign == shown.npos || name == "userid" || name == "target");
      if (is_login) hide({.kind = SecretKind::kPassword, .pair = '/'}, login);
    } else if (first == '/') {
      option_rule(rule, part, command);
    } else if (first == '@') {
      if (shown == "using") command.pending = {.kind = SecretKind::kPassword};
      if (shown.starts_with("http-basic.")) {
        command.pending = {.kind = SecretKind::kPassword};
        command.skips_next = true;
        continue;
      }
      // A variable; a kind of key, "wpa-psk", that an option has for its value.
      if (shown.starts_with('$') || shown.starts_with("wpa-")) continue;
      const SecretKind kind = secret_kind(shown);
      if (shown.find('=') == shown.npos && shown.find('/') == shown.npos &&
          (kind == SecretKind::kPassword || kind == SecretKind::kToken ||
           kind == SecretKind::kKey)) {
        command.pending = {.kind = kind};
      } else if (shown.starts_with("//") && kind != SecretKind::kNone) {
        command.pending = {.kind = kind};
      } else if (shown == "AUTH" || shown == "auth" || shown.starts_with("pypi-token.")) {
        command.pending = {.kind = SecretKind::kPassword};
      }
    } else if (first == '<' && shown == "<<<") {
      command.pending = {.kind = SecretKind::kPassword};
    } else if (first == '>' && shown.starts_with('>') && has_seen(command, "setuser")) {
      spans_.add(part.begin + 1, part.end);
    }
  }
  if (command.pending) return;
  if (!command.is_text) {
    // Of a program that is not known: "password", and what looks like one.
    if (command.rules.empty() && secret_kind(shown) == SecretKind::kPassword) {
      command.pending = {.kind = SecretKind::kLogin, .pair = kNoPair};
    }
    return;
  }
  if (shown.size() > 3 && shown.ends_with(',') && is_quote(shown[shown.size() - 2])) {
    // define('DB_PASSWORD', 'x')
    const Part name = name_before(part.end - 1, part.begin);
    const bool is_first = name.begin > part.begin + 1 && text_[name.begin - 2] == '(';
    const SecretKind kind = is_first ? secret_kind(view(name)) : SecretKind::kNone;
    if (kind == SecretKind::kPassword || kind == SecretKind::kToken || kind == SecretKind::kKey) {
      command.pending = {.kind = kind, .only_in_quotes = true};
    }
    return;
  }
  if (shown == "<<<") {
    const std::size_t from = part.begin - std::min<std::size_t>(part.begin, kReadersReach);
    if (reads_a_secret(text_.substr(from, part.begin - from))) {
      command.pending = {.kind = SecretKind::kPassword};
    } else {
      command.echo = part.end + 1;
    }
    return;
  }
  if (shown.ends_with("(ConvertTo-SecureString")) {
    command.pending = {.kind = SecretKind::kPassword, .only_in_quotes = true};
    return;
  }
  // password = x, password 'x', IDENTIFIED BY 'x'
  const std::string_view last = view(command.before);
  if (is_equals(shown)) {
    std::string_view name = last;
    while (!name.empty() && (is_quote(name.back()) || name.back() == '\\')) name.remove_suffix(1);
    const SecretKind kind = secret_kind(name);
    if (kind != SecretKind::kNone && kind != SecretKind::kSignature) {
      command.pending = {.kind = kind};
    } else if (name == "key" && has_seen(command, "pragma")) {
      command.pending = {.kind = SecretKind::kPassword};
    }
  } else if (shown.size() > 1 && shown[0] == '=' && shown[1] != '=' && !last.empty()) {
    const SecretKind kind = secret_kind(last);
    if (kind != SecretKind::kNone) hide({.kind = kind}, value_at(part.begin + 1, part, '\0'));
  } else if (shown == "send") {
    // expect -c 'expect "assword:"; send "x\r"'
    const std::string_view so_far = text_.substr(0, part.begin);
    if (spend(so_far.size()) && so_far.rfind("assword") != so_far.npos) {
      command.pending = {.kind = SecretKind::kPassword};
    }
  } else if (shown.size() <= 12) {
    const std::string_view so_far = text_.substr(0, part.begin);
    const bool by =
        (shown == "by" || shown == "BY") && spend(so_far.size()) &&
        (so_far.rfind("dentified") != so_far.npos || so_far.rfind("DENTIFIED") != so_far.npos);
    // DB2's CONNECT TO x USER y USING z
    if ((shown == "using" || shown == "USING") && has_seen(command, "connect") &&
        has_seen(command, "user")) {
      command.pending = {.kind = SecretKind::kPassword};
    } else if (by || secret_kind(shown) == SecretKind::kPassword) {
      command.pending = {.kind = SecretKind::kPassword, .only_in_quotes = true};
    }
  }
}

void SecretFinder::end_command(Command& command) {
  for (auto rules = command.rules; !rules.empty();) {
    auto rule = proctape::next_word(rules);
    if (rule.empty()) break;
    if (!rule.starts_with("#L") || !applies(rule, command)) continue;
    const auto least = static_cast<std::size_t>(rule[2] - '0');
    if (command.words <= least) continue;
    Pending what{.kind = SecretKind::kPassword};
    if (rule.ends_with('/')) what.pair = '/';
    hide(what, command.last_word);
  }
}

// ---- Names, URLs and tokens within a word ----

SecretFinder::Part SecretFinder::name_before(std::size_t at, std::size_t begin) const {
  std::size_t end = at;
  const std::size_t limit = at - begin > kLongestName ? at - kLongestName : begin;
  while (end > limit &&
         (is_quote(text_[end - 1]) || text_[end - 1] == '\\' || text_[end - 1] == ']')) {
    --end;
  }
  std::size_t first = end;
  while (first > limit && is_name_byte(text_[first - 1])) --first;
  return {first, end};
}

// Of the word "value" at `at`, whose name stands in front of it: {"name": "X", "value": ...},
// ParameterKey=X,ParameterValue=..., "X": {"value": ...
SecretKind SecretFinder::kind_of_value(std::size_t at) const {
  constexpr std::size_t kBetween = 10;
  std::size_t end = at;
  const std::size_t least = at - std::min(at, kBetween);
  while (end > least && std::string_view("\"'\\,{: \n").find(text_[end - 1]) != text_.npos) --end;
  const std::string_view between = text_.substr(end, at - end);
  if (between.find_first_of(",{\n") == between.npos) return SecretKind::kNone;
  const std::size_t begin = end - std::min(end, kLongestName);
  const SecretKind kind = secret_kind(view(name_before(end, begin)));
  const bool is_one =
      kind == SecretKind::kPassword || kind == SecretKind::kToken || kind == SecretKind::kKey;
  return is_one ? kind : SecretKind::kNone;
}

// The value that begins there, in quotes or to what ends it.
SecretFinder::Part SecretFinder::value_at(std::size_t begin, Part part, char before_name) const {
  std::size_t at = begin;
  while (at < part.end && (text_[at] == '\\' || is_quote(text_[at]))) {
    ++at;
    if (!is_quote(text_[at - 1])) continue;
    const auto close = std::min(text_.find(text_[at - 1], at), part.end);
    return {at, close > at && text_[close - 1] == '\\' ? close - 1 : close};
  }
  const bool in_query = before_name == '?' || before_name == '&' || before_name == '#';
  std::size_t end = at;
  for (; end < part.end; ++end) {
    const char c = text_[end];
    if (c == '"' || (in_query && (c == '&' || c == '#')) || (c == '\'' && before_name == '\''))
      break;
    if (c == '}' && before_name == '{') break;
    if (c != ',' && c != ';' && c != '&') continue;
    std::size_t name = end + 1;
    while (name < part.end &&
           (is_name_byte(text_[name]) || is_quote(text_[name]) || text_[name] == '\\')) {
      ++name;
    }
    // Another name, or the end.
    if (name == part.end || text_[name] == '=' || text_[name] == ':') break;
    end = name - 1;
  }
  return {at, end};
}

// A name ends before text_[at]. Returns where to go on.
std::size_t SecretFinder::assignment(std::size_t at, Part part, Command& command) {
  const char sign = text_[at];
  std::size_t begin = at + 1;
  if (begin < part.end && text_[begin] == '=') return begin + 1;            // compares
  if (sign == '=' && begin + 1 < part.end && text_[begin] == '>') ++begin;  // Ruby's
  if (sign == ':' && begin < part.end && text_[begin] == ':') return begin + 1;
  Part name = name_before(at, part.begin);
  spend(kLongestName / 2);
  if (name.empty()) return begin;
  SecretKind kind = secret_kind(view(name));
  if (view(name).ends_with("alue")) kind = kind_of_value(name.begin);
  const char before = name.begin > part.begin ? text_[name.begin - 1] : '\0';
  if (kind == SecretKind::kNone) {
    const std::string_view called = view(name);
    if (called == "data" && view(part).starts_with("secret,")) {
      hide({.kind = SecretKind::kPassword}, value_at(begin, part, ','));  // QEMU's
    } else if (called == "--key") {
      hide({.kind = SecretKind::kLogin, .pair = kNoPair}, value_at(begin, part, before));
    } else if (called == "user" || called == "username") {
      // That of a mount: "user=name%password"; but "%20" is a letter, "%u" to be filled in.
      const Part login = value_at(begin, part, before);
      spend(2 * (login.end - begin));
      const auto percent = view(login).find('%');
      if (percent != text_.npos && percent > 0 && percent + 4 < login.end - login.begin &&
          !std::ranges::all_of(view(login).substr(percent + 1, 2),
                               [](unsigned char c) { return std::isxdigit(c) != 0; })) {
        hide({.kind = SecretKind::kPassword}, {login.begin + percent + 1, login.end});
      }
    } else if (called == "p" && spend(2 * view(part).size()) && names_a_login(view(part))) {
      hide({.kind = SecretKind::kPassword}, value_at(begin, part, before));
    } else if (called == "key" && has_seen(command, "pragma")) {
      hide({.kind = SecretKind::kPassword}, value_at(begin, part, before));
    } else if (called == "key" && (before == '?' || before == '&')) {
      hide({.kind = SecretKind::kLogin}, value_at(begin, part, before));
    }
    return begin;
  }
  if (kind == SecretKind::kSignature && before != '?' && before != '&' && before != ';') {
    return begin;
  }
  const bool at_begin = name.begin == part.begin;
  if (before == ':' && view(part).find("pkcs11:") != text_.npos) return begin;  // names a device
  if (before == '/' && sign == ':' && name.begin - 1 != part.begin &&
      text_[name.begin - 2] != '/') {
    return begin;
  }
  if (sign == ':' && begin == part.end) {
    if (command.is_text || kind == SecretKind::kHeader) command.pending = {.kind = kind};
    return begin;
  }
  const Part value = value_at(begin, part, before);
  const std::string_view found = view(value);
  spend(found.size());
  const bool in_quotes = value.begin > begin;
  if (found == "{" || found == "[") return begin;
  if (in_quotes && found.empty() && value.end + 1 >= part.end) return begin;
  if (sign == ':' && !in_quotes) {
    // "image:tag", "user:group" ...: not everything that a colon stands behind is a name.
    const std::string_view called = view(name);
    const bool joined = called.find('-') != called.npos || called.find('_') != called.npos;
    const bool is_version =
        !found.empty() && found.find('.') != found.npos && (is_digit(found[0]) || found[0] == 'v');
    const bool likely = kind == SecretKind::kPassword
                            ? called.find("secret") == called.npos || joined
                            : joined || looks_random(found);
    if (!likely || is_version || found == "latest") return begin;
    if (kind == SecretKind::kPair || kind == SecretKind::kLogin || kind == SecretKind::kPin) {
      return begin;
    }
  }
  if (sign == '=' && at_begin && command.is_text && found.starts_with('(')) {
    // Not an array of the shell's, but Python's auth=('user', 'password').
    if (view(name) == "auth" && found.size() > 1 && is_quote(found[1])) {
      const std::string_view rest = view({begin, part.end});
      const auto comma = rest.find(',');
      if (comma + 1 == rest.size()) {
        command.pending = {.kind = SecretKind::kPassword, .only_in_quotes = true};
      } else if (comma != rest.npos) {
        hide({.kind = SecretKind::kPassword}, value_at(begin + comma + 1, part, '\0'));
      }
    }
    return begin;
  }
  Pending what{.kind = kind};
  if (kind == SecretKind::kHeader) {
    if (is_scheme(found)) {
      command.pending = {.kind = SecretKind::kPassword};
      return begin;
    }
    what.kind = SecretKind::kPassword;
  }
  if (!hide(what, value)) return begin;
  return std::max(value.end, begin);
}

void SecretFinder::inside(Part part, Command& command) {
  bool after_token_byte = false;
  for (std::size_t at = part.begin; at < part.end && spend(1);) {
    const char c = text_[at];
    if (!after_token_byte && is_alnum(c)) {
      const std::string_view rest = text_.substr(at, part.end - at);
      if (const auto length = token_length(rest, cut_ && part.end == text_.size()); length > 0) {
        spans_.add(at, at + length);
        at += length;
        continue;
      }
    }
    after_token_byte = is_name_byte(c);
    if (c == ':' && view(part).substr(at - part.begin).starts_with("://")) {
      const Part scheme = name_before(at, part.begin);
      std::size_t end = at + 3;
      while (end < part.end && !is_quote(text_[end]) && text_[end] != '<' && text_[end] != '>' &&
             text_[end] != '|') {
        ++end;
      }
      spend(end - at);
      const auto url = view({at + 3, end});
      const auto secret = url_secret(view(scheme), url, cut_ && end == text_.size());
      if (secret.end > secret.begin) {
        spans_.add(at + 3 + secret.begin, at + 3 + secret.end);
        at += 3 + secret.end;
      } else {
        at += 3;
      }
      after_token_byte = false;
    } else if (c == '@' && at > part.begin + 3) {
      // user:password@host without a scheme
      const std::string_view all = view(part);
      const auto here = at - part.begin;
      if (!spend(here)) return;
      // Oracle's: jdbc:oracle:thin:user/password@host
      const auto thin = all.substr(0, here).find(":thin:");
      const auto slash = thin == all.npos ? all.npos : all.substr(0, here).find('/', thin);
      if (slash != all.npos) {
        spans_.add(part.begin + slash + 1, part.begin + here);
        ++at;
        continue;
      }
      auto first = all.substr(0, here).find_last_of("=/,'\"") + 1;  // npos + 1 is 0
      // CVS's: ":pserver:user:password@host"
      constexpr std::string_view kCvs = ":pserver:";
      if (all.substr(first).starts_with(kCvs)) first += kCvs.size();
      const auto colon = all.substr(0, here).find(':', first);
      const std::string_view host = all.substr(here + 1);
      ++at;
      if (colon == all.npos || colon == first || colon + 4 > here || host.empty()) continue;
      const std::string_view user = all.substr(first, colon - first);
      const std::string_view password = all.substr(colon + 1, here - colon - 1);
      const auto name_only = [](std::string_view text) {
        return std::ranges::all_of(text, is_name_byte);
      };
      const auto host_end = std::min(host.find_first_of(":/,("), host.size());
      if (!name_only(user) || !name_only(host.substr(0, host_end)) || host.starts_with("sha256") ||
          user == "npm" || user == "mailto" || user == "sip" || user == "workspace" ||
          user == "git" || user == "jdbc" || (host_end == 0 && !host.starts_with('/')) ||
          is_digit(user[0]) || password.find('/') == 0 || host.ends_with(".service") ||
          is_no_secret(SecretKind::kPassword, password)) {
        continue;
      }
      spans_.add(part.begin + colon + 1, part.begin + here);
    } else if (c == '=' || c == ':') {
      at = assignment(at, part, command);
      after_token_byte = false;
    } else if (c == '(' && at + 1 < part.end && is_quote(text_[at + 1])) {
      // PASSWORD('x')
      const Part name = name_before(at, part.begin);
      ++at;
      if (!name.empty() && secret_kind(view(name)) == SecretKind::kPassword) {
        hide({.kind = SecretKind::kPassword}, value_at(at, part, '\0'));
      }
    } else if (c == '>' && at > part.begin) {
      // <password>x</password>
      const Part name = name_before(at, part.begin);
      ++at;
      if (!name.empty() && name.begin > part.begin && text_[name.begin - 1] == '<' &&
          secret_kind(view(name)) == SecretKind::kPassword) {
        const auto end = at + std::min(view({at, part.end}).find('<'), part.end - at);
        hide({.kind = SecretKind::kPassword}, {at, end});
        spend(end - at);
        at = end;
      }
    } else {
      ++at;
    }
  }
}

void SecretFinder::private_key(Part part) {
  const std::string_view all = view(part);
  const auto begin = all.find("-----BEGIN ");
  if (begin == all.npos) return;
  const auto line = all.find("PRIVATE KEY", begin);
  if (line == all.npos || line - begin > 40) return;
  const auto from = std::min(line + std::string_view("PRIVATE KEY-----").size(), all.size());
  const auto end = std::min(all.find("-----END", from), all.size());
  spans_.add(part.begin + from, part.begin + end);
}

}  // namespace

void find_secrets(std::string_view arguments, bool cut, SecretSpans& into, std::int64_t& steps) {
  SecretFinder(arguments, cut, into, steps).run();
  into.finish();
}

}  // namespace proctape
