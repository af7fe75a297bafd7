// SPDX-License-Identifier: Apache-2.0
//
// Text of bounded length that copies share: command lines and other long texts of tasks, which
// are mostly short, or empty, and stay as they are from snapshot to snapshot.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace proctape {

// At most `Capacity` bytes; assigning more keeps the first `Capacity` of them. Any bytes are
// allowed. Used as InlineText is, but takes a pointer and what the text needs. Copying does not
// copy the text, and assigning what is there already allocates nothing. Copies are counted
// without locks: all of a text belong to one thread.
template <std::size_t Capacity>
class SharedText {
 public:
  static constexpr std::size_t kCapacity = Capacity;

  SharedText() = default;
  template <std::convertible_to<std::string_view> Text>
  SharedText(const Text& text) {  // NOLINT(google-explicit-constructor)
    assign(text);
  }
  SharedText(const SharedText& other) : block_(other.block_) {
    if (block_) ++block_->copies;
  }
  SharedText(SharedText&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  SharedText& operator=(const SharedText& other) {
    SharedText(other).swap(*this);
    return *this;
  }
  SharedText& operator=(SharedText&& other) noexcept {
    SharedText(std::move(other)).swap(*this);
    return *this;
  }
  template <std::convertible_to<std::string_view> Text>
  SharedText& operator=(const Text& text) {
    assign(text);
    return *this;
  }
  ~SharedText() { release(); }

  void assign(std::string_view text) {
    text = text.substr(0, Capacity);
    if (text == view()) return;
    if (block_ && block_->copies == 1 && block_->room >= text.size()) {
      std::memmove(bytes_of(block_), text.data(), text.size());  // may be a part of itself
      block_->size = static_cast<std::uint16_t>(text.size());
    } else {
      SharedText(make(text)).swap(*this);
    }
  }
  std::string_view view() const {
    return block_ ? std::string_view{bytes_of(block_), block_->size} : std::string_view{};
  }
  operator std::string_view() const { return view(); }  // NOLINT(google-explicit-constructor)
  bool empty() const { return size() == 0; }
  std::size_t size() const { return block_ ? block_->size : 0; }

  friend bool operator==(const SharedText& a, const SharedText& b) {
    return a.block_ == b.block_ || a.view() == b.view();
  }
  template <std::convertible_to<std::string_view> Text>
  requires(!std::same_as<Text, SharedText>) friend bool operator==(const SharedText& a,
                                                                   const Text& b) {
    return a.view() == std::string_view(b);
  }

 private:
  // Followed by `room` bytes, of which `size` are the text.
  struct Block {
    std::uint32_t copies;
    std::uint16_t size;
    std::uint16_t room;
  };
  static_assert(Capacity <= UINT16_MAX);

  explicit SharedText(Block* block) : block_(block) {}

  static char* bytes_of(Block* block) { return reinterpret_cast<char*>(block + 1); }

  static Block* make(std::string_view text) {
    if (text.empty()) return nullptr;
    const auto size = static_cast<std::uint16_t>(text.size());
    Block* block = new (::operator new(sizeof(Block) + size)) Block{1, size, size};
    std::ranges::copy(text, bytes_of(block));
    return block;
  }
  void release() {
    if (block_ && --block_->copies == 0) free(block_);
  }
  // Not inline: gcc would warn of uses after it that the count excludes.
  [[gnu::noinline]] static void free(Block* block) { ::operator delete(block); }
  void swap(SharedText& other) noexcept { std::swap(block_, other.block_); }

  Block* block_ = nullptr;  // none: empty
};

}  // namespace proctape
