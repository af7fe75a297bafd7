// SPDX-License-Identifier: Apache-2.0
//
// What a libstdc++ and a libgcc made for glibc take from it, where musl has nothing of the name.
#include <stddef.h>
#include <stdint.h>
#include <sys/random.h>

// Whether there is one thread only, so that counting needs no atomic instruction: never so.
char __libc_single_threaded = 0;

uint32_t arc4random(void) {
  uint32_t number = 0;
  (void)!getrandom(&number, sizeof number, 0);
  return number;
}

// Where the tables of a function's frames are: nowhere, for exceptions are not caught.
int _dl_find_object(void* address, void* result) {
  (void)address;
  (void)result;
  return -1;
}
