// SPDX-License-Identifier: Apache-2.0
//
// proctaped: arguments, configuration, checks, and then the loop.
#include <malloc.h>

#include <filesystem>
#include <string>
#include <system_error>

#include "base/text/output.h"
#include "base/text/visible_text.h"
#include "collector/bpf/load_error.h"
#include "config/advice.h"
#include "config/duration.h"
#include "daemon/messages/log.h"
#include "daemon/service.h"
#include "daemon/start/arguments.h"
#include "daemon/start/last_good.h"
#include "daemon/start/list_sources.h"
#include "daemon/start/process_settings.h"
#include "daemon/start/set_up.h"
#include "daemon/start/start_memory.h"

namespace proctape {
namespace {

int fail(const Error& error) {
  log_critical("{}", error.message);
  return kExitFailure;
}

// What is large, the tasks of a sample above all, gets memory of its own, which goes back to the
// system when it is freed: by default glibc stops doing that once something large was freed.
// The helper threads work while the others wait, and need no memory of their own. musl does both
// by itself.
void set_up_memory() {
#ifdef __GLIBC__
  ::mallopt(M_MMAP_THRESHOLD, 1 << 17);
  ::mallopt(M_ARENA_MAX, 1);
#endif
}

// Told as often as it is tried: at the start, and when the configuration is another one.
void set_up_process(const Config::Process& wanted, const Config::Process& old) {
  for (const Error& refused : apply(wanted, old)) log_warning("{}", refused.message);
}

void lock_memory(bool lock) {
  // The default, and not to be had by hand: no warning.
  if (auto done = lock_touched_memory(lock); !done) log_info("{}", done.error().message);
}

Service::Options service_options(const Config& config, const Arguments& arguments) {
  std::error_code ignored;
  const bool has_file = std::filesystem::exists(arguments.config_file, ignored);
  return {
      .interval = config.interval,
      .samples = arguments.samples,
      .extra = extra_sample_options(config),
      .report = {.state_file = config.state_file,
                 .configuration =
                     has_file ? std::filesystem::absolute(arguments.config_file).string() : ""}};
}

void keep_config(const Arguments& arguments, const Config& config) {
  if (auto kept = keep_as_last_good(arguments, config); !kept) {
    log_info("{}", kept.error().message);
  }
}

void tell_of_other_config(const Error& complaint, const std::string& instead) {
  log_lines(MessageLevel::kError, "", complaint.message);
  log_warning("going on with {}", instead);
}

// `kept`: the configuration is the one that was kept, not that of the arguments. Sets `started`
// when the first sample was taken.
Result<> record(const Arguments& arguments, const Config& config, bool kept, bool& started) {
  kBpfCapabilities.lower();  // whoever needs them raises them
  Service::hold_signals();
  set_up_memory();
  const SystemClock clock;
  Config in_force = config;
  set_up_process(in_force.process, {});
  auto sampler = make_sampler(config, clock);
  if (!sampler) return std::move(sampler.error());
  log_info("proctaped " PROCTAPE_VERSION ": a sample every {} into {}", to_string(config.interval),
           directories_of(config));
  const auto reload = [&]() -> Result<Service::Options> {
    auto anew = config_to_reload(arguments, in_force);
    if (!anew) return std::move(anew.error());
    keep_until_next_start(*anew, in_force);
    if (auto done = reconfigure(*sampler, *anew, in_force); !done) {
      return Error{done.error().kind, visible(done.error().message)};
    }
    set_up_logging(anew->log_level);
    set_up_process(anew->process, in_force.process);
    if (anew->process.lock_memory != in_force.process.lock_memory) {
      lock_memory(anew->process.lock_memory);
    }
    in_force = *anew;
    keep_config(arguments, *anew);
    return service_options(*anew, arguments);
  };
  auto options = service_options(config, arguments);
  options.after_start = [&] {
    started = true;
    if (!kept) keep_config(arguments, config);
    give_back_start_memory();  // which locked memory would not be
    if (in_force.process.lock_memory) lock_memory(true);
  };
  Service service(*sampler, clock, options, reload);
  return service.run();
}

int run(int argc, char** argv) {
  int exit_code = kExitOk;
  const auto arguments = parse_arguments(argc, argv, exit_code);
  if (!arguments) return exit_code;

  if (arguments->check_config) {
    const auto config = effective_config(*arguments);
    if (config) {
      for (const std::string& advice : advice_on(*config)) print_error(advice + '\n');
      return kExitOk;
    }
    print_error(config.error().message + '\n');
    return kExitFailure;
  }
  const auto first = config_to_start_with(*arguments);
  set_up_logging(first ? first->config.log_level : Config::LogLevel::kInfo);
  if (!first) {
    log_lines(MessageLevel::kCritical, "", first.error().message);
    return kExitFailure;
  }
  if (first->complaint) tell_of_other_config(*first->complaint, first->instead);
  if (arguments->list_sources) {
    const auto listed = list_sources(first->config);
    return listed ? kExitOk : fail(listed.error());
  }
  bool started = false;
  auto done = record(*arguments, first->config, first->complaint.has_value(), started);
  if (!done && !started && !first->complaint) {
    // A log directory that cannot be written to is found out only by writing.
    if (const auto old = last_good_config(*arguments)) {
      tell_of_other_config({done.error().kind, visible(done.error().message)},
                           "the last configuration that was good, " + arguments->last_good);
      done = record(*arguments, *old, true, started);
    }
  }
  return done ? kExitOk : fail(done.error());
}

}  // namespace
}  // namespace proctape

int main(int argc, char** argv) { return proctape::run(argc, argv); }
