// SPDX-License-Identifier: Apache-2.0
#include "collector/system/sysv_shm.h"

#include <gtest/gtest.h>
#include <sys/shm.h>
#include <unistd.h>

#include <cstring>

#include "tests/support/fixtures.h"
#include "tests/support/source_reader.h"

namespace proctape {
namespace {

TEST(SysvShm, NothingIsAskedAboutAnotherHostsTree) {
  SourceReader reader(fixture("minimal"));
  ASSERT_TRUE(reader.read(read_sysv_shm));
  EXPECT_EQ(reader.system().memory.sysv_resident, Bytes{0});
}

TEST(SysvShm, CountsTheSegmentsOfThisHost) {
  constexpr std::size_t kSize = 1 << 20;
  const int segment = ::shmget(IPC_PRIVATE, kSize, IPC_CREAT | 0600);
  if (segment < 0) GTEST_SKIP() << "no System V shared memory here";
  void* const memory = ::shmat(segment, nullptr, 0);
  ::shmctl(segment, IPC_RMID, nullptr);
  ASSERT_NE(memory, reinterpret_cast<void*>(-1));
  std::memset(memory, 1, kSize);

  SourceReader reader(std::move(*KernelFs::open("/")));
  ASSERT_TRUE(reader.read(read_sysv_shm));
  const Memory& found = reader.system().memory;
  EXPECT_GE((found.sysv_resident + found.sysv_swapped).value, static_cast<Count>(kSize));
  ::shmdt(memory);
}

}  // namespace
}  // namespace proctape
