// SPDX-License-Identifier: Apache-2.0
#include "base/pattern.h"

#include <algorithm>
#include <cctype>
#include <limits>
#include <string>
#include <utility>

#include "base/text/text.h"

namespace proctape {
namespace {

enum Assertion : std::uint16_t { kAtBegin, kAtEnd, kWordBorder, kNoWordBorder };

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool holds(std::uint16_t assertion, std::string_view text, std::size_t at) {
  const auto word_at = [&](std::size_t i) { return i < text.size() && is_word(text[i]); };
  const bool border = (at > 0 && word_at(at - 1)) != word_at(at);
  switch (assertion) {
    case kAtBegin:
      return at == 0;
    case kAtEnd:
      return at == text.size();
    case kWordBorder:
      return border;
    default:
      return !border;
  }
}

constexpr std::uint16_t kNoLimit = std::numeric_limits<std::uint16_t>::max();

// A part of an expression.
struct Node {
  enum class Kind : std::uint8_t { kSequence, kAlternatives, kBytes, kAssertion, kRepeat, kGroup };
  Kind kind = Kind::kSequence;
  bool lazy = false;
  bool is_last_group = false;
  std::uint16_t what = 0;  // which bytes, which assertion
  std::uint16_t least = 0;
  std::uint16_t most = kNoLimit;
  std::vector<std::size_t> parts = {};  // positions among the nodes
};

}  // namespace

// From the text to nodes, and from these to the automaton.
class PatternCompiler {
 public:
  explicit PatternCompiler(std::string_view text) : text_(text) {}

  Result<Pattern> compile();

 private:
  using Op = Pattern::Op;
  using Bytes = Pattern::Bytes;
  using Kind = Node::Kind;

  // Each adds a node and returns its position, or anything once why_ tells what is wrong.
  std::size_t alternatives(std::size_t depth);
  std::size_t sequence(std::size_t depth);
  std::size_t repeated(std::size_t depth);
  std::size_t atom(std::size_t depth);
  std::size_t group(std::size_t depth);
  std::size_t bracket();
  std::size_t bytes_node(Bytes bytes);
  std::size_t assertion(std::uint16_t which);
  std::size_t add(Node node);

  bool count(Node& repeat);
  unsigned char bracket_byte();
  void bracket_class(Bytes& bytes);
  std::optional<Bytes> escaped_class(char letter) const;

  std::size_t emit(Op op, std::size_t other = 0);
  void emit(const Node& node);
  void emit_repeat(const Node& node);
  void find_first();

