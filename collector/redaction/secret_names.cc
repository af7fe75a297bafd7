// SPDX-License-Identifier: Apache-2.0
#include "collector/redaction/secret_names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>

#include "base/text/text.h"

namespace proctape {
namespace {

constexpr std::size_t kLastBytes = 64;
constexpr std::size_t kMostWords = 12;

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

template <std::size_t N>
bool is_one_of(std::string_view word, const std::string_view (&words)[N]) {
  return std::ranges::find(words, word) != std::end(words);
}

// The words of a name, in lower case: "dbUser-password2" is db, user, password.
class Words {
 public:
  explicit Words(std::string_view name) {
    if (name.size() > kLastBytes) name.remove_prefix(name.size() - kLastBytes);
    std::size_t begin = 0;
    for (std::size_t i = 0; i < name.size(); ++i) {
      const char c = name[i];
      const bool joins = c != '-' && c != '_' && c != '.' && c != '/' && c != ':' && c != '+' &&
                         c != '$' && c != '[' && c != ']' && c != '@';
      if (!joins) {
        end_word(begin, i);
        begin = i + 1;
      } else if (i > begin && is_upper(c) && is_lower(name[i - 1])) {
        end_word(begin, i);
        begin = i;
      }
      text_[i] = lower(c);
    }
    end_word(begin, name.size());
  }

  std::size_t size() const { return size_; }
  // Counted from the last one.
  std::string_view operator[](std::size_t i) const {
    return i < size_ ? words_[(size_ - 1 - i) % kMostWords] : std::string_view();
  }
  std::string_view first() const { return size_ <= kMostWords ? words_[0] : std::string_view(); }
  void drop_last() { --size_; }

 private:
  void end_word(std::size_t begin, std::size_t end) {
    // A number behind the word: "password2".
    std::size_t letters = end;
    while (letters > begin && is_digit(text_[letters - 1])) --letters;
    if (letters == begin) return;
    words_[size_++ % kMostWords] = {&text_[begin], letters - begin};
  }

