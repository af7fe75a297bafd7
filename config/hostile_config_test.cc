// SPDX-License-Identifier: Apache-2.0
//
// Configurations that nobody means: huge, nested, cut off, with bytes that do not belong there.
// None crashes the parser, takes long, or gives a message that does not begin with its place.
#include <gtest/gtest.h>

#include <ctime>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <string>

#include "base/text/text.h"
#include "base/text/visible_text.h"
#include "config/load.h"

namespace proctape {
namespace {

constexpr std::size_t kMebibyte = std::size_t{1} << 20U;

std::string default_text() {
  std::ifstream file(SOURCE_DIR "/config/proctape.toml");
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string repeated(const std::string& text, std::size_t size = kMebibyte) {
  std::string all;
  while (all.size() + text.size() < size) all += text;
  return all;
}

// Of what it says of `content`, if that is wrong.
std::size_t lines_of_complaint(const std::string& content) {
  const auto config = parse_config(content, "f", {});
  if (config) return 0;
  const std::string& message = config.error().message;
  EXPECT_EQ(visible_length(message, Lines::kMany), message.size()) << visible(message);
  std::size_t lines = 0;
  std::string_view rest = message;
  do {
    const auto line = next_line(rest);
    EXPECT_TRUE(line.starts_with("f:")) << line;
    EXPECT_LT(line.size(), 2000U);
    ++lines;
  } while (!rest.empty());
  EXPECT_LE(lines, 21U);
  return lines;
}

// Sanitizers make it several times as slow.
#ifdef PROCTAPE_SANITIZED
constexpr int kSecondsAtMost = 60;
#else
constexpr int kSecondsAtMost = 10;
#endif

TEST(HostileConfig, OfAMebibyteIsRefusedInNoTime) {
  const auto numbered = [](const std::function<std::string(int)>& line) {
    std::string all;
    for (int i = 0; all.size() < kMebibyte; ++i) all += line(i);
    return all;
  };
  const std::string contents[] = {
      "root = " + repeated("["),
      "root = " + repeated("{a="),
      "root = " + repeated("[{a="),
      repeated("a.") + "a = 1",
      "[" + repeated("a.") + "a]\n",
      "[[" + repeated("a.") + "a]]\n",
      "x = {" + repeated("a.") + "a = 1}",
      "x = { a = \"\"\"b\"\"\"\", " + repeated("c.") + "c = 1 }",
      "x = { a = '''b''''', " + repeated("c.") + "c = 1 }",
      repeated("\"a\".") + "a = 1",
      repeated("[[log]]\n"),
      numbered([](int i) { return "[[log]]\ndirectory = '/d" + std::to_string(i) + "'\n"; }),
      numbered([](int i) { return "[[log]]\nx" + std::to_string(i) + " = 1\n"; }),
      numbered([](int i) { return "key" + std::to_string(i) + " = 1\n"; }),
      numbered([](int i) { return "[s" + std::to_string(i) + "]\n"; }),
      numbered([](int i) { return "[log.a" + std::to_string(i) + "]\nx.y = 1\n"; }),
      "[tasks]\nthreads = [" + repeated("'x',") + "]\n",
      "[tasks]\nthreads = [" + repeated("1,") + "]\n",
      "[tasks]\nthreads = [" + repeated("[],") + "]\n",
      "[tasks]\nthreads = [" + repeated("{},") + "]\n",
      "[tasks]\nredact = [" + repeated("'(',") + "]\n",
      repeated("#"),
      repeated("\n"),
      repeated("x"),
      repeated("\""),
      repeated("'"),
      repeated("\""
               "\"\"\n"),
      "interval = '" + repeated("9") + "s'",
      "interval = " + repeated("9"),
      "interval = 1" + repeated("_1"),
      "interval = 0x" + repeated("f"),
      "interval = 1." + repeated("1"),
      "interval = 1e" + repeated("9"),
      repeated("a") + " = 1",
      "[" + repeated("a") + "]",
      "'" + repeated("\u202e") + "' = 1",
      std::string(kMebibyte, '\0'),
      repeated("\xEF\xBB\xBF"),
      repeated("interval = '10s'\n"),
      repeated("log.x = 1\n[log]\n"),
      repeated("\\u0000"),
  };
  for (const std::string& content : contents) {
    // Of CPU: how busy this machine is makes no difference.
    const std::clock_t begin = std::clock();
    lines_of_complaint(content);
    EXPECT_LT((std::clock() - begin) / CLOCKS_PER_SEC, kSecondsAtMost)
        << visible(content.substr(0, 60));
  }
}

TEST(HostileConfig, CutAnywhereItIsEitherTakenOrRefused) {
  const std::string whole = default_text();
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    lines_of_complaint(whole.substr(0, size));
  }
}

TEST(HostileConfig, MutatedItIsEitherTakenOrRefused) {
  const std::string whole = default_text();
  const std::string_view parts[] = {
      "[",          "]",    "[[log]]\n", "{",    "}",
      "\"",         "'''",  "\"\"\"",    "\n",   "=",
      ".",          ",",    "#",         "\\",   std::string_view("\0", 1),
      "\x1b",       "\xff", "1e9",       "0x7f", "\u202e",
      "[log]\n",    "true", "inf",       "-",    "1979-05-27T07:32:00Z",
      "a.b.c = 1\n"};
  std::mt19937 random(1979);
  const auto below = [&](std::size_t limit) { return random() % limit; };
  for (int round = 0; round < 3000; ++round) {
    std::string text = whole;
    // Without the comments, so that what is changed matters.
    if (round % 2 == 0) {
      for (std::size_t at = 0; (at = text.find("\n#", at)) != text.npos;) {
        text.erase(at, text.find('\n', at + 1) - at);
      }
    }
    for (auto changes = 1 + below(6); changes > 0; --changes) {
      const std::size_t at = below(text.size());
      switch (below(4)) {
        case 0:
          text.insert(at, parts[below(std::size(parts))]);
          break;
        case 1:
          text.erase(at, below(40));
          break;
        case 2:
          text[at] = static_cast<char>(random());
          break;
        default:
          text.insert(below(text.size()), text.substr(at, below(200)));
      }
    }
    lines_of_complaint(text);
  }
}

}  // namespace
}  // namespace proctape
