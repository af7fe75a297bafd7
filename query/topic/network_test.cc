// SPDX-License-Identifier: Apache-2.0
#include "query/topic/network.h"

#include "tests/support/answers.h"

namespace proctape {
namespace {

constexpr Seconds kMorning{1'700'000'000};

TEST(NetworkTopic, TellsInterfacesAndProtocols) {
  std::vector<Sample> samples = {plausible_sample(kMorning),
                                 plausible_sample(kMorning + Seconds{10})};
  Interface idle;
  idle.name = "eth1";
  samples[1].system.interfaces.each.push_back(idle);
  Protocols& protocols = samples[1].system.protocols;
  protocols.tcp.out_segs = 1000;
  protocols.tcp.retrans_segs = 50;
  protocols.udpv4.in_datagrams = 30;
  protocols.udpv6.in_datagrams = 10;
  const auto tables = answer_to("network", samples);
  const Table& interfaces = tables.at(0);
  EXPECT_NEAR(number_in(interfaces, "interface", "eth0", "received"), 12'345.6, 1e-6);
  EXPECT_DOUBLE_EQ(number_in(interfaces, "interface", "eth1", "received"), 0) << "idle ones, too";
  EXPECT_TRUE(is_nothing(interfaces, row_of(interfaces, "interface", "eth1"), "peak_time"));
  const Table& measures = tables.at(1);
  const auto of = [&](std::string_view measure, std::string_view column) {
    return number_in(measures, "measure", measure, column);
  };
  EXPECT_DOUBLE_EQ(of("tcp_retransmits_per_second", "total"), 50);
  EXPECT_DOUBLE_EQ(of("tcp_retransmitted_percent", "peak"), 5);
  EXPECT_DOUBLE_EQ(of("tcp_retransmitted_percent", "peak_time"), double(kMorning.value + 10));
  EXPECT_DOUBLE_EQ(of("udp_received_per_second", "total"), 40) << "of both versions of IP";
  EXPECT_DOUBLE_EQ(of("udp_received_per_second", "mean"), 2);
  EXPECT_DOUBLE_EQ(of("net_received_bytes_per_second", "total"), 2 * 123'456);
  EXPECT_TRUE(tables.at(2).rows.empty()) << "no InfiniBand";
}

TEST(NetworkTopic, TellsWhoSentAndWhatNobodyAccountsFor) {
  std::vector<Sample> samples = {plausible_sample(kMorning),
                                 plausible_sample(kMorning + Seconds{10})};
  EXPECT_TRUE(answer_to("network", samples).at(3).rows.empty());
  EXPECT_NE(answer_to("network", samples).at(3).if_empty.find("not recorded"), std::string::npos);

  for (Sample& sample : samples) {
    sample.netatop = true;
    sample.tasks = {plain_process(7, 50, 100), plain_process(8, 50, 50), plain_process(9, 50, 1)};
    TaskNetwork network;
    network.tcp_bytes_sent = Bytes{1000};
    network.udp_bytes_sent = Bytes{500};
    network.udp_bytes_received = Bytes{20};
    sample.tasks[0].network = network;
    network.tcp_bytes_sent = Bytes{10'000};
    sample.tasks[1].network = network;
  }
  const Table processes = answer_to("network", samples).at(3);
  ASSERT_EQ(processes.rows.size(), 2U) << "those that sent or received";
  EXPECT_EQ(number_in(processes, &processes.rows[0], "pid"), 8) << "who sent most";
  EXPECT_DOUBLE_EQ(number_in(processes, &processes.rows[0], "sent"), 21'000 / 20.0);
  EXPECT_DOUBLE_EQ(number_in(processes, &processes.rows[0], "sent_total"), 21'000);
  EXPECT_DOUBLE_EQ(number_in(processes, &processes.rows[1], "received_total"), 40);
  ASSERT_EQ(processes.notes.size(), 1U);
  EXPECT_NE(processes.notes[0].find("account for 80B in and 23.4K out"), std::string::npos)
      << processes.notes[0];
}

TEST(NetworkTopic, TellsInfiniband) {
  Sample sample = plausible_sample(kMorning);
  InfinibandPort port;
  port.controller = "mlx5_0";
  port.port = 1;
  port.rate = 100'000;
  port.words_received = 2500;
  port.packets_sent = 40;
  sample.system.infiniband.ports = {port};
  const Table ports = answer_to("network", {sample}).at(2);
  EXPECT_DOUBLE_EQ(number_in(ports, "port", "mlx5_0/1", "received"), 1000);
  EXPECT_DOUBLE_EQ(number_in(ports, "port", "mlx5_0/1", "packets_sent"), 4);
  EXPECT_DOUBLE_EQ(number_in(ports, "port", "mlx5_0/1", "speed"), 100'000);
}

TEST(DisksTopic, TellsDisksAndVolumes) {
  Sample sample = plausible_sample(kMorning);
  Disk idle;
  idle.name = "sdb";
  sample.system.disks.physical.push_back(idle);
  Disk volume;
  volume.name = "vg-root";
  volume.reads = 10;
  volume.busy = Milliseconds{5000};
  volume.queue_time = Milliseconds{7000};
  sample.system.disks.lvm.push_back(volume);
  const auto tables = answer_to("disks", {sample});
  EXPECT_DOUBLE_EQ(number_in(tables.at(0), "disk", "vda", "written"), 960 * 512 / 10.0);
  EXPECT_DOUBLE_EQ(number_in(tables.at(0), "disk", "vda", "writes"), 3);
  EXPECT_DOUBLE_EQ(number_in(tables.at(0), "disk", "sdb", "busy"), 0) << "idle ones, too";
  EXPECT_DOUBLE_EQ(number_in(tables.at(1), "disk", "vg-root", "busy"), 50);
  EXPECT_DOUBLE_EQ(number_in(tables.at(1), "disk", "vg-root", "latency"), 700);
  EXPECT_DOUBLE_EQ(number_in(tables.at(2), "measure", "disk_written_bytes_per_second", "total"),
                   960 * 512);
}

TEST(NfsTopic, TellsMountsClientAndServer) {
  Sample sample = plausible_sample(kMorning);
  Nfs& nfs = sample.system.nfs;
  nfs.client.rpc_calls = 200;
  nfs.client.rpc_retransmits = 3;
  nfs.server.read = Bytes{5000};
  NfsMount mount;
  mount.device = "server:/home";
  mount.read = Bytes{20'000};
  mount.age = Seconds{77};
  nfs.mounts = {mount};
  mount.device = "server:/busy";
  mount.server_read = Bytes{99'000};
  nfs.mounts.push_back(mount);
  const auto tables = answer_to("nfs", {sample});
  EXPECT_EQ(tables.at(0).rows.at(0).back(), Value("server:/busy")) << "the busiest is the first";
  EXPECT_DOUBLE_EQ(number_in(tables[0], "mount", "server:/home", "read"), 2000);
  EXPECT_DOUBLE_EQ(number_in(tables[0], "mount", "server:/home", "age"), 77);
  EXPECT_DOUBLE_EQ(number_in(tables.at(1), "measure", "calls_per_second", "mean"), 20);
  EXPECT_DOUBLE_EQ(number_in(tables.at(1), "measure", "retransmits_per_second", "total"), 3);
  EXPECT_DOUBLE_EQ(number_in(tables.at(2), "measure", "read_bytes_per_second", "total"), 5000);
  const auto none = answer_to("nfs", {plausible_sample(kMorning)});
  for (const Table& table : none) EXPECT_TRUE(table.rows.empty()) << table.name;
}

}  // namespace
}  // namespace proctape