  std::array<char, kLastBytes> text_{};
  std::array<std::string_view, kMostWords> words_{};
  std::size_t size_ = 0;
};

constexpr std::string_view kPasswords[] = {
    "password",   "passwd",        "passphrase",  "passwort",   "pass",        "pwd",
    "pw",         "passcode",      "passkey",     "passwds",    "passphrases", "upw",
    "opw",        "psk",           "secret",      "userpw",     "ownerpw",     "kennwort",
    "contraseña", "contrasena",    "mdp",         "motdepasse", "passe",       "senha",
    "wachtwoord", "parola",        "hasło",       "haslo",      "heslo",       "lösenord",
    "losenord",   "salasana",      "adgangskode", "jelszó",     "şifre",       "sifre",
    "пароль",     "密码",          "密碼",        "パスワード", "비밀번호",    "masterauth",
    "mnemonic",   "webhooksecret", "community"};
constexpr std::string_view kPasswordEnds[] = {"password", "passwd", "passphrase", "passwort",
                                              "pass",     "pwd",    "secret",     "passcode",
                                              "пароль",   "psk"};
constexpr std::string_view kNoPasswords[] = {
    "bypass",     "compass",  "askpass",  "trespass",  "multipass",  "onepass",
    "encompass",  "surpass",  "overpass", "underpass", "lowpass",    "highpass",
    "bandpass",   "allpass",  "twopass",  "firstpass", "renderpass", "prepass",
    "singlepass", "lastpass", "gopass",   "keepass",   "oldpwd"};
constexpr std::string_view kTokens[] = {"token", "jwt",  "bearer", "authtoken", "assertion",
                                        "otp",   "totp", "sas",    "pat"};
// Parts of a language, not secrets.
constexpr std::string_view kBeforeOtherTokens[] = {
    "pad",     "eos",          "bos",     "unk",      "mask",         "sep",   "cls",    "stop",
    "special", "per",          "next",    "end",      "start",        "image", "audio",  "lexer",
    "syntax",  "cancellation", "cluster", "starting", "continuation", "page",  "resume", "sync"};
// Names of objects that hold secrets.
constexpr std::string_view kBeforeOtherSecrets[] = {"existing", "pull",        "tls",
                                                    "cert",     "certificate", "external"};
constexpr std::string_view kKeys[] = {
    "apikey",        "secretkey",  "accesskey",       "privatekey",
    "authkey",       "accountkey", "masterkey",       "sharedkey",
    "encryptionkey", "signingkey", "licensekey",      "licencekey",
    "activationkey", "appkey",     "sharedaccesskey", "authenticationkey",
    "sessionkey",    "storagekey", "presharedkey",    "consumerkey",
    "streamkey",     "rpckey",     "servicekey",      "writekey",
    "paperkey"};
constexpr std::string_view kBeforeKeys[] = {"api",          "app",
                                            "application",  "access",
                                            "private",      "priv",
                                            "secret",       "auth",
                                            "encryption",   "encrypt",
                                            "crypt",        "cipher",
                                            "master",       "account",
                                            "shared",       "preshared",
                                            "signing",      "sign",
                                            "signature",    "license",
                                            "licence",      "activation",
                                            "subscription", "product",
                                            "storage",      "admin",
                                            "service",      "jwt",
                                            "hmac",         "aes",
                                            "webhook",      "stream",
                                            "streaming",    "deploy",
                                            "client",       "consumer",
                                            "write",        "ingest",
                                            "ingestion",    "instrumentation",
                                            "integration",  "unseal",
                                            "recovery",     "wep",
                                            "wpa",          "wifi",
                                            "bot",          "stripe",
                                            "openai",       "anthropic",
                                            "sendgrid",     "mailgun",
                                            "twilio",       "google",
                                            "azure",        "cookie",
                                            "session",      "functions",
                                            "fernet",       "vault",
                                            "decryption",   "authentication",
                                            "credential",   "gossip",
                                            "rpc",          "security",
                                            "flask",        "django",
                                            "totp",         "psk"};
// What stands behind the word that counts: "secret_value", "SECRET_KEY_BASE", "password_confirm".
constexpr std::string_view kBehind[] = {
    "value", "val",    "plain", "plaintext", "raw",       "string",  "str",          "b64",
    "base",  "hex",    "new",   "old",       "text",      "confirm", "confirmation", "repeat",
    "again", "verify", "hash",  "encoded",   "encrypted", "current"};
// In front of it they make it a switch or a number.
constexpr std::string_view kSwitches[] = {
    "no",     "without", "disable", "skip", "allow",  "require",  "requires", "required", "ask",
    "prompt", "enable",  "has",     "need", "force",  "generate", "gen",      "max",      "min",
    "num",    "count",   "n",       "show", "hide",   "list",     "public",   "pub",      "random",
    "total",  "print",   "is",      "use",  "create", "delete"};

SecretKind kind_of_word(std::string_view word, std::string_view before) {
  if (word == "secret" && is_one_of(before, kBeforeOtherSecrets)) return SecretKind::kNone;
  if (is_one_of(word, kPasswords)) return SecretKind::kPassword;
  if (is_one_of(word, kTokens)) {
    return is_one_of(before, kBeforeOtherTokens) ? SecretKind::kNone : SecretKind::kToken;
  }
  switch (word.back()) {
    case 'y':
      if (word == "key") {
        if (before.empty()) return SecretKind::kNone;
        return is_one_of(before, kBeforeKeys) ? SecretKind::kKey : SecretKind::kLogin;
      }
      if (is_one_of(word, kKeys)) return SecretKind::kKey;
      for (const std::string_view end : {"apikey", "secretkey", "accesskey", "privatekey"}) {
        if (word.ends_with(end)) return SecretKind::kKey;
      }
      return SecretKind::kNone;
    case 's':
      if (word == "credentials" || word == "creds") return SecretKind::kPair;
      break;
    case 'c':
      if (word == "hmac") return SecretKind::kLogin;
      break;
    case 'l':
      if (word == "credential") return SecretKind::kPair;
      break;
    case 'h':
      if (word == "auth" || word == "proxyauth" || word == "basicauth") return SecretKind::kLogin;
      break;
    case 'n':
      if (word == "login" && before.ends_with("sonar")) return SecretKind::kToken;
      if (word == "login" && before == "rpc") return SecretKind::kLogin;
      if (word == "authorization") return SecretKind::kHeader;
      if (word == "pin") return SecretKind::kPin;
      if (word.ends_with("token")) return SecretKind::kToken;
      break;
    case 'e':
      if (word == "cookie" || word == "setcookie") return SecretKind::kCookie;
      if (word == "signature") return SecretKind::kSignature;
      if (word == "code") {
        const bool once = before == "otp" || before == "mfa" || before == "totp" ||
                          before == "token" || before == "verification" || before == "auth" ||
                          before == "unlock";
        return once ? SecretKind::kToken : SecretKind::kNone;
      }
      break;
    case 'd':
      if (word == "sessionid" || word == "sessid" || word == "phpsessid" || word == "jsessionid") {
        return SecretKind::kCookie;
      }
      break;
    case 'g':
      if (word == "sig") return SecretKind::kSignature;
      break;
    default:
      break;
  }
  if (word.size() > 4 && word.ends_with("pw")) return SecretKind::kPassword;
  for (const std::string_view end : kPasswordEnds) {
    if (word.ends_with(end)) {
      const bool is_none = std::ranges::any_of(
          kNoPasswords, [&](std::string_view other) { return word.ends_with(other); });
      return is_none ? SecretKind::kNone : SecretKind::kPassword;
    }
  }
  return SecretKind::kNone;
}

// Ends a name of a file, of a kind that secrets are in.
bool has_file_ending(std::string_view value) {
  for (const std::string_view ending :
       {".pem",        ".key",   ".crt",      ".cer",    ".json", ".p12",    ".pfx",    ".jks",
        ".der",        ".txt",   ".yaml",     ".yml",    ".conf", ".cnf",    ".env",    ".asc",
        ".gpg",        ".pub",   ".kdbx",     ".keytab", ".cfg",  ".ini",    ".xml",    ".toml",
        ".properties", ".jceks", ".keystore", ".bin",    ".rsa",  ".db",     ".priv",   ".sh",
        ".py",         ".enc",   ".age",      ".skr",    ".ppk",  ".cookie", ".sqlite", ".log"}) {
    if (value.size() > ending.size() && value.ends_with(ending)) return true;
  }
  return false;
}

bool is_path(std::string_view value) {
  if (value.starts_with("./") || value.starts_with("../") || value.starts_with("~/")) return true;
  if (value.size() > 2 && value[1] == ':' && (value[2] == '\\' || value[2] == '/')) return true;
  if (value.starts_with('/') && value.find("//") == value.npos &&
      value.find('/', 1) != value.npos) {
    return true;
  }
  return has_file_ending(value);
}

// "$PASS", "${PASS}", "$(cat f)", "%PASS%", "{{ pass }}", "<password>", "`cat f`"
bool is_reference(std::string_view value) {
  if (value.size() < 2) return value == "$";
  if (value.starts_with("$(") || value.starts_with("${") || value.starts_with("$$") ||
      value.starts_with('`') || value.starts_with("{{") || value.starts_with("<(")) {
    return true;
  }
  if (value.front() == '<' || value.front() == '%' || value.front() == '[') {
    const char close = value.front() == '<' ? '>' : (value.front() == '[' ? ']' : '%');
    return value.ends_with(close);
  }
  if (value.front() != '$') return false;
  return std::ranges::all_of(value.substr(1), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  });
}

bool is_switch(std::string_view value) {
  constexpr std::string_view kValues[] = {
      "true",      "false",     "yes",      "no",      "on",        "off",         "none",
      "null",      "nil",       "prompt",   "ask",     "stdin",     "-",           "auto",
      "default",   "required",  "optional", "enabled", "disabled",  "always",      "never",
      "env",       "file",      "basic",    "***",     "undefined", "interactive", "keyring",
      "pass",      "gnome",     "kwallet",  "digest",  "ntlm",      "kerberos",    "gssapi",
      "anonymous", "negotiate", "public",   "oauth",   "oauth2",    "ldap",        "pam",
      "xxx",       "xxxx",      "xxxxxxxx"};
  std::array<char, 12> small{};
  if (value.size() > small.size()) return false;
  std::ranges::transform(value, small.begin(), lower);
  return is_one_of({small.data(), value.size()}, kValues);
}

bool is_number(std::string_view value) {
  return std::ranges::all_of(value, [](char c) { return is_digit(c); });
}

// "5m", "30s", "24h", "7d", "10MB"
bool is_amount(std::string_view value) {
  const auto unit = value.find_first_not_of("0123456789.");
  if (unit == 0 || unit == value.npos) return false;
  return value.size() - unit <= 2;
}

}  // namespace

