// SPDX-License-Identifier: Apache-2.0
//
// An iterator over all tasks that does nothing with them, for the benchmark: the light skeleton
// is C.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

// Loads the program; returns a descriptor to iterate with, or a negative errno.
int empty_iterator_open(void);
// Walks all tasks once; 0, or a negative errno.
int empty_iterator_walk(int iterator);

#ifdef __cplusplus
}
#endif