  void fail(std::string why) {
    if (why_.empty()) why_ = std::move(why);
  }
  bool failed() const { return !why_.empty(); }
  bool at_end() const { return at_ >= text_.size(); }
  bool next_is(std::string_view what) const {
    return !at_end() && text_.substr(at_).starts_with(what);
  }
  bool take(std::string_view what) {
    if (!next_is(what)) return false;
    at_ += what.size();
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool ignore_case_ = false;
  std::optional<std::size_t> last_group_;
  std::string why_;
  std::vector<Node> nodes_;
  Pattern pattern_;
};

Result<Pattern> PatternCompiler::compile() {
  const auto invalid = [](std::string why) { return Error{Error::Kind::kInvalid, std::move(why)}; };
  if (text_.size() > Pattern::kLongest) {
    return invalid("it has more than " + std::to_string(Pattern::kLongest) + " bytes");
  }
  if (text_.find('\0') != text_.npos) return invalid("a NUL byte");
  ignore_case_ = take(Pattern::kIgnoreCase);
  const std::size_t whole = alternatives(0);
  if (!failed() && !at_end()) fail("Unmatched ) or \\)");
  if (failed()) return invalid(why_);
  if (last_group_) nodes_[*last_group_].is_last_group = true;
  emit(nodes_[whole]);
  emit(Op::kMatch);
  if (failed()) return invalid(why_);
  find_first();
  std::int64_t steps = std::numeric_limits<std::int64_t>::max();
  if (pattern_.find("", 0, steps)) return invalid("it matches everywhere");
  return std::move(pattern_);
}

std::size_t PatternCompiler::add(Node node) {
  nodes_.push_back(std::move(node));
  return nodes_.size() - 1;
}

std::size_t PatternCompiler::alternatives(std::size_t depth) {
  if (depth > Pattern::kDeepest) {
    fail("parentheses more than " + std::to_string(Pattern::kDeepest) + " deep");
    return 0;
  }
  Node node{.kind = Kind::kAlternatives};
  do {
    node.parts.push_back(sequence(depth));
  } while (!failed() && take("|"));
  return add(std::move(node));
}

std::size_t PatternCompiler::sequence(std::size_t depth) {
  Node node{.kind = Kind::kSequence};
  while (!failed() && !at_end() && !next_is("|") && !next_is(")")) {
    node.parts.push_back(repeated(depth));
  }
  return add(std::move(node));
}

std::size_t PatternCompiler::repeated(std::size_t depth) {
  std::size_t part = atom(depth);
  while (!failed()) {
    Node repeat{.kind = Kind::kRepeat, .parts = {part}};
    if (take("+")) {
      repeat.least = 1;
    } else if (take("?")) {
      repeat.most = 1;
    } else if (next_is("{")) {
      if (!count(repeat)) break;
    } else if (!take("*")) {
      break;
    }
    repeat.lazy = take("?");
    part = add(std::move(repeat));
  }
  return part;
}

// "{2}", "{2,}", "{2,5}"; any other brace stands for itself.
bool PatternCompiler::count(Node& repeat) {
  const auto close = text_.find('}', at_);
  if (close == text_.npos) return false;
  const std::string_view inside = text_.substr(at_ + 1, close - at_ - 1);
  const auto comma = inside.find(',');
  const auto least = to_number(inside.substr(0, comma));
  auto most = least;
  if (comma != inside.npos) {
    most = comma + 1 == inside.size() ? kNoLimit : to_number(inside.substr(comma + 1));
  }
  if (!least || !most) return false;
  const auto possible = static_cast<std::int64_t>(Pattern::kMostStates);
  if (*least < 0 || *least > possible || *most < *least ||
      (*most > possible && *most != kNoLimit)) {
    fail("Invalid content of \\{\\}");
    return false;
  }
  repeat.least = static_cast<std::uint16_t>(*least);
  repeat.most = static_cast<std::uint16_t>(*most);
  at_ = close + 1;
  return true;
}

std::size_t PatternCompiler::atom(std::size_t depth) {
  if (next_is("(")) return group(depth);
  if (take("[")) return bracket();
  if (take("^")) return assertion(kAtBegin);
  if (take("$")) return assertion(kAtEnd);
  if (take(".")) return bytes_node(~Bytes());
  if (next_is("*") || next_is("+") || next_is("?")) {
    fail("Invalid preceding regular expression");
    return 0;
  }
  if (take("\\")) {
    if (at_end()) {
      fail("Trailing backslash");
      return 0;
    }
    const char letter = text_[at_++];
    if (is_digit(letter)) fail("back-references are not possible");
    if (letter == 'b') return assertion(kWordBorder);
    if (letter == 'B') return assertion(kNoWordBorder);
    if (const auto bytes = escaped_class(letter)) return bytes_node(*bytes);
    constexpr std::string_view kLetters = "tnrfv";
    constexpr std::string_view kMeant = "\t\n\r\f\v";
    const auto known = kLetters.find(letter);
    const char meant = known == kLetters.npos ? letter : kMeant[known];
    return bytes_node(Bytes().set(static_cast<unsigned char>(meant)));
  }
  return bytes_node(Bytes().set(static_cast<unsigned char>(text_[at_++])));
}

std::size_t PatternCompiler::group(std::size_t depth) {
  take("(");
  const bool counts = !take("?:");
  if (counts && next_is("?")) fail("\"(?\" is followed by what is not known here");
  const std::size_t me = add({.kind = Kind::kGroup});
  if (counts && (!last_group_ || *last_group_ < me)) last_group_ = me;
  const std::size_t part = alternatives(depth + 1);
  if (!failed() && !take(")")) fail("Unmatched ( or \\(");
  nodes_[me].parts = {part};
  return me;
}

std::optional<PatternCompiler::Bytes> PatternCompiler::escaped_class(char letter) const {
  Bytes bytes;
  for (unsigned c = 0; c < bytes.size(); ++c) {
    const char lower = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    bytes[c] = (lower == 'd' && std::isdigit(static_cast<int>(c)) != 0) ||
               (lower == 's' && std::isspace(static_cast<int>(c)) != 0) ||
               (lower == 'w' && is_word(static_cast<char>(c)));
  }
  if (bytes.none()) return std::nullopt;
  return std::isupper(static_cast<unsigned char>(letter)) != 0 ? ~bytes : bytes;
}

std::size_t PatternCompiler::bracket() {
  Bytes bytes;
  const bool others = take("^");
  bool first = true;
  while (!failed() && !at_end() && (first || !next_is("]"))) {
    first = false;
    if (next_is("[:")) {
      bracket_class(bytes);
      continue;
    }
    if (next_is("[.") || next_is("[=")) fail("collating elements are not possible");
    if (next_is("\\") && at_ + 1 < text_.size()) {
      if (const auto escaped = escaped_class(text_[at_ + 1])) {
        bytes |= *escaped;
        at_ += 2;
        continue;
      }
    }
    const unsigned from = bracket_byte();
    unsigned to = from;
    if (next_is("-") && at_ + 1 < text_.size() && text_[at_ + 1] != ']') {
      ++at_;
      to = bracket_byte();
    }
    if (to < from) fail("Invalid range end");
    for (unsigned c = from; c <= to; ++c) bytes.set(c);
  }
  if (!failed() && !take("]")) fail("Unmatched [, [^, [:, [., or [=");
  if (ignore_case_ && others) {
    // What is left out is so in both cases.
    for (int c = 'a'; c <= 'z'; ++c) {
      const auto lower = static_cast<std::size_t>(c);
      const auto upper = static_cast<std::size_t>(std::toupper(c));
      bytes[lower] = bytes[upper] = bytes[lower] || bytes[upper];
    }
  }
  return bytes_node(others ? ~bytes : bytes);
}

// A backslash is one, as POSIX has it, unless it stands before what ends the bracket or itself.
unsigned char PatternCompiler::bracket_byte() {
  if (next_is("\\") && at_ + 1 < text_.size()) {
    const char next = text_[at_ + 1];
    if (next == ']' || next == '\\' || next == '[' || next == '-') ++at_;
  }
  return at_end() ? '\0' : static_cast<unsigned char>(text_[at_++]);
}

void PatternCompiler::bracket_class(Bytes& bytes) {
  struct Class {
    std::string_view name;
    int (*holds)(int);
  };
  constexpr auto kClasses = std::to_array<Class>({{"[:alnum:]", std::isalnum},
                                                  {"[:alpha:]", std::isalpha},
                                                  {"[:blank:]", std::isblank},
                                                  {"[:cntrl:]", std::iscntrl},
                                                  {"[:digit:]", std::isdigit},
                                                  {"[:graph:]", std::isgraph},
                                                  {"[:lower:]", std::islower},
                                                  {"[:print:]", std::isprint},
                                                  {"[:punct:]", std::ispunct},
                                                  {"[:space:]", std::isspace},
                                                  {"[:upper:]", std::isupper},
                                                  {"[:xdigit:]", std::isxdigit}});
  for (const Class& each : kClasses) {
    if (!take(each.name)) continue;
    for (unsigned c = 0; c < 128; ++c) {
      if (each.holds(static_cast<int>(c)) != 0) bytes.set(c);
    }
    return;
  }
  fail("Invalid character class name");
}

std::size_t PatternCompiler::bytes_node(Bytes bytes) {
  if (ignore_case_) {
    for (int c = 'a'; c <= 'z'; ++c) {
      const auto lower = static_cast<std::size_t>(c);
      const auto upper = static_cast<std::size_t>(std::toupper(c));
      bytes[lower] = bytes[upper] = bytes[lower] || bytes[upper];
    }
  }
  auto& known = pattern_.bytes_;
  const auto place = std::ranges::find(known, bytes) - known.begin();
  if (static_cast<std::size_t>(place) == known.size()) known.push_back(bytes);
  return add({.kind = Kind::kBytes, .what = static_cast<std::uint16_t>(place)});
}

std::size_t PatternCompiler::assertion(std::uint16_t which) {
  return add({.kind = Kind::kAssertion, .what = which});
}

// Goes on with the next state, unless it is told otherwise.
std::size_t PatternCompiler::emit(Op op, std::size_t other) {
  auto& states = pattern_.states_;
  if (states.size() >= Pattern::kMostStates) {
    fail("it is too large: more than " + std::to_string(Pattern::kMostStates) + " states");
    return 0;
  }
  states.push_back(
      {op, static_cast<std::uint16_t>(states.size() + 1), static_cast<std::uint16_t>(other)});
  return states.size() - 1;
}

void PatternCompiler::emit(const Node& node) {
  if (failed()) return;
  auto& states = pattern_.states_;
  const auto here = [&] { return static_cast<std::uint16_t>(states.size()); };
  switch (node.kind) {
    case Kind::kSequence:
      for (const std::size_t part : node.parts) emit(nodes_[part]);
      break;
    case Kind::kAlternatives: {
      std::vector<std::size_t> ends;
      for (const std::size_t part : node.parts) {
        if (part == node.parts.back()) {
          emit(nodes_[part]);
          break;
        }
        const std::size_t split = emit(Op::kSplit);
        emit(nodes_[part]);
        ends.push_back(emit(Op::kJump));
        if (failed()) return;
        states[split].other = here();
      }
      for (const std::size_t end : ends) states[end].next = here();
      break;
    }
    case Kind::kBytes:
      emit(Op::kBytes, node.what);
      break;
    case Kind::kAssertion:
      emit(Op::kAssert, node.what);
      break;
    case Kind::kGroup:
      if (node.is_last_group) emit(Op::kGroupBegin);
      emit(nodes_[node.parts[0]]);
      if (node.is_last_group) emit(Op::kGroupEnd);
      break;
    case Kind::kRepeat:
      emit_repeat(node);
      break;
  }
}

void PatternCompiler::emit_repeat(const Node& node) {
  auto& states = pattern_.states_;
  const Node& part = nodes_[node.parts[0]];
  for (unsigned i = 0; i < node.least && !failed(); ++i) emit(part);
  std::vector<std::size_t> splits;
  const bool endless = node.most == kNoLimit;
  const unsigned more = endless ? 1U : static_cast<unsigned>(node.most - node.least);
  for (unsigned i = 0; i < more && !failed(); ++i) {
    splits.push_back(emit(Op::kSplit));
    emit(part);
    if (endless) {
      const std::size_t jump = emit(Op::kJump);
      if (!failed()) states[jump].next = static_cast<std::uint16_t>(splits.front());
    }
  }
  if (failed()) return;
  for (const std::size_t split : splits) {
    states[split].other = static_cast<std::uint16_t>(states.size());
    if (node.lazy) std::swap(states[split].next, states[split].other);
  }
}

void PatternCompiler::find_first() {
  const auto& states = pattern_.states_;
  std::vector<bool> seen(states.size());
  std::vector<std::size_t> open{0};
  while (!open.empty()) {
    const std::size_t at = open.back();
    open.pop_back();
    if (seen[at]) continue;
    seen[at] = true;
    const Pattern::State& state = states[at];
    if (state.op == Op::kBytes) {
      pattern_.first_ |= pattern_.bytes_[state.other];
    } else if (state.op == Op::kMatch) {
      pattern_.first_.set();
    } else {
      open.push_back(state.next);
      if (state.op == Op::kSplit) open.push_back(state.other);
    }
  }
}

Result<Pattern> Pattern::compile(std::string_view text) { return PatternCompiler(text).compile(); }

// ---- Searching ----

// All ways to match at once, in the order in which they count, byte after byte.
class Pattern::Search {
 public:
  Search(const Pattern& pattern, std::string_view text, std::int64_t& steps)
      : pattern_(pattern), text_(text), steps_(steps), seen_(pattern.states_.size()) {}