SecretKind secret_kind(std::string_view name) {
  if (name.starts_with("-D")) name.remove_prefix(2);  // Java's
  Words words(name);
  if (words[0] == "hash" && words[1] == "api") return SecretKind::kToken;  // Telegram's
  if (words[0] == "api" && words[1] == "art") return SecretKind::kToken;   // Artifactory's
  if (words[0] == "phrase" && words[1] == "seed") return SecretKind::kPassword;
  if (words[0] == "id" && words[1] == "token" && words[2] == "root") return SecretKind::kToken;
  while (words.size() > 1 && is_one_of(words[0], kBehind)) words.drop_last();
  if (words.size() == 0) return SecretKind::kNone;
  if (words.size() > 1 && words[0] == "file") {
    // Some give the secret itself where its file is asked for.
    const SecretKind of_file = kind_of_word(words[1], words[2]);
    const bool is_one = of_file == SecretKind::kPassword || of_file == SecretKind::kToken;
    return is_one ? SecretKind::kLogin : SecretKind::kNone;
  }
  const SecretKind kind = kind_of_word(words[0], words[1]);
  if (kind == SecretKind::kNone) return kind;
  if (words.size() > 1 && is_one_of(words.first(), kSwitches)) return SecretKind::kNone;
  return kind;
}

