// SPDX-License-Identifier: Apache-2.0
#include "collector/system/gpu.h"

namespace proctape {

Result<> read_gpu(Reading& reading, Snapshot& into) {
  if (!reading.fs.has_own_pids()) {
    return Error{Error::Kind::kMissing,
                 reading.fs.root() + "/proc does not show the processes of this pid namespace"};
  }
  return reading.memo.gpus.read(reading.now, into);
}

}  // namespace proctape
