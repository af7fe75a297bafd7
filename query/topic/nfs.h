// SPDX-License-Identifier: Apache-2.0
//
// What NFS mounts, the NFS client and the NFS server of this host did.
#pragma once

#include <memory>

#include "query/topic/topic.h"

namespace proctape {

std::unique_ptr<Topic> nfs_topic(const Question& question);

}  // namespace proctape
