// SPDX-License-Identifier: Apache-2.0
//
// The logs that each release of atop recorded (tests/fixtures/logs), for tests.
#pragma once

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "rawlog/file/reader.h"

namespace proctape {

// Two logs of every version, and what else 2.13 was made to record.
inline const std::vector<std::string>& log_names() {
  static const auto names = [] {
    std::vector<std::string> list;
    for (const Version version : kVersions) {
      const std::string name = "atop-" + to_string(version);
      list.push_back(name);
      list.push_back(name + "-pss");
    }
    for (const char* what : {"-noacct", "-nocgroup", "-appended", "-usr2"}) {
      list.push_back(std::string("atop-2.13") + what);
    }
    return list;
  }();
  return names;
}

inline std::string log_path(const std::string& name) {
  return std::string(FIXTURES) + "/logs/" + name + ".raw";
}

// For INSTANTIATE_TEST_SUITE_P: "atop-2.13-pss" is no name of a test.
inline std::string test_name(const testing::TestParamInfo<std::string>& param) {
  std::string name = param.param;
  for (char& c : name) {
    if (!isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

inline std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

// A log in memory, as an input.
inline Input input_of(std::string_view bytes) {
  Fd fd(memfd_create("log", MFD_CLOEXEC));
  EXPECT_EQ(write(fd.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  lseek(fd.get(), 0, SEEK_SET);
  return {std::move(fd), "log"};
}

// All that a log gives.
struct LogReading {
  std::string error;  // of open or next; empty if none
  std::vector<Damage> damage;
  std::vector<Sample> samples;
};

inline LogReading read_all(Input input) {
  LogReading reading;
  auto reader = Reader::open(std::move(input),
                             [&](const Damage& damage) { reading.damage.push_back(damage); });
  if (!reader) {
    reading.error = reader.error().message;
    return reading;
  }
  Sample sample;
  for (;;) {
    const auto more = reader->next(sample);
    if (!more) reading.error = more.error().message;
    if (!more || !*more) return reading;
    reading.samples.push_back(sample);
  }
}

inline LogReading read_log(const std::string& path) {
  auto input = Input::open(path);
  EXPECT_TRUE(input) << path;
  return read_all(std::move(*input));
}

// The log is whole: has samples and no damage.
inline std::vector<Sample> samples_of(const std::string& path) {
  LogReading reading = read_log(path);
  EXPECT_EQ(reading.error, "") << path;
  for (const Damage& damage : reading.damage) ADD_FAILURE() << path << ": " << to_string(damage);
  return std::move(reading.samples);
}

// For logs that are not damaged.
inline DamageReport no_damage() {
  return [](const Damage& damage) { ADD_FAILURE() << to_string(damage); };
}

}  // namespace proctape
