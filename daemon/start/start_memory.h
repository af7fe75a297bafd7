// SPDX-License-Identifier: Apache-2.0
//
// What a program that runs for months needs only to start: reading the configuration, linking,
// loading BPF programs. It is given back, because it would count as the daemon's memory as long
// as nobody else wants it.
#pragma once

namespace proctape {

// Gives freed memory back to the system, and unmaps the pages of the program and its libraries
// that are as in their files: those that are used again come back from the page cache, for some
// 50 page faults altogether. To be called when all that happens at the start has happened.
void give_back_start_memory();

}  // namespace proctape
