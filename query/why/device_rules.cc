// SPDX-License-Identifier: Apache-2.0
//
// Disks and network.
#include <algorithm>
#include <cmath>

#include "base/text/format.h"
#include "query/measure/elapsed.h"
#include "query/why/finders.h"
#include "query/why/words.h"

namespace proctape {
namespace {

void add_known(const Evidence& evidence, const Episode& episode,
               std::initializer_list<Measure> measures, Finding& finding) {
  for (const Measure measure : measures) {
    if (!std::isnan(episode[measure].mean)) {
      finding.evidence.push_back(proof_of(evidence, episode, measure));
    }
  }
}

// "; curl (pid 7) had ...", if a process is known.
std::string sender_words(const Episode& episode) {
  if (episode.culprits.empty() || episode.culprits.front().processes == 0) return {};
  const Party& first = episode.culprits.front();
  return "; " + name_of(first) + " had " + first.description;
}

}  // namespace

void find_disk_saturation(const Evidence& evidence, const Rule& rule,
                          std::vector<Finding>& findings) {
  for (const Episode* episode : worst_of(evidence, Shortage::kDisk)) {
    const double full = used((*episode)[Measure::kPressureIoFull].mean);
    const double latency = used((*episode)[Measure::kDiskLatency].mean);
    Severity severity = *by_duration(evidence, episode->seconds);
    if (severity == Severity::kWarning && full >= rule.limits[4] && latency >= rule.limits[5]) {
      severity = Severity::kCritical;
    }
    Finding finding = found(rule, severity, *episode, "disks");
    finding.sentence = formatted(
        "Disk {} was busy for {} of the time{}: {}/s read and {}/s written, {} ms a request",
        episode->disk.empty() ? "I/O" : episode->disk,
        percent_words(used((*episode)[Measure::kDiskBusiest].mean)),
        before_words(evidence, Measure::kDiskBusiest),
        size_words(used((*episode)[Measure::kDiskRead].mean)),
        size_words(used((*episode)[Measure::kDiskWritten].mean)), number_words(latency));
    const double some = (*episode)[Measure::kPressureIoSome].mean;
    if (!std::isnan(some)) {
      finding.sentence += ", and tasks waited for I/O for " + percent_words(some) + " of it";
    }
    if (!episode->culprits.empty()) {
      const Party& first = episode->culprits.front();
      finding.sentence += "; " + name_of(first) + ' ' + first.description;
    }
    finding.sentence += '.';
    add_known(evidence, *episode,
              {Measure::kDiskBusiest, Measure::kDiskLatency, Measure::kDiskQueue,
               Measure::kDiskRead, Measure::kDiskWritten, Measure::kPressureIoSome,
               Measure::kPressureIoFull, Measure::kCpuIowait, Measure::kBlocked},
              finding);
    findings.push_back(std::move(finding));
  }
}

void find_stuck_tasks(const Evidence& evidence, const Rule& rule, std::vector<Finding>& findings) {
  constexpr Count kThreadd = 2;  // the parent of threads of the kernel
  std::vector<const TaskUse*> stuck;
  for (const TaskUse* use : evidence.processes().all()) {
    if (use->uninterruptible < rule.limits[1] || use->io() > 0 || use->seconds <= 0) continue;
    if (100 * use->uninterruptible / use->seconds < rule.limits[0]) continue;
    if (use->ppid == kThreadd || use->pid == kThreadd) continue;
    stuck.push_back(use);
  }
  if (stuck.empty()) return;
  std::ranges::sort(stuck, [](const TaskUse* a, const TaskUse* b) {
    return a->uninterruptible != b->uninterruptible ? a->uninterruptible > b->uninterruptible
                                                    : a->pid < b->pid;
  });
  const TaskUse& first = *stuck.front();
  Finding finding = found(rule, Severity::kWarning, first.seen_first, first.seen_last);
  finding.sentence = formatted(
      "{} hung in uninterruptible sleep (state D), {} for {}: what they wait for does not come, "
      "such as a file server or a device.",
      count_words(static_cast<double>(stuck.size()), "process", "processes"),
      name_of(party_of(first)), seconds_words(first.uninterruptible));
  for (const TaskUse* use : stuck) {
    constexpr std::size_t kMost = 5;
    if (finding.victims.size() == kMost) break;
    Party party = party_of(*use);
    party.description = "in state D for " + seconds_words(use->uninterruptible);
    finding.victims.push_back(std::move(party));
  }
  // What they wait for is no process: who hangs is all that is known.
  finding.culprits = finding.victims;
  finding.evidence = {
      proof_of("uninterruptible_processes", static_cast<double>(stuck.size()), "count"),
      proof_of("uninterruptible_seconds", first.uninterruptible, "seconds")};
  finding.see = "process " + std::to_string(first.pid);
  findings.push_back(std::move(finding));
}

void find_retransmits(const Evidence& evidence, const Rule& rule, std::vector<Finding>& findings) {
  for (const Episode* episode : worst_of(evidence, Shortage::kRetransmits)) {
    const double again = (*episode)[Measure::kTcpRetransmits].mean;
    const double percent = std::min(100 * again / std::max(episode->out_segments, 1e-3), 100.0);
    Severity severity = *by_duration(evidence, episode->seconds);
    if (severity == Severity::kWarning && percent >= rule.limits[2] && again >= rule.limits[3]) {
      severity = Severity::kCritical;
    }
    Finding finding = found(rule, severity, *episode, "network");
    finding.sentence = formatted(
        "{} of the TCP segments sent were sent again ({} a second): packets were lost on the way, "
        "or peers did not answer",
        percent_words(percent), number_words(again));
    if (!episode->interface.empty()) {
      finding.sentence += "; most traffic was on " + episode->interface;
    }
    finding.sentence += sender_words(*episode) + '.';
    finding.evidence.push_back(proof_of("tcp_retransmits_percent", percent, "percent"));
    add_known(evidence, *episode,
              {Measure::kTcpRetransmits, Measure::kTcpConnections, Measure::kNetDrops,
               Measure::kNetErrors, Measure::kNetSent},
              finding);
    findings.push_back(std::move(finding));
  }
}

void find_drops(const Evidence& evidence, const Rule& rule, std::vector<Finding>& findings) {
  for (const Episode* episode : worst_of(evidence, Shortage::kDrops)) {
    const double lost =
        used((*episode)[Measure::kNetDrops].mean) + used((*episode)[Measure::kNetErrors].mean);
    Finding finding = found(rule, *by_duration(evidence, episode->seconds), *episode, "network");
    finding.sentence =
        formatted("Interfaces lost {} packets a second of {}, most of them {}", number_words(lost),
                  number_words(used((*episode)[Measure::kNetPackets].mean)), episode->interface);
    finding.sentence += sender_words(*episode) + '.';
    add_known(evidence, *episode,
              {Measure::kNetDrops, Measure::kNetErrors, Measure::kNetPackets, Measure::kNetReceived,
               Measure::kNetSent},
              finding);
    findings.push_back(std::move(finding));
  }
}

void find_udp_errors(const Evidence& evidence, const Rule& rule, std::vector<Finding>& findings) {
  for (const Episode* episode : worst_of(evidence, Shortage::kUdp)) {
    Finding finding = found(rule, *by_duration(evidence, episode->seconds), *episode, "network");
    finding.sentence = formatted(
        "{} datagrams a second were lost at their sockets: their readers were too slow, or their "
        "buffers too small",
        number_words((*episode)[Measure::kUdpErrors].mean));
    finding.sentence += sender_words(*episode) + '.';
    add_known(evidence, *episode,
              {Measure::kUdpErrors, Measure::kNetPackets, Measure::kNetReceived}, finding);
    findings.push_back(std::move(finding));
  }
}

void find_nfs_retransmits(const Evidence& evidence, const Rule& rule,
                          std::vector<Finding>& findings) {
  const double again = evidence.nfs_retransmits();
  const double percent = 100 * again / std::max(evidence.nfs_calls(), 1.0);
  if (again < rule.limits[1] || percent < rule.limits[0]) return;
  Finding finding = found(rule, Severity::kWarning, evidence.from(), evidence.to());
  finding.sentence = formatted(
      "{} of the calls to NFS servers were made again ({}): a server or the network to it is slow "
      "or away.",
      percent_words(std::min(percent, 100.0)), number_words(again));
  Blame blame;
  blame.use = [](const TaskUse& use) { return use.uninterruptible + use.block_io_delay; };
  blame.description = [](double waited, double) { return "waited " + seconds_words(waited); };
  finding.victims = blamed(evidence.processes(), evidence.programs(), blame);
  Party party;
  party.name = "an NFS server";
  finding.culprits.push_back(std::move(party));
  finding.evidence = {proof_of("nfs_retransmits", again, "count"),
                      proof_of("nfs_calls", evidence.nfs_calls(), "count")};
  finding.see = "nfs";
  findings.push_back(std::move(finding));
}

}  // namespace proctape
