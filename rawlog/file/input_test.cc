// SPDX-License-Identifier: Apache-2.0
#include "rawlog/file/input.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "tests/support/gzip.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string numbers() {
  std::string text;
  for (int i = 0; text.size() < 300'000; ++i) text += std::to_string(i);
  return text;
}

class InputTest : public testing::Test {
 protected:
  Input input(const std::string& bytes) {
    directory_.write("file", bytes);
    auto opened = Input::open((directory_.path() / "file").string());
    EXPECT_TRUE(opened);
    return std::move(*opened);
  }
  // All that is left, in steps of `step` bytes.
  static std::string rest(Input& input, std::size_t step = 1000) {
    std::string text;
    for (auto bytes = input.peek(step); !bytes.empty(); bytes = input.peek(step)) {
      text += text_of(bytes);
      input.skip(bytes.size());
    }
    return text;
  }

  TestDirectory directory_;
};

TEST_F(InputTest, LooksAheadWithoutGoingThere) {
  Input file = input("0123456789");
  EXPECT_EQ(text_of(file.peek(4)), "0123");
  EXPECT_EQ(text_of(file.peek(2)), "01");
  EXPECT_EQ(file.offset(), 0U);
  file.skip(2);
  EXPECT_EQ(text_of(file.peek(100)), "23456789") << "what is left";
  EXPECT_EQ(file.offset(), 2U);
  EXPECT_FALSE(file.failure());
}

TEST_F(InputTest, GivesAWholeFileInStepsOfAnySize) {
  const std::string text = numbers();
  for (const std::size_t step : {1UL, 333UL, 65536UL, 65537UL, 1'000'000UL}) {
    Input file = input(text);
    EXPECT_EQ(rest(file, step), text) << step;
    EXPECT_EQ(file.offset(), text.size());
  }
}

TEST_F(InputTest, TakesALengthThatIsNotThereForWhatIs) {
  Input file = input("short");
  EXPECT_EQ(text_of(file.peek(std::size_t{1} << 40U)), "short");
}

TEST_F(InputTest, UnpacksGzipAlsoInSeveralMembers) {
  const std::string text = numbers();
  Input one = input(gzipped(text));
  EXPECT_TRUE(one.packed());
  EXPECT_EQ(rest(one), text);
  EXPECT_FALSE(one.failure());

  Input two = input(gzipped(text) + gzipped("") + gzipped("and more"));
  EXPECT_EQ(rest(two), text + "and more");
  EXPECT_FALSE(two.failure());
}

TEST_F(InputTest, GivesWhatIsGoodOfADamagedGzipFileAndSaysWhatIsWrong) {
  const std::string text = numbers();
  const std::string packed = gzipped(text);

  Input cut = input(packed.substr(0, packed.size() / 2));
  const std::string half = rest(cut);
  EXPECT_GT(half.size(), text.size() / 3);
  EXPECT_TRUE(text.starts_with(half));
  ASSERT_TRUE(cut.failure());
  EXPECT_EQ(cut.failure()->kind, Error::Kind::kMalformed);
  EXPECT_EQ(cut.failure()->message, "its end");

  Input followed = input(packed + "stray");
  EXPECT_EQ(rest(followed), text);
  ASSERT_TRUE(followed.failure());

  std::string flipped = packed;
  flipped.back() ^= 1;
  Input wrong = input(flipped);
  EXPECT_EQ(rest(wrong), text);
  ASSERT_TRUE(wrong.failure());
  EXPECT_EQ(wrong.failure()->message, "incorrect length check");
}

TEST_F(InputTest, ReadsAPipeThatGivesByteByByte) {
  for (const std::string& bytes : {std::string("plain text"), gzipped("plain text")}) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    std::thread writer([&, fd = Fd(ends[1])] {
      for (const char c : bytes) {
        EXPECT_EQ(::write(fd.get(), &c, 1), 1);
        std::this_thread::sleep_for(std::chrono::microseconds(200));
      }
    });
    Input pipe{Fd(ends[0]), "pipe"};
    EXPECT_EQ(rest(pipe), "plain text");
    writer.join();
  }
}

TEST_F(InputTest, SaysWhyAFileCannotBeRead) {
  const auto missing = Input::open("/nonexistent/log");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, Error::Kind::kMissing);
  const auto directory = Input::open(directory_.path().string());
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().message, "read " + directory_.path().string() + ": Is a directory");
}

}  // namespace
}  // namespace proctape
