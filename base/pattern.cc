// SPDX-License-Identifier: Apache-2.0
#include "base/pattern.h"

#include <array>
#include <cctype>
#include <span>

namespace proctape {
namespace {

// Groups beyond are not told of: regexec's time grows with their number.
constexpr std::size_t kGroups = 10;

Error invalid(std::string message) { return {Error::Kind::kInvalid, std::move(message)}; }

bool has_back_reference(std::string_view text) {
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] != '\\') continue;
    ++i;
    if (std::isdigit(static_cast<unsigned char>(text[i]))) return true;
  }
  return false;
}

// regexec on text[from, end): positions count from the begin of `text`.
bool search(const regex_t& compiled, std::string_view text, std::size_t from,
            std::array<regmatch_t, kGroups>& found, std::size_t wanted) {
  const int flags = from > 0 ? REG_NOTBOL : 0;
#ifdef REG_STARTEND
  found[0].rm_so = static_cast<regoff_t>(from);
  found[0].rm_eo = static_cast<regoff_t>(text.size());
  return ::regexec(&compiled, text.data(), wanted, found.data(), flags | REG_STARTEND) == 0;
#else
  // musl takes nothing but a text that ends with a NUL, and begins where the search does.
  const std::string terminated(text.substr(from));
  if (::regexec(&compiled, terminated.c_str(), wanted, found.data(), flags) != 0) return false;
  for (regmatch_t& match : std::span(found).first(wanted)) {
    if (match.rm_so < 0) continue;
    match.rm_so += static_cast<regoff_t>(from);
    match.rm_eo += static_cast<regoff_t>(from);
  }
  return true;
#endif
}

Pattern::Span span(const regmatch_t& match) {
  return {static_cast<std::size_t>(match.rm_so), static_cast<std::size_t>(match.rm_eo)};
}

}  // namespace

Result<Pattern> Pattern::compile(const std::string& text) {
  std::string expression = text;
  int flags = REG_EXTENDED;
  if (expression.starts_with(kIgnoreCase)) {
    expression.erase(0, kIgnoreCase.size());
    flags |= REG_ICASE;
  }
  if (expression.find('\0') != expression.npos) return invalid("a NUL byte");
  if (has_back_reference(expression)) return invalid("back-references are not possible");
  auto compiled = std::make_unique<regex_t>();
  if (const int error = ::regcomp(compiled.get(), expression.c_str(), flags); error != 0) {
    std::array<char, 128> reason{};
    ::regerror(error, compiled.get(), reason.data(), reason.size());
    return invalid(reason.data());
  }
  Pattern pattern{std::unique_ptr<const regex_t, Free>(compiled.release())};
  if (pattern.matches("")) return invalid("it matches everywhere");
  return pattern;
}

std::optional<Pattern::Match> Pattern::find(std::string_view text, std::size_t from) const {
  std::array<regmatch_t, kGroups> found{};
  if (!search(*compiled_, text, from, found, found.size())) return std::nullopt;
  Match match{span(found[0]), span(found[0])};
  const std::size_t groups = std::min(compiled_->re_nsub, kGroups - 1);
  if (groups > 0 && found[groups].rm_so >= 0) match.last_group = span(found[groups]);
  return match;
}

bool Pattern::matches(std::string_view text) const {
  std::array<regmatch_t, kGroups> unused{};
  return search(*compiled_, text, 0, unused, 0);
}

}  // namespace proctape
