// SPDX-License-Identifier: Apache-2.0
#include "query/why/rules.h"

#include <algorithm>
#include <cmath>

#include "base/text/format.h"
#include "query/why/evidence.h"

namespace proctape {
namespace {

constexpr std::string_view kUse = "Brendan Gregg, The USE Method: utilization, saturation, errors";
constexpr std::string_view kPsi = "Linux, Documentation/accounting/psi.rst";
constexpr std::string_view kCgroups = "Linux, Documentation/admin-guide/cgroup-v2.rst";

constexpr double kNone = 0;

const std::array<Rule, kRuleCount> kRules = {{
    {"oom-kill",
     "memory",
     "the kernel killed a process for want of memory",
     "critical",
     "Somebody's work is lost, and what needed the memory may need it again. Culprits are those "
     "that were killed, and those that grew or had most.",
     "Linux, oom_kill of /proc/vmstat; Documentation/admin-guide/cgroup-v2.rst, memory.events",
     {kNone},
     100,
     find_oom_kills},
    {"memory-short",
     "memory",
     "less than {0} % of memory is available while tasks reclaim it ({1} % of the time spent "
     "waiting for memory, or {2} stalls a second), or less than {5} % is, or all tasks wait for "
     "memory for {3} % of the time",
     "critical if all tasks waited for {4} % of the time, else by duration: warning, note",
     "Little available memory alone is no problem: caches fill it. It is one when tasks have to "
     "reclaim it themselves before they can go on.",
     kPsi,
     {10, 10, 10, 5, 20, 3},
     80,
     find_short_memory},
    {"swapping",
     "swap",
     "{0} bytes a second are read from swap, or {1} bytes a second written to it",
     "critical if both happen at {2} bytes a second and more, else by duration: warning, note",
     "What is read back was needed: programs wait for a disk where they expect memory. Written "
     "and never read again it costs little.",
     "PCP, pmie(1): memory.swap_low; Gregg, USE Method checklist for Linux: swapping is memory "
     "saturation",
     {1048576, 10485760, 10485760, kNone},
     78,
     find_swapping},
    {"cgroup-memory",
     "memory",
     "a cgroup has {0} % of its memory.max and more, and its tasks waited {1} % of that time for "
     "memory",
     "warning",
     "The host may have plenty of memory: the group reclaims its own, and the kernel kills within "
     "it next.",
     kCgroups,
     {95, 10},
     84,
     find_full_cgroups},
    {"leak",
     "memory",
     "a process grows along a straight line (it explains {0} % of the variance), by {1} bytes and "
     "{2} % of the memory of the host or of its cgroup, by a quarter and more of what it had, over "
     "at least 10 samples and half of the period, and never falls by more than a fifth of its "
     "growth",
     "warning if it grew by {3} % of that memory, or at this speed fills what is left within {4} "
     "hours and has grown by {5} bytes in a minute and more; else note",
     "What grows for hours at one speed does not stop by itself. What starts up grows fast, and "
     "then no more: no straight line.",
     "Least squares over the log; the samples before the period count, too",
     {85, 16777216, 0.05, 3, 24, 67108864},
     70,
     find_leaks},
    {"cpu-saturated",
     "cpu",
     "all CPUs are busy for {0} % of the time (with what the hypervisor took), or for {1} % while "
     "tasks wait for a CPU for {2} % of the time",
     "critical if it would be a warning, and {3} threads or more ran or waited for each CPU; else "
     "by duration: warning, note",
     "Busy CPUs are well used as long as nobody waits for them. Shares are those of programs, with "
     "all their processes: six hundred that live for a moment eat a machine as one does.",
     kUse,
     {90, 70, 40, 8},
     50,
     find_cpu_saturation},
    {"cpu-stolen",
     "cpu",
     "the hypervisor gave {0} % of the CPU time to others",
     "critical at {1} %, else by duration: warning, note",
     "Programs run slowly although none here uses more: nothing on this host can help.",
     "PCP, pmie(1): cpu.steal; proc_stat(5), steal",
     {10, 30},
     90,
     find_stolen_cpu},
    {"cpu-quota",
     "cpu",
     "a cgroup uses {0} % of its cpu.max and more for {1} s, and its tasks waited {2} % of that "
     "time for a CPU",
     "warning",
     "It is throttled while CPUs may be idle: each period of 100 ms it stands still when its share "
     "is used up.",
     kCgroups,
     {90, 3, 10},
     88,
     find_quotas},
    {"cpu-wait-while-idle",
     "cpu",
     "a process waits for a CPU for {1} % of the time and for {2} % of what it ran, for {3} s and "
     "more, while the CPUs together are busy for less than {0} %",
     "warning",
     "There is something to run and somewhere to run it: a quota (also one of cgroups v1, or of a "
     "group above), or an affinity, keeps the two apart.",
     "proc_pid_schedstat(5); cpuset(7); Linux, Documentation/scheduler/sched-bwc.rst",
     {75, 25, 40, 3},
     82,
     find_waits_while_idle},
    {"cpu-hog",
     "cpu",
     "one process uses {0} % of a CPU and more for half of the period and 4 s, and did not before",
     "warning if that is {1} % of all CPUs, else note",
     "A loop, or much to do: it does not fill a large host, but shows who is busy.",
     kUse,
     {85, 40},
     45,
     find_hogs},
    {"fork-storm",
     "processes",
     "{0} processes or threads are made in a second, and {1} times as many as in the baseline",
     "by duration: warning, note",
     "Each costs a millisecond of CPU time and more, and none of them lives long enough to be seen "
     "in a list by pid.",
     "PCP, pmie(1): rates against a usual value; proc_stat(5), processes",
     {150, 3},
     76,
     find_fork_storms},
    {"disk-saturated",
     "disk",
     "tasks wait for I/O for {2} % of the time, or a disk is busy for {0} % of the time with {1} "
     "requests under way, or while CPUs wait for it for {3} % of the time",
     "critical if all tasks waited for {4} % of the time and requests took {5} ms; else by "
     "duration: warning, note",
     "Busy alone says little of disks that do many requests at a time; the waiting of tasks does. "
     "Culprits are those that read or wrote most, whenever the kernel wrote it out.",
     "Linux, Documentation/accounting/psi.rst; iostat(1) on %util",
     {80, 4, 25, 15, 60, 50},
     68,
     find_disk_saturation},
    {"stuck",
     "disk",
     "a process is in uninterruptible sleep (state D) in {0} % of the samples and for {1} s, and "
     "did no disk I/O",
     "warning",
     "It waits for something that does not come: a file server that is away, a device that does "
     "not answer. It cannot be killed.",
     "proc_pid_stat(5), state; Linux, hung_task_timeout_secs",
     {80, 10},
     74,
     find_stuck_tasks},
    {"retransmits",
     "network",
     "{0} TCP segments a second are sent again, and they are {1} % of those sent",
     "critical at {2} % of those sent and {3} a second, else by duration: warning, note",
     "Each waits for a timeout or three duplicates: connections are slow though no CPU and no disk "
     "is. Somewhere on the way packets are lost, or peers do not answer.",
     "PCP, pmie(1): network.tcp_drop rules; RFC 6298",
     {3, 1, 30, 200},
     86,
     find_retransmits},
    {"packets-dropped",
     "network",
     "interfaces lose {0} packets a second, as drops or errors, and {1} % of all",
     "by duration: warning, note",
     "A queue is too short or a cable is bad. Drops of what no program wanted count as well; few "
     "are normal.",
     "Linux, Documentation/networking/statistics.rst; Gregg, USE Method checklist for Linux",
     {10, 1},
     72,
     find_drops},
    {"udp-errors",
     "network",
     "{0} datagrams a second are lost at their sockets",
     "by duration: warning, note",
     "Their readers are too slow for what comes in, or their buffers too small.",
     "RFC 4113, udpInErrors; Linux, /proc/net/snmp",
     {10},
     71,
     find_udp_errors},
    {"nfs-retransmits",
     "nfs",
     "{0} % of the calls to NFS servers are made again, and {1} of them",
     "warning",
     "The server or the network to it is slow or away; who uses it waits in state D.",
     "nfsstat(8), retrans",
     {1, 10},
     73,
     find_nfs_retransmits},
    {"restart-loop",
     "service",
     "processes of one name and parent, or container, ended by a signal or with an error {0} times "
     "and more, at "
     "least {1} % of all that ended, began again each time, and at most {2} were there at a time",
     "warning; note if they exited after less than {3} s on average, as commands of scripts do "
     "that "
     "say no, and are not children of pid 1; left out if that was with code 1 after less than "
     "{4} s, and not in a container or a service of systemd",
     "A service that dies and is started again is up in every list, and never serves.",
     "systemd.service(5), Restart=, StartLimitBurst=",
     {3, 60, 3, 1, 0.1},
     89,
     find_restart_loops},
    {"crashed",
     "service",
     "a process was ended by a signal that dumps core (SIGSEGV, SIGABRT, SIGBUS ...), or by "
     "SIGKILL",
     "warning if it dumps core and the process had lived for {0} s, else note",
     "What died, and how; a program's own errors end it by these signals.",
     "signal(7)",
     {5},
     66,
     find_crashes},
    {"zombies",
     "processes",
     "a process has {0} ended children and more that it does not wait for, and more than before",
     "warning at {1}, else note; note if it had as many before",
     "They use a pid each until their parent waits for them or ends: killing them does nothing.",
     "waitpid(2), notes on zombies",
     {5, 20},
     77,
     find_zombies},
    {"threads",
     "threads",
     "a process has {0} threads and more",
     "warning if it did not have half of them at the beginning of the period or there is no "
     "earlier sample, else note",
     "Each needs a stack and a place in the scheduler; a number that grows is a leak, and ends at "
     "a limit (threads-max, pids.max, pid_max).",
     "proc(5), threads-max; Linux, Documentation/admin-guide/cgroup-v2.rst, pids",
     {1000},
     79,
     find_threads},
    {"many-processes",
     "processes",
     "a program has {0} processes and more at a time, and twice as many as at the beginning of "
     "the period or in the baseline",
     "warning",
     "A server that starts one for each request, or somebody who calls himself: it ends at a "
     "limit.",
     "getrlimit(2), RLIMIT_NPROC; Linux, pids.max",
     {300},
     75,
     find_processes},
    {"booted",
     "events",
     "the machine booted within the period",
     "warning",
     "Whatever ran before is gone. If nobody asked for it, the log ends with what was the reason.",
     "Linux, btime of /proc/stat",
     {kNone},
     65,
     find_reboots},
    {"not-recorded",
     "events",
     "nothing is recorded for {0} s and more, without a boot",
     "note",
     "The recorder was stopped, the machine slept or was so busy that no sample came about: no "
     "rule sees what was then.",
     "The log",
     {60},
     10,
     find_gaps},
    {"changed",
     "host",
     "CPU use, disk I/O, traffic or memory is {0} times that of the baseline, and by {1} % of the "
     "CPUs, {2} bytes a second, or {3} % of memory more",
     "note",
     "Not bad in itself, but often the first answer to what was different.",
     "PCP, pmie(1): rates against a usual value",
     {3, 20, 10485760, 20},
     20,
     find_changes},
    {"new-program",
     "host",
     "a program that the baseline does not have used {0} % of the CPUs or {1} % of memory",
     "note",
     "What runs now and did not before: a release, a job, a guest.",
     "Comparison with the baseline",
     {10, 10},
     16,
     find_new_programs},
    {"gone-program",
     "host",
     "a program that was there for {0} % of the baseline and {1} s is no longer there at the end "
     "of the "
     "period",
     "note",
     "What should run, and does not.",
     "Comparison with the baseline",
     {90, 30},
     15,
     find_gone_programs},
}};

// Text of a limit: whole numbers as such.
std::string limit_text(double value) {
  std::string text = formatted("{:.2f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  std::string grouped;
  const auto whole = std::min(text.find('.'), text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i > 0 && i < whole && (whole - i) % 3 == 0) grouped += ',';
    grouped += text[i];
  }
  return grouped;
}

}  // namespace

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::kCritical:
      return "critical";
    case Severity::kWarning:
      return "warning";
    case Severity::kNote:
      break;
  }
  return "note";
}