bool is_no_secret(SecretKind kind, std::string_view value) {
  if (value.empty() || is_switch(value) || is_reference(value) || is_path(value)) return true;
  for (const std::string_view place :
       {"file:", "env:", "fd:", "arn:", "ssm:", "vault:", "op://",
        "id=", "type=", "source=", "src=", "projects/", "secretref:", "keychain:", "sha256:"}) {
    if (value.starts_with(place)) return true;
  }
  // Placeholders, and expressions that look for a secret.
  if (value.starts_with(".*") || value.starts_with("[^") || value.starts_with("\\S") ||
      std::ranges::all_of(value, [](char c) { return c == '*' || c == '.' || c == 'x'; })) {
    return true;
  }
  switch (kind) {
    case SecretKind::kPassword:
      return value.size() == 1 && is_digit(value[0]);  // the pass of a video encoder
    case SecretKind::kToken:
      return value.size() < 3 || (is_number(value) && value.size() < 6) || is_amount(value);
    case SecretKind::kKey:
      return value.size() < 3 || (is_number(value) && value.size() < 8) || value.starts_with('@');
    case SecretKind::kPin:
      return value.size() < 4 || (value.size() < 6 && !is_number(value)) || is_amount(value) ||
             value.find('-') != value.npos || value.find(',') != value.npos;
    case SecretKind::kCookie:
      return value.size() < 4;
    default:
      return false;
  }
}

bool looks_random(std::string_view value) {
  constexpr std::size_t kShortest = 8;
  if (value.size() < kShortest) return false;
  std::size_t digits = 0;
  std::size_t uppers = 0;
  std::size_t lowers = 0;
  for (const char c : value) {
    if (is_digit(c)) {
      ++digits;
    } else if (is_upper(c)) {
      ++uppers;
    } else if (is_lower(c)) {
      ++lowers;
    } else if (c != '+' && c != '/' && c != '=' && c != '_' && c != '-' && c != '~') {
      return false;
    }
  }
  if (digits == 0 || uppers + lowers == 0) return false;
  constexpr std::size_t kLong = 20;
  const bool mixed = uppers > 0 && lowers > 0;
  return mixed || (value.size() >= kLong && value.find('/') == value.npos && digits >= 4);
}

}  // namespace proctape
