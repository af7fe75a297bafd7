// SPDX-License-Identifier: Apache-2.0
#include "query/topic/disks.h"

#include <utility>
#include <vector>

#include "query/measure/elapsed.h"
#include "query/topic/device_tables.h"
#include "query/topic/series_topic.h"
#include "query/topic/system_tables.h"

namespace proctape {
namespace {

constexpr Measure kOfDisks[] = {
    Measure::kDiskRead,       Measure::kDiskWritten,    Measure::kDiskRequests,
    Measure::kDiskBusiest,    Measure::kDiskLatency,    Measure::kDiskQueue,
    Measure::kPressureIoSome, Measure::kPressureIoFull, Measure::kCpuIowait,
    Measure::kBlocked,
};

class DisksTopic : public SeriesTopic {
 public:
  explicit DisksTopic(const Question& question) : SeriesTopic(question) {}

  std::vector<Table> answer() const override {
    Table disks = table_of_disks("disks", "Disks", devices_.disks(), DevicesShown::kAll);
    Table volumes = table_of_disks("volumes", "Volumes and arrays, on the disks",
                                   devices_.volumes(), DevicesShown::kAll);
    Table measures = breakdown("measures", "All disks, mean and worst", series(), kOfDisks);
    if (series().seconds() == 0) disks.if_empty = volumes.if_empty = "no interval was recorded";
    measures.notes = notes_on_disks(series(), devices_);
    return {std::move(disks), std::move(volumes), std::move(measures)};
  }

 private:
  void add(const Host& /*host*/, const Sample& sample) override {
    if (!sample.since_boot) {
      devices_.add(sample.system, seconds_of(sample), bounded(sample.time));
    }
  }

  DeviceUses devices_;
};

}  // namespace

std::unique_ptr<Topic> disks_topic(const Question& question) {
  return std::make_unique<DisksTopic>(question);
}

}  // namespace proctape
