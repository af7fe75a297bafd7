// SPDX-License-Identifier: Apache-2.0
#include "collector/system/infiniband.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/support/fixtures.h"
#include "tests/support/source_reader.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

void write_port(const TestHost& host, const std::string& port, std::string_view rate) {
  const std::string directory = "sys/class/infiniband/" + port;
  host.write(directory + "/rate", rate);
  host.write(directory + "/counters/port_rcv_data", "1\n");
  host.write(directory + "/counters/port_xmit_data", "2\n");
  host.write(directory + "/counters/port_rcv_packets", "3\n");
  host.write(directory + "/counters/port_xmit_packets", "4\n");
}

TEST(Infiniband, PortsOfAllControllersSorted) {
  const TestHost host;
  write_port(host, "mlx5_1/ports/1", "100 Gb/sec (4X EDR)\n");
  write_port(host, "mlx5_0/ports/2", "40 Gb/sec (4X QDR)\n");
  write_port(host, "mlx5_0/ports/1", "40 Gb/sec (4X QDR)\n");
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  ASSERT_TRUE(reader.read(read_infiniband));
  const auto& ports = reader.system().infiniband.ports;
  ASSERT_EQ(ports.size(), 3U);
  EXPECT_EQ(ports[0].controller.view(), "mlx5_0");
  EXPECT_EQ(ports[1].port, 2);
  const InfinibandPort expected{.controller = "mlx5_1",
                                .port = 1,
                                .lanes = 4,
                                .rate = 100000,
                                .words_received = 1,
                                .words_sent = 2,
                                .packets_received = 3,
                                .packets_sent = 4};
  EXPECT_EQ(ports[2], expected);
}

TEST(Infiniband, RatesAreMegabitsPerSecond) {
  InfinibandPort port;
  ASSERT_TRUE(parse_infiniband_rate("2.5 Gb/sec (1X SDR)", "rate", port));
  EXPECT_EQ(port.rate, 2500);
  EXPECT_EQ(port.lanes, 1);
  ASSERT_TRUE(parse_infiniband_rate("1.2 Tb/sec (12X NDR)", "rate", port));
  EXPECT_EQ(port.rate, 1200000);
  EXPECT_EQ(port.lanes, 12);
}

TEST(Infiniband, CounterThatThePortLacksIsZero) {
  const TestHost host;
  write_port(host, "mlx5_0/ports/1", "100 Gb/sec (4X EDR)\n");
  host.write("sys/class/infiniband/mlx5_0/ports/1/counters/port_rcv_data", "N/A (no PMA)\n");
  host.remove("sys/class/infiniband/mlx5_0/ports/1/counters/port_xmit_packets");
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  ASSERT_TRUE(reader.read(read_infiniband));
  EXPECT_EQ(reader.system().infiniband.ports.at(0).words_received, 0);
  EXPECT_EQ(reader.system().infiniband.ports.at(0).words_sent, 2);
  EXPECT_EQ(reader.system().infiniband.ports.at(0).packets_sent, 0);
}

TEST(Infiniband, NewPortsAreFoundWithinAMinute) {
  const TestHost host;
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  const auto read = reader.read(read_infiniband);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, Error::Kind::kMissing);

  write_port(host, "mlx5_0/ports/1", "100 Gb/sec (4X EDR)\n");
  reader.next(std::chrono::seconds(1));
  ASSERT_TRUE(reader.read(read_infiniband));
  EXPECT_EQ(reader.system().infiniband.ports.size(), 1U) << "at once if there were none";

  write_port(host, "mlx5_1/ports/1", "100 Gb/sec (4X EDR)\n");
  reader.next(std::chrono::seconds(60));
  ASSERT_TRUE(reader.read(read_infiniband));
  EXPECT_EQ(reader.system().infiniband.ports.size(), 2U);
}

// It took all ports behind it along, and those before it gave what they had counted since boot.
TEST(Infiniband, APortWithoutARateIsThereAllTheSame) {
  const TestHost host;
  for (const char* port : {"mlx5_0/ports/1", "mlx5_1/ports/1", "mlx5_2/ports/1"}) {
    write_port(host, port, "100 Gb/sec (4X EDR)\n");
  }
  host.remove("sys/class/infiniband/mlx5_1/ports/1/rate");
  host.write("sys/class/infiniband/mlx5_2/ports/1/rate", "unknown\n");
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  ASSERT_TRUE(reader.read(read_infiniband));
  const auto& ports = reader.system().infiniband.ports;
  ASSERT_EQ(ports.size(), 3U);
  EXPECT_EQ(ports[0].rate, 100000);
  EXPECT_EQ(ports[1].rate, 0);
  EXPECT_EQ(ports[1].words_received, 1);
  EXPECT_EQ(ports[2].rate, 0);
  EXPECT_EQ(reader.notes().size(), 1U) << "of the malformed one";
}

TEST(Infiniband, ACounterThatCannotBeReadOnceStaysAsItWas) {
  const TestHost host;
  write_port(host, "mlx5_0/ports/1", "100 Gb/sec (4X EDR)\n");
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  ASSERT_TRUE(reader.read(read_infiniband));
  reader.next();
  host.write("sys/class/infiniband/mlx5_0/ports/1/counters/port_rcv_data", "\n");
  ASSERT_TRUE(reader.read(read_infiniband));
  EXPECT_EQ(reader.system().infiniband.ports.at(0).words_received, 1);
}

TEST(Infiniband, MalformedRateIsNamed) {
  InfinibandPort port;
  const auto parsed = parse_infiniband_rate("fast", "ports/1/rate", port);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message,
            "ports/1/rate: expected '<rate> <unit> (<lanes>X <name>)', found 'fast'");
  EXPECT_FALSE(parse_infiniband_rate("nan Gb/sec (4X EDR)", "x", port));
  EXPECT_FALSE(parse_infiniband_rate("1e30 Gb/sec (4X EDR)", "x", port));
  EXPECT_FALSE(parse_infiniband_rate("-1 Gb/sec (4X EDR)", "x", port));
  EXPECT_FALSE(parse_infiniband_rate("", "x", port));
}

}  // namespace
}  // namespace proctape
