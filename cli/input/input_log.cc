// SPDX-License-Identifier: Apache-2.0
#include "cli/input/input_log.h"

#include <sys/stat.h>

#include <utility>

#include "cli/input/unpack.h"
#include "cli/output/exit_code.h"
#include "cli/output/output.h"

namespace proctape {
namespace {

// Of what reader.offset() counts up to; 0 where that is not known beforehand.
std::uint64_t size_of(const std::string& path, const Reader& reader) {
  struct stat status {};
  if (!reader.packing().empty() || stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode))
    return 0;
  return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace

Result<Reader> open_log(const std::string& path, DamageReport report, std::string name) {
  auto input = Input::open(path, packings(), std::move(name));
  if (!input) return input.error();
  return Reader::open(std::move(*input), std::move(report));
}

InputLog::InputLog(const std::string& path, DamageReport on_damage)
    : InputLog(path, path, std::move(on_damage)) {}

InputLog::InputLog(const Rereadable& file, DamageReport on_damage)
    : InputLog(file.name(), file.path(), std::move(on_damage)) {}

InputLog::InputLog(std::string name, const std::string& path, DamageReport on_damage)
    : path_(std::move(name)), on_damage_(std::move(on_damage)) {
  if (!on_damage_) {
    on_damage_ = [this](const Damage& damage) { complain(path_ + ": " + to_string(damage)); };
  }
  const auto report = [this](const Damage& damage) {
    ++problems_;
    if (progress_) progress_->clear();
    on_damage_(damage);
  };
  auto reader = open_log(path, report, path == path_ ? "" : path_);
  if (!reader) {
    fail(reader.error());
    return;
  }
  reader_ = std::move(*reader);
  progress_ = std::make_unique<Progress>(size_of(path, *reader_));
  if (!reader_->note().empty()) complain(path_ + ": " + reader_->note());
}

bool InputLog::told(const Result<bool>& more) {
  if (!more) fail(more.error());
  const bool found = more && *more;
  if (found) {
    progress_->at(reader_->offset());
  } else {
    progress_->clear();
  }
  return found;
}

void InputLog::fail(const Error& error) {
  failure_ = error.message;
  if (progress_) progress_->clear();
  complain(failure_);
}

int InputLog::exit_code() const {
  if (!failure_.empty()) return kExitUnreadable;
  return problems_ > 0 ? kExitProblems : kExitFine;
}

}  // namespace proctape
