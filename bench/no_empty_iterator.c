// SPDX-License-Identifier: Apache-2.0
// Where BPF programs cannot be built.
#include <errno.h>

#include "bench/empty_iterator.h"

int empty_iterator_open(void) { return -EOPNOTSUPP; }
int empty_iterator_walk(int iterator) { return iterator; }
