// SPDX-License-Identifier: Apache-2.0
//
// The headers that nearly all tests have are compiled once (CMakeLists.txt, test_headers); a
// library needs a source.
