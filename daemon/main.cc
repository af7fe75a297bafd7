// SPDX-License-Identifier: Apache-2.0
//
// proctaped: arguments, configuration, checks, and then the loop.
#include <fmt/core.h>
#include <malloc.h>
#include <spdlog/spdlog.h>

#include <cstdio>

#include "config/duration.h"
#include "daemon/arguments.h"
#include "daemon/list_sources.h"
#include "daemon/log.h"
#include "daemon/service.h"
#include "daemon/set_up.h"

namespace proctape {
namespace {

int fail(const Error& error) {
  spdlog::critical("{}", error.message);
  return kExitFailure;
}

// What is large, the tasks of a sample above all, gets memory of its own, which goes back to the
// system when it is freed: by default glibc stops doing that once something large was freed.
// musl always does it.
void keep_large_memory_apart() {
#ifdef __GLIBC__
  ::mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

Result<> record(const Arguments& arguments, const Config& config) {
  keep_large_memory_apart();
  const SystemClock clock;
  auto sampler = make_sampler(config, clock);
  if (!sampler) return std::move(sampler.error());
  spdlog::info("proctaped " PROCTAPE_VERSION ": a sample every {} into {}",
               to_string(config.interval), config.logs.front().directory);
  const auto reload = [&]() -> Result<Service::Options> {
    const auto anew = effective_config(arguments);
    if (!anew) return anew.error();
    if (auto done = reconfigure(*sampler, *anew, config); !done) return std::move(done.error());
    set_up_logging(anew->log_level);
    return Service::Options{anew->interval, 0};
  };
  Service service(*sampler, clock, {config.interval, arguments.samples}, reload);
  return service.run();
}

int run(int argc, char** argv) {
  int exit_code = kExitOk;
  const auto arguments = parse_arguments(argc, argv, exit_code);
  if (!arguments) return exit_code;

  const auto config = effective_config(*arguments);
  if (arguments->check_config) {
    if (config) return kExitOk;
    fmt::print(stderr, "{}\n", config.error().message);
    return kExitFailure;
  }
  set_up_logging(config ? config->log_level : Config::LogLevel::kInfo);
  if (!config) return fail(config.error());

  const auto done = arguments->list_sources ? list_sources(*config) : record(*arguments, *config);
  return done ? kExitOk : fail(done.error());
}

}  // namespace
}  // namespace proctape

int main(int argc, char** argv) { return proctape::run(argc, argv); }
