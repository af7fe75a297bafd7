// SPDX-License-Identifier: Apache-2.0
//
// A file stands for the kernel's map: our page, the kernel's page, and the records twice.
#include "collector/exits/ring_buffer.h"

#include <gtest/gtest.h>
#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "base/file/fd.h"

namespace proctape {
namespace {

class RingBufferTest : public testing::Test {
 protected:
  static constexpr std::size_t kSize = std::size_t{1} << 20U;

  RingBufferTest() : page_(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))) {
    const std::size_t bytes = 2 * page_ + 2 * kSize;
    EXPECT_EQ(::ftruncate(file_.get(), static_cast<off_t>(bytes)), 0);
    auto mapped = Mapping::of_file(file_.get(), 0, bytes, PROT_READ | PROT_WRITE);
    EXPECT_TRUE(mapped);
    if (mapped) kernel_ = std::move(*mapped);
  }

  std::uint64_t& consumed() { return *reinterpret_cast<std::uint64_t*>(kernel_.data()); }
  std::uint64_t& produced() { return *reinterpret_cast<std::uint64_t*>(kernel_.data() + page_); }

  void put(std::uint64_t position, const void* bytes, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t at = 2 * page_ + ((position + i) & (kSize - 1));
      kernel_.data()[at] = kernel_.data()[at + kSize] = static_cast<const std::byte*>(bytes)[i];
    }
  }
  // As the kernel does: a header, the record, and the next one at a multiple of 8.
  void produce(std::string_view text, std::uint32_t flags = 0) {
    const std::array<std::uint32_t, 2> header = {static_cast<std::uint32_t>(text.size()) | flags};
    put(produced(), header.data(), sizeof header);
    put(produced() + sizeof header, text.data(), text.size());
    produced() += (sizeof header + text.size() + 7) / 8 * 8;
  }
  void begin_at(std::uint64_t position) { consumed() = produced() = position; }

  RingBuffer open() {
    auto ring = RingBuffer::open(file_.get(), kSize);
    EXPECT_TRUE(ring) << ring.error().message;
    return std::move(*ring);
  }
  // The next record; empty if there is none.
  static std::string take(RingBuffer& ring) {
    std::array<char, 512> into{};
    return {into.data(), ring.take(std::as_writable_bytes(std::span(into)))};
  }

  std::size_t page_;
  Fd file_{::memfd_create("ring", MFD_CLOEXEC)};
  Mapping kernel_;
};

TEST_F(RingBufferTest, GivesTheRecordsInTheirOrder) {
  RingBuffer ring = open();
  EXPECT_EQ(take(ring), "");
  produce("one");
  produce("another");
  EXPECT_EQ(take(ring), "one");
  EXPECT_EQ(take(ring), "another");
  EXPECT_EQ(take(ring), "");
  EXPECT_EQ(consumed(), produced());
}

TEST_F(RingBufferTest, WaitsForOneThatIsBeingWritten) {
  RingBuffer ring = open();
  produce("unfinished", BPF_RINGBUF_BUSY_BIT);
  produce("next");
  EXPECT_EQ(take(ring), "");
  EXPECT_EQ(consumed(), 0U);
}

TEST_F(RingBufferTest, PassesOverOneThatWasGivenUp) {
  RingBuffer ring = open();
  produce("given up", BPF_RINGBUF_DISCARD_BIT);
  produce("next");
  EXPECT_EQ(take(ring), "next");
}

TEST_F(RingBufferTest, CutsWhatIsTooLong) {
  RingBuffer ring = open();
  produce("abcdef");
  produce("next");
  std::array<std::byte, 4> into{};
  EXPECT_EQ(ring.take(into), 4U);
  EXPECT_EQ(std::memcmp(into.data(), "abcd", 4), 0);
  EXPECT_EQ(take(ring), "next");
}

TEST_F(RingBufferTest, ReadsOnBehindItsEnd) {
  const std::string text(200, 'x');
  for (const std::size_t before_end : {8U, 16U, 104U, 200U, 208U}) {
    begin_at(7 * kSize - before_end);
    RingBuffer ring = open();
    produce(text);
    produce("next");
    EXPECT_EQ(take(ring), text) << before_end;
    EXPECT_EQ(take(ring), "next") << before_end;
  }
}

TEST_F(RingBufferTest, ReadsOnBehindTheEndOfItsWindow) {
  const std::string text(200, 'x');
  for (std::size_t before_end = 8; before_end <= 216; before_end += 8) {
    // The window begins where the first record is.
    begin_at(0);
    RingBuffer ring = open();
    produce(std::string(RingBuffer::kWindow - before_end - 8, 'f'));
    produce(text);
    produce("next");
    EXPECT_EQ(take(ring), std::string(512, 'f')) << before_end;
    EXPECT_EQ(take(ring), text) << before_end;
    EXPECT_EQ(take(ring), "next") << before_end;
  }
}

TEST_F(RingBufferTest, LosesNothingInManyRounds) {
  RingBuffer ring = open();
  std::size_t number = 0;
  std::vector<std::string> sent;
  while (produced() < 5 * kSize) {
    sent.clear();
    // More than half of the ring at a time, as in a storm.
    for (const std::uint64_t end = produced() + kSize - 4096; produced() < end; ++number) {
      sent.push_back(std::to_string(number) + std::string(number % 301, '.'));
      produce(sent.back());
    }
    for (const std::string& text : sent) ASSERT_EQ(take(ring), text);
    ASSERT_EQ(take(ring), "");
  }
}

TEST_F(RingBufferTest, MapsASmallPartOfTheRing) {
  RingBuffer ring = open();
  while (produced() < kSize - 4096) produce(std::string(300, 'x'));
  while (!take(ring).empty()) {
  }
  EXPECT_LE(ring.mapped_bytes(), RingBuffer::kWindow + 4 * page_);
}

}  // namespace
}  // namespace proctape
