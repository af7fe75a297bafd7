// SPDX-License-Identifier: Apache-2.0
#include "collector/redaction/secret_shapes.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

#include "base/text/text.h"
#include "collector/redaction/secret_names.h"

namespace proctape {
namespace {

bool is_token_byte(char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-'; }

struct Shape {
  std::string_view begin;
  std::size_t more;  // bytes behind that at least
};

constexpr Shape kShapes[] = {
    {"AKIA", 16},
    {"ASIA", 16},
    {"AIza", 30},
    {"ATATT3", 20},
    {"ATCTT3", 20},
    {"ATBB", 20},
    {"AGE-SECRET-KEY-1", 20},
    {"CFPAT-", 20},
    {"EAAA", 40},
    {"FlyV1 fm", 20},
    {"GOCSPX-", 16},
    {"NRAK-", 16},
    {"PMAK-", 20},
    {"SG.", 20},
    {"SWMTKN-", 20},
    {"dapi", 32},
    {"dckr_pat_", 16},
    {"dckr_oat_", 16},
    {"dop_v1_", 20},
    {"doo_v1_", 20},
    {"dor_v1_", 20},
    {"dp.pt.", 20},
    {"dp.st.", 20},
    {"eyJ", 20},
    {"fm1_", 20},
    {"fm2_", 20},
    {"fo1_", 20},
    {"figd_", 16},
    {"gh", 22},
    {"github_pat_", 20},
    {"glpat-", 12},
    {"gldt-", 12},
    {"glrt-", 12},
    {"glcbt-", 12},
    {"glptt-", 12},
    {"glft-", 12},
    {"glsoat-", 12},
    {"glagent-", 12},
    {"glc_", 20},
    {"glsa_", 20},
    {"gsk_", 20},
    {"hf_", 20},
    {"hvs.", 16},
    {"hvb.", 16},
    {"hvr.", 16},
    {"lin_api_", 20},
    {"nfp_", 20},
    {"npm_", 20},
    {"ntn_", 20},
    {"nvapi-", 20},
    {"oauth:", 24},
    {"ops_ey", 20},
    {"phx_", 20},
    {"pplx-", 20},
    {"pul-", 30},
    {"pypi-Ag", 16},
    {"r8_", 20},
    {"rk_live_", 10},
    {"rk_test_", 10},
    {"rdme_", 20},
    {"rubygems_", 20},
    {"sbp_", 20},
    {"sk-", 20},
    {"sk_live_", 10},
    {"sk_test_", 10},
    {"shpat_", 20},
    {"shpss_", 20},
    {"shpca_", 20},
    {"shppa_", 20},
    {"sntrys_", 20},
    {"sntryu_", 20},
    {"sq0atp-", 16},
    {"sq0csp-", 16},
    {"tskey-", 10},
    {"tfp_", 20},
    {"whsec_", 16},
    {"xapp-", 10},
    {"xai-", 20},
    {"xkeysib-", 20},
    {"xoxa-", 10},
    {"xoxb-", 10},
    {"xoxe-", 10},
    {"xoxe.", 10},
    {"xoxo-", 10},
    {"xoxp-", 10},
    {"xoxr-", 10},
    {"xoxs-", 10},
    {"ya29.", 12},
    {"1//0", 20},
    {"dt0c01.", 20},
    {"lsv2_", 20},
    {"pat-na1-", 20},
    {"secret_", 40},
    {"key-", 32},
    {"vercel_", 20},
};

// By the first letter: where the shapes that begin with it are, from one to the next.
struct ShapeIndex {
  static constexpr std::uint8_t kNone = 255;
  std::array<std::uint8_t, 256> first{};
  std::array<std::uint8_t, std::size(kShapes)> next{};
};
constexpr ShapeIndex kIndex = [] {
  static_assert(std::size(kShapes) < ShapeIndex::kNone);
  ShapeIndex index;
  index.first.fill(ShapeIndex::kNone);
  for (std::size_t i = std::size(kShapes); i-- > 0;) {
    std::uint8_t& first = index.first[static_cast<unsigned char>(kShapes[i].begin[0])];
    index.next[i] = first;
    first = static_cast<std::uint8_t>(i);
  }
  return index;
}();

std::size_t token_bytes(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() &&
         (is_token_byte(text[end]) ||
          (text[end] == '.' && end + 1 < text.size() && is_token_byte(text[end + 1])))) {
    ++end;
  }
  return end;
}

// Some beginnings are those of ordinary names as well ("npm_config_registry", "sk-learn-model-x"):
// behind them tokens are in one piece, or have digits.
bool is_likely(std::string_view begin, std::string_view token) {
  const bool is_name_too =
      begin.size() <= 4 && begin.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == begin.npos;
  if ((!is_name_too && begin != "secret_") || begin == "gh") return true;
  const std::string_view rest = token.substr(begin.size());
  const auto joints =
      std::ranges::count_if(rest, [](char c) { return !is_letter(c) && !is_digit(c); });
  if (begin != "sk-") return joints == 0 || begin.ends_with('.');
  return joints == 0 || std::ranges::count_if(rest, is_digit) >= 2;
}

// Of a bot of Telegram: "123456789:AAF...".
std::size_t bot_token_length(std::string_view text) {
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  constexpr std::size_t kLength = 35;
  if (digits < 8 || digits > 10 || digits >= text.size() || text[digits] != ':') return 0;
  std::size_t end = digits + 1;
  while (end < text.size() && is_token_byte(text[end])) ++end;
  return end - digits - 1 >= kLength - 3 ? end : 0;
}

}  // namespace

std::size_t token_length(std::string_view text, bool cut) {
  if (text.empty()) return 0;
  std::uint8_t next = kIndex.first[static_cast<unsigned char>(text[0])];
  while (next != ShapeIndex::kNone) {
    const Shape& shape = kShapes[next];
    next = kIndex.next[next];
    // What is cut in the middle of the beginning tells nothing.
    if (!begins_with(text, shape.begin)) continue;
    std::size_t prefix = shape.begin.size();
    if (shape.begin == "gh") {
      if (text.size() < 4 || text[3] != '_' ||
          std::string_view("pousr").find(text[2]) == text.npos) {
        continue;
      }
      prefix = 4;
    }
    const std::size_t end = token_bytes(text, prefix);
    const bool ends_the_text = cut && end == text.size();
    constexpr std::size_t kSomething = 3;
    if (ends_the_text ? end - prefix >= kSomething : end >= shape.begin.size() + shape.more) {
      const std::string_view token = text.substr(0, end);
      if (shape.begin == "eyJ" && !ends_the_text && token.find('.') == token.npos) continue;
      if (!ends_the_text && !is_likely(shape.begin, token)) continue;
      return end;
    }
  }
  return is_digit(text[0]) ? bot_token_length(text) : 0;
}

UrlSecret url_secret(std::string_view scheme, std::string_view url, bool cut) {
  const auto path = std::min(url.find_first_of("/?#"), url.size());
  const auto colon = url.substr(0, path).find(':');
  const auto at_host = url.substr(0, path).rfind('@');
  if (colon != url.npos && !url.starts_with('[') && (at_host == url.npos || colon < at_host)) {
    auto digits = colon + 1;
    while (digits < url.size() && is_digit(url[digits])) ++digits;
    const bool is_port = digits == path && at_host == url.npos;
    // There may be more of them in the password, and slashes; in a path there hardly are.
    const auto at = is_port ? url.npos : url.substr(0, url.find_first_of("?#")).rfind('@');
    if (at != url.npos && at > colon) {
      const std::string_view user = url.substr(0, colon);
      const std::string_view password = url.substr(colon + 1, at - colon - 1);
      if (looks_random(user) && (password.empty() || password == "x-oauth-basic"))
        return {0, colon};
      if (is_no_secret(SecretKind::kPassword, password)) return {};
      return {looks_random(user) && user.size() >= 20 ? 0 : colon + 1, at};
    }
    if (at == url.npos && !is_port && cut && path == url.size()) return {colon + 1, url.size()};
  } else if (at_host != url.npos) {
    const std::string_view user = url.substr(0, at_host);
    constexpr std::size_t kLong = 32;
    if (looks_random(user) || token_length(user, false) > 0 ||
        (user.size() >= kLong && user.find_first_of(".@") == user.npos)) {
      return {0, at_host};
    }
  }
  // Web hooks: who knows the path may post there.
  for (const std::string_view hook :
       {"hooks.slack.com/services/", "discord.com/api/webhooks/", "discordapp.com/api/webhooks/",
        "hooks.zapier.com/hooks/catch/", "office.com/webhookb2/", "outlook.office.com/webhook/",
        "hooks.slack.com/workflows/", "api.telegram.org/bot", "maker.ifttt.com/trigger/",
        "hooks.chime.aws/incomingwebhooks/", "open.feishu.cn/open-apis/bot/v2/hook/",
        "hc-ping.com/", "a.rtmp.youtube.com/live2/", "live.twitch.tv/app/",
        "live-api-s.facebook.com:443/rtmp/", "events.pagerduty.com/integration/"}) {
    const auto found = url.find(hook);
    if (found > path) continue;
    const auto begin = found + hook.size();
    const auto end =
        std::min(url.find_first_of(hook.ends_with("/bot") ? "/?#" : "?#", begin), url.size());
    return {begin, end};
  }
  if (scheme.starts_with("rtmp") || scheme == "srt") {
    const auto last = url.rfind('/');
    if (last != url.npos && looks_random(url.substr(last + 1))) return {last + 1, url.size()};
  }
  return {};
}

}  // namespace proctape
