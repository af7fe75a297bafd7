// SPDX-License-Identifier: Apache-2.0
//
// A file that can be read more than once: what comes through a pipe is put into a file without a
// name first.
#pragma once

#include <string>
#include <utility>

#include "base/file/fd.h"
#include "base/result.h"

namespace proctape {

class Rereadable {
 public:
  // The file `path`, "-" being standard input.
  static Result<Rereadable> open(const std::string& path);
  // For those that read it once all the same: nothing is copied.
  static Rereadable read_once(const std::string& path) { return {path, path}; }

  const std::string& name() const { return name_; }  // for messages
  const std::string& path() const { return path_; }  // where it is read

 private:
  Rereadable(std::string name, std::string path) : name_(std::move(name)), path_(std::move(path)) {}

  std::string name_;
  std::string path_;
  Fd copy_;
};

}  // namespace proctape
