// SPDX-License-Identifier: Apache-2.0
#include "base/time_text.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

#include "tests/support/time_zone.h"

namespace proctape {
namespace {

TEST(TimeText, IsInTheLocalTimeZone) {
  const TimeZone zone("XYZ-2");
  EXPECT_EQ(time_text({1795235952}, kDateAndTime), "2026-11-21 06:39:12");
  EXPECT_EQ(time_text({1795235952}, "%H:%M %Z"), "06:39 XYZ");
}

TEST(TimeText, OfATimeThatIsNoneIsItsNumber) {
  const auto far = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(time_text({far}, kDateAndTime), "@9223372036854775807");
}

}  // namespace
}  // namespace proctape