  std::optional<Match> run(std::size_t from);

 private:
  struct Way {
    std::uint16_t state = 0;
    std::size_t begin = 0;
    std::size_t group_begin = kNone;
    std::size_t group_end = kNone;
  };
  static constexpr std::size_t kNone = std::string_view::npos;

  void follow(Way way, std::size_t at, std::vector<Way>& into);
  Match match(const Way& way, std::size_t end) const {
    const Span whole{way.begin, end};
    if (way.group_begin == kNone || way.group_end == kNone) return {whole, whole};
    return {whole, {way.group_begin, way.group_end}};
  }

  const Pattern& pattern_;
  std::string_view text_;
  std::int64_t& steps_;
  std::vector<std::size_t> seen_;  // of each state, behind which byte it was last reached, + 1
  std::vector<Way> ways_;
  std::vector<Way> next_;
  std::vector<Way> open_;
};

// Adds to `into` the states that `way` is in, before the byte at `at`: those that want a byte, and
// the match.
void Pattern::Search::follow(Way way, std::size_t at, std::vector<Way>& into) {
  open_.assign(1, way);
  while (!open_.empty()) {
    Way one = open_.back();
    open_.pop_back();
    if (seen_[one.state] == at + 1) continue;
    seen_[one.state] = at + 1;
    --steps_;
    const State& state = pattern_.states_[one.state];
    switch (state.op) {
      case Op::kBytes:
      case Op::kMatch:
        into.push_back(one);
        continue;
      case Op::kSplit: {
        Way other = one;
        other.state = state.other;
        open_.push_back(other);
        break;
      }
      case Op::kJump:
        break;
      case Op::kGroupBegin:
        one.group_begin = at;
        one.group_end = kNone;
        break;
      case Op::kGroupEnd:
        one.group_end = at;
        break;
      case Op::kAssert:
        if (!holds(state.other, text_, at)) continue;
        break;
    }
    one.state = state.next;
    open_.push_back(one);
  }
}

std::optional<Pattern::Match> Pattern::Search::run(std::size_t from) {
  std::optional<Match> found;
  for (std::size_t at = from; steps_ > 0; ++at) {
    if (!found && (ways_.empty() || at < text_.size())) {
      // A match may begin here, unless one that began earlier counts more.
      const auto begins = [&](char c) { return pattern_.first_[static_cast<unsigned char>(c)]; };
      if (ways_.empty() && !pattern_.first_.all()) {
        while (at < text_.size() && !begins(text_[at])) ++at;
        if (at >= text_.size()) return std::nullopt;
      }
      if (at >= text_.size() ? pattern_.first_.all() : begins(text_[at])) {
        follow({.state = 0, .begin = at}, at, ways_);
      }
    }
    if (ways_.empty() && (found || at >= text_.size())) return found;
    next_.clear();
    for (const Way& way : ways_) {
      const State& state = pattern_.states_[way.state];
      if (state.op == Op::kMatch) {
        found = match(way, at);
        break;  // the others count less
      }
      if (at < text_.size() &&
          pattern_.bytes_[state.other][static_cast<unsigned char>(text_[at])]) {
        Way on = way;
        on.state = state.next;
        follow(on, at + 1, next_);
      }
    }
    std::swap(ways_, next_);
    if (at >= text_.size()) return found;
  }
  return std::nullopt;
}

std::optional<Pattern::Match> Pattern::find(std::string_view text, std::size_t from,
                                            std::int64_t& steps) const {
  return Search(*this, text, steps).run(from);
}

}  // namespace proctape