std::span<const Rule> rules() { return kRules; }
const Rule& rule_of(RuleId id) { return kRules[static_cast<std::size_t>(id)]; }

std::string with_limits(std::string_view text, const Rule& rule) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '{') {
      result += text[i];
      continue;
    }
    result += limit_text(rule.limits[static_cast<std::size_t>(text[i + 1] - '0')]);
    i += 2;
  }
  return result;
}

std::vector<Finding> findings_of(const Evidence& evidence) {
  constexpr std::size_t kMostOfRule = 10;
  const auto is_before = [](const Finding& a, const Finding& b) {
    if (a.severity != b.severity) return a.severity < b.severity;
    if (a.weight != b.weight) return a.weight > b.weight;
    return a.from != b.from ? a.from < b.from : a.sentence < b.sentence;
  };
  std::vector<Finding> findings;
  for (const Rule& rule : kRules) {
    const std::size_t others = findings.size();
    rule.find(evidence, rule, findings);
    if (findings.size() - others <= kMostOfRule) continue;
    std::sort(findings.begin() + static_cast<std::ptrdiff_t>(others), findings.end(), is_before);
    findings.resize(others + kMostOfRule);
  }
  std::sort(findings.begin(), findings.end(), is_before);
  return findings;
}

std::string rules_as_markdown() {
  std::string text;
  for (const Rule& rule : kRules) {
    text += "### " + std::string(rule.id) + "\n\n";
    text += "- **Found when** " + with_limits(rule.condition, rule) + ".\n";
    text += "- **Resource** " + std::string(rule.resource) + ".\n";
    text += "- **Severity** " + with_limits(rule.severity, rule) + ".\n";
    text += "- **Reason** " + std::string(rule.reason) + "\n";
    text += "- **Source** " + std::string(rule.source) + ".\n\n";
  }
  return text;
}

}  // namespace proctape
