// SPDX-License-Identifier: Apache-2.0
//
// From the configuration to the parts that record.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "config/config.h"
#include "daemon/extra_samples.h"
#include "daemon/sampler.h"

namespace proctape {

// What the configuration says of the system's sources.
SystemOptions system_options(const Config& config);
// When samples are taken at a shorter interval.
ExtraSampleOptions extra_sample_options(const Config& config);
// What the collector calls the configured source of tasks, and of exited processes.
TaskChoice task_choice(Config::TaskSource source);
ExitChoice exit_choice(Config::Exits exits);

// Opens the host and the logs. `clock` must outlive the sampler.
Result<Sampler> make_sampler(const Config& config, const Clock& clock);

// Gives a running sampler a new configuration. What cannot change while it runs (root)
// keeps the value it has in `old`, with a warning. On an error, one of a new log directory that
// cannot be written to, nothing has changed.
Result<> reconfigure(Sampler& sampler, const Config& config, const Config& old);

}  // namespace proctape
