// SPDX-License-Identifier: Apache-2.0
#include "collector/containers/uts_names.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <optional>

#include "base/file/fd.h"
#include "base/text/text.h"
#include "collector/kernel/stack_path.h"

namespace proctape {
namespace {

// Of the link `path` below `proc`, "uts:[4026531838]"; 0 if it may not be read.
std::uint64_t inode_in_link(int proc, const char* path) {
  std::array<char, 64> buffer;
  const ssize_t length = ::readlinkat(proc, path, buffer.data(), buffer.size());
  if (length <= 0) return 0;
  std::string_view text(buffer.data(), static_cast<std::size_t>(length));
  const auto bracket = text.find('[');
  if (bracket == text.npos || !text.ends_with(']')) return 0;
  text = text.substr(bracket + 1, text.size() - bracket - 2);
  return static_cast<std::uint64_t>(to_number(text).value_or(0));
}

struct Question {
  int uts_namespace;
  std::string name;
  bool refused = false;
};

void* ask(void* argument) {
  auto& question = *static_cast<Question*>(argument);
  utsname names{};
  // Of this thread alone, which ends with it.
  if (::setns(question.uts_namespace, CLONE_NEWUTS) != 0) {
    question.refused = errno == EPERM;
  } else if (::uname(&names) == 0) {
    question.name = names.nodename;
  }
  return nullptr;
}

// None: it may not be asked.
std::optional<std::string> name_in(int proc, const char* path) {
  const Fd uts_namespace(::openat(proc, path, O_RDONLY | O_CLOEXEC));
  if (!uts_namespace) return "";
  Question question{.uts_namespace = uts_namespace.get()};
  pthread_t thread{};
  if (::pthread_create(&thread, nullptr, ask, &question) != 0) return "";
  ::pthread_join(thread, nullptr);
  if (question.refused) return std::nullopt;
  return std::move(question.name);
}

}  // namespace

UtsNames::UtsNames(int proc, std::string host_name)
    : proc_(proc),
      host_name_(std::move(host_name)),
      host_namespace_(inode_in_link(proc, "1/ns/uts")) {
  if (host_namespace_ == 0) host_namespace_ = inode_in_link(proc, "self/ns/uts");
}

void UtsNames::begin_snapshot(SinceBoot now) {
  now_ = now;
  questions_ = 0;
  std::erase_if(namespaces_, [&](const auto& each) { return now - each.second.used > 20 * kKeep; });
}

std::string_view UtsNames::name_of(Count pid, bool is_service) {
  if (host_namespace_ == 0 || refused_) return {};
  const StackPath path("%lld/ns/uts", static_cast<long long>(pid));
  const std::uint64_t inode = inode_in_link(proc_, path.c_str());
  if (inode == 0 || inode == host_namespace_) return {};
  if (!may_ask_) {
    refused_ = !is_service;
    return {};
  }
  if (questions_ == kMostQuestions && !namespaces_.contains(inode)) return {};
  const auto [known, first] = namespaces_.try_emplace(inode);
  Entry& entry = known->second;
  entry.used = now_;
  const auto keep = entry.name.empty() ? kKeepUnnamed : kKeep;
  if (!first && (now_ - entry.asked < keep || questions_ == kMostQuestions)) return entry.name;
  ++questions_;
  entry.asked = now_;
  auto name = name_in(proc_, path.c_str());
  // Nothing that comes later changes that.
  may_ask_ = name.has_value();
  refused_ = !may_ask_ && !is_service;
  entry.name = std::move(name).value_or("");
  if (entry.name == host_name_ || entry.name == "localhost") entry.name.clear();
  return entry.name;
}

}  // namespace proctape
