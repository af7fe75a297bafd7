// SPDX-License-Identifier: Apache-2.0
//
// JSON as all of our programs write it, in one line. (`proctape dump`, which writes gigabytes, has
// its own way: cli/view/record_dump.cc.)
//
//   Json json;
//   {
//     JsonObject object(json);
//     object.add("records", 7);
//     JsonArray names(object, "names");
//     names.add("eth0");
//   }
//   print(json.text());
#pragma once

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/text/text.h"

namespace proctape {

class Json {
 public:
  Json() = default;
  Json(const Json&) = delete;
  Json& operator=(const Json&) = delete;

  // Of what is closed; without a line feed.
  std::string_view text() const { return {buffer_.GetString(), buffer_.GetSize()}; }

 private:
  friend class JsonObject;
  friend class JsonArray;

  void key(std::string_view name) {
    writer_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
  }
  // Foreign text may be in any encoding; JSON is UTF-8.
  void value(std::string_view foreign) {
    const std::string text = valid_utf8(foreign);
    writer_.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  }
  void value(const char* text) { value(std::string_view(text)); }
  void value(std::integral auto number) {
    if constexpr (std::is_same_v<decltype(number), bool>) {
      writer_.Bool(number);
    } else if constexpr (std::is_signed_v<decltype(number)>) {
      writer_.Int64(number);
    } else {
      writer_.Uint64(number);
    }
  }
  // In seconds.
  template <typename Rep, typename Period>
  void value(std::chrono::duration<Rep, Period> time) {
    value(std::chrono::duration<double>(time).count());
  }
  // Since the epoch of the clock.
  template <typename Clock, typename Duration>
  void value(std::chrono::time_point<Clock, Duration> time) {
    value(time.time_since_epoch());
  }
  // Quantities, in their unit.
  template <typename Quantity>
  requires requires(const Quantity& quantity) { quantity.value; }
  void value(const Quantity& quantity) { value(quantity.value); }
  // More digits say nothing, and take time.
  void value(double number) {
    constexpr int kDigits = 6;
    writer_.SetMaxDecimalPlaces(kDigits);
    writer_.Double(number);
  }

  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_{buffer_};
};

class JsonArray;

// Closed when it goes. What is opened within is to go first.
class JsonObject {
 public:
  explicit JsonObject(Json& json) : json_(&json) { json.writer_.StartObject(); }
  JsonObject(const JsonObject& parent, std::string_view name) : json_(parent.json_) {
    json_->key(name);
    json_->writer_.StartObject();
  }
  inline explicit JsonObject(const JsonArray& parent);
  JsonObject(const JsonObject&) = delete;
  JsonObject& operator=(const JsonObject&) = delete;
  ~JsonObject() { json_->writer_.EndObject(); }

  template <typename Value>
  void add(std::string_view name, const Value& value) const {
    json_->key(name);
    json_->value(value);
  }
  void add_nothing(std::string_view name) const {
    json_->key(name);
    json_->writer_.Null();
  }

 private:
  friend class JsonArray;

  Json* json_;
};

class JsonArray {
 public:
  JsonArray(const JsonObject& parent, std::string_view name) : json_(parent.json_) {
    json_->key(name);
    json_->writer_.StartArray();
  }
  JsonArray(const JsonArray&) = delete;
  JsonArray& operator=(const JsonArray&) = delete;
  ~JsonArray() { json_->writer_.EndArray(); }

  template <typename Value>
  void add(const Value& value) const {
    json_->value(value);
  }

 private:
  friend class JsonObject;

  Json* json_;
};

JsonObject::JsonObject(const JsonArray& parent) : json_(parent.json_) {
  json_->writer_.StartObject();
}

}  // namespace proctape
