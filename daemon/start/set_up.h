// SPDX-License-Identifier: Apache-2.0
//
// From the configuration to the parts that record.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "config/config.h"
#include "daemon/sampling/extra_samples.h"
#include "daemon/sampling/sampler.h"

namespace proctape {

// What the configuration says of the system's sources.
SystemOptions system_options(const Config& config);
// When samples are taken at a shorter interval.
ExtraSampleOptions extra_sample_options(const Config& config);
// What the collector calls the configured source of tasks, of exited processes, and of
// the traffic of tasks.
TaskChoice task_choice(Config::TaskSource source);
ExitChoice exit_choice(Config::Exits exits);
NetworkChoice network_choice(Config::Network network);

// Opens the host and the logs. `clock` must outlive the sampler.
Result<Sampler> make_sampler(const Config& config, const Clock& clock);

// What cannot change while a daemon runs (root) is put back to what it is in `old`, with a warning.
void keep_until_next_start(Config& config, const Config& old);

// "/var/log/atop, /srv/tape"
std::string directories_of(const Config& config);

// Gives a running sampler a new configuration. On an error, one of a new log directory that cannot
// be written to, nothing has changed. Says so when the recording goes on elsewhere.
Result<> reconfigure(Sampler& sampler, const Config& config, const Config& old);

}  // namespace proctape
