// SPDX-License-Identifier: Apache-2.0
#include "cli/command/show.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "base/text/visible_text.h"
#include "cli/input/log_series.h"
#include "cli/output/exit_code.h"
#include "cli/output/human.h"
#include "cli/output/output.h"
#include "cli/view/own_io.h"
#include "cli/view/summary.h"

namespace proctape {
namespace {

struct ShowOptions {
  std::size_t rows = 40;  // about how many lines of samples; 0: all
  std::size_t top = 5;    // lines in each list of the busiest
};

constexpr std::size_t kNameWidth = 15;
constexpr std::size_t kVolumeWidth = 31;
constexpr std::size_t kCommandWidth = 44;

// What is shown: of a host, as its first log tells of it.
struct Shown {
  explicit Shown(const Reader& first)
      : host(first.host()), version(first.version()), summary(first.host()) {}

  Host host;
  Version version;
  Summary summary;
};

std::string heading_text(const Shown& shown) {
  const Host& host = shown.host;
  const Summary& summary = shown.summary;
  std::string text =
      fmt::format("{}: {} {} {}, {} CPUs, {} of memory\n", printable(host.node_name, 64),
                  printable(host.system_name, 64), printable(host.kernel_release, 64),
                  printable(host.machine, 64), summary.cpus(), size_text(summary.memory()));
  const auto& rows = summary.rows();
  text += fmt::format(
      "{} to {}, {} samples, log of atop {}\n", time_text(rows.front().time, kDateAndTime),
      time_text(rows.back().time, "%Y-%m-%d %H:%M:%S %Z"), rows.size(), to_string(shown.version));
  return text;
}

// "eth0, eth1"
std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 8;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) {
    text += (i == 0 ? "" : ", ") + printable(names[i], kNameWidth);
  }
  if (names.size() > kShown) text += fmt::format(" and {} more", names.size() - kShown);
  return text;
}

// What the columns are sums of, where that is not what everybody expects.
std::string sums_text(const Summary& summary) {
  std::string text;
  const auto twice = summary.disks_of_others();
  if (!twice.empty()) {
    text += "Disk leaves out what is the same I/O as that of other disks: " + listed(twice) + ".\n";
  }
  if (summary.disks_counted() == Basis::kVirtual) {
    text += "Disk is the I/O of volumes or arrays: no disk below them was recorded.\n";
  }
  if (summary.interfaces_counted() == Basis::kVirtual) {
    text += "Net is the traffic of virtual interfaces, as there are no others: " +
            listed(summary.counted_interfaces()) + ".\n";
  }
  return text.empty() ? text : '\n' + text;
}

// Per second of the row's interval.
std::string rate(double amount, const SummaryRow& row) { return size_text(amount / row.seconds); }

std::string samples_text(const Summary& summary, const ShowOptions& options) {
  const auto& all = summary.rows();
  const auto rows = options.rows == 0 ? all : folded(all, options.rows);
  const bool one_day = time_text(all.front().time, "%F") == time_text(all.back().time, "%F");
  const char* time_format = one_day ? kTimeOnly : kDateAndTime;
  const std::size_t time_width = one_day ? 8 : 19;
  constexpr auto kLine = "{:<{}} {:>6} {:>6} {:>8} {:>9} {:>9} {:>9} {:>9} {:>9} {:>6}\n";
  constexpr auto kSinceBootLine = "{:<{}} {:>6} {:>6.2f} {:>8} {:>9} {:^39} {:>6}\n";
  std::string text;
  if (rows.size() < all.size()) {
    text += fmt::format("\nEach line is the mean of up to {} samples; --all shows every one.\n",
                        (all.size() + options.rows - 1) / options.rows);
  }
  text += '\n';
  text += fmt::format(kLine, "time", time_width, "CPU %", "load", "memory", "available",
                      "disk rd/s", "disk wr/s", "net in/s", "net out/s", "procs");
  for (const SummaryRow& row : rows) {
    if (row.gap.value > 0) {
      text += fmt::format("{:-^{}}\n",
                          fmt::format(" nothing recorded for {} ", duration_text(row.gap.value)),
                          time_width + 79);
    }
    const std::string time = time_text(row.time, time_format);
    const std::string used = size_text(row.memory_used);
    const std::string available = size_text(row.memory_available);
    if (row.since_boot) {
      text += fmt::format(kSinceBootLine, time, time_width, "-", row.load, used, available,
                          fmt::format("(since boot, {} ago)", duration_text(row.interval.value)),
                          row.processes);
    } else {
      text += fmt::format(kLine, time, time_width, percent_text(row.cpu_busy, row.cpu_all),
                          fmt::format("{:.2f}", row.load), used, available,
                          rate(row.disk_read, row), rate(row.disk_written, row),
                          rate(row.received, row), rate(row.sent, row), row.processes);
    }
  }
  return text;
}

std::string section(const std::string& title, const Table& table, const char* otherwise) {
  if (table.empty()) return fmt::format("\n{}: {}\n", title, otherwise);
  return fmt::format("\n{}\n{}", title, table.text());
}

// The columns that say which process it is.
std::vector<std::string> process_cells(const ProcessUse& process, std::vector<std::string> cells) {
  cells.insert(cells.begin(), std::to_string(process.pid));
  cells.push_back(printable(process.name, kNameWidth));
  cells.push_back(printable(process.command_line, kCommandWidth));
  return cells;
}

std::string processes_text(const Summary& summary, std::size_t top) {
  const double seconds = summary.seconds();
  const auto hertz = static_cast<double>(summary.ticks_per_second());
  const auto per_second = [&](double amount) { return size_text(amount / seconds); };

  Table by_cpu({{"pid"},
                {"CPU time"},
                {"CPU %"},
                {"name", Table::Align::kLeft},
                {"command", Table::Align::kLeft}});
  for (const auto& p : summary.processes_by([](const ProcessUse& u) { return u.cpu; }, top)) {
    by_cpu.add(process_cells(
        p, {fmt::format("{:.2f}s", p.cpu / hertz), percent_text(p.cpu / hertz, seconds)}));
  }
  Table by_disk({{"pid"},
                 {"read"},
                 {"written"},
                 {"per s"},
                 {"name", Table::Align::kLeft},
                 {"command", Table::Align::kLeft}});
  for (const auto& p :
       summary.processes_by([](const ProcessUse& u) { return u.read + u.written; }, top)) {
    by_disk.add(process_cells(
        p, {size_text(p.read), size_text(p.written), per_second(p.read + p.written)}));
  }
  Table by_memory({{"pid"},
                   {"resident"},
                   {"swapped"},
                   {"name", Table::Align::kLeft},
                   {"command", Table::Align::kLeft}});
  for (const auto& p : summary.processes_by([](const ProcessUse& u) { return u.resident; }, top)) {
    by_memory.add(process_cells(p, {size_text(p.resident), size_text(p.swapped)}));
  }
  return section("Processes by CPU (100 % is one CPU)", by_cpu, "none used any") +
         section("Processes by disk I/O", by_disk,
                 summary.task_io() ? "none did any" : "not recorded") +
         section("Processes by memory, the most each had", by_memory, "not recorded");
}

std::string devices_text(const Summary& summary, std::size_t top) {
  const double seconds = summary.seconds();
  const auto per_second = [&](double amount) { return size_text(amount / seconds); };

  const auto table_of = [&](const std::vector<DiskUse>& uses, const char* name, std::size_t width) {
    Table table({{name, Table::Align::kLeft},
                 {"busy %"},
                 {"reads/s"},
                 {"read/s"},
                 {"writes/s"},
                 {"written/s"}});
    for (const DiskUse& d : uses) {
      table.add({printable(d.name, width), percent_text(d.busy / 1000, seconds),
                 fmt::format("{:.1f}", d.reads / seconds), per_second(d.read),
                 fmt::format("{:.1f}", d.writes / seconds), per_second(d.written)});
    }
    return table;
  };
  const Table disks = table_of(summary.busiest_disks(top), "disk", kNameWidth);
  const Table volumes = table_of(summary.busiest_volumes(top), "volume", kVolumeWidth);
  Table interfaces({{"interface", Table::Align::kLeft},
                    {"class", Table::Align::kLeft},
                    {"in/s"},
                    {"out/s"},
                    {"packets/s"},
                    {"errors and drops"}});
  for (const InterfaceUse& i : summary.busiest_interfaces(top)) {
    interfaces.add({printable(i.name, kNameWidth), std::string(to_string(i.device_class)),
                    per_second(i.received), per_second(i.sent),
                    fmt::format("{:.1f}", i.packets / seconds), fmt::format("{:.0f}", i.failures)});
  }
  return section("Disks", disks, "none was used") +
         (volumes.empty() ? "" : section("Volumes and arrays, on the disks", volumes, "")) +
         section("Network interfaces", interfaces, "none was used");
}

std::string show_text(const Shown& shown, const ShowOptions& options) {
  const Summary& summary = shown.summary;
  std::string text = heading_text(shown) + sums_text(summary) + samples_text(summary, options);
  if (summary.seconds() > 0) {
    text += fmt::format("\nOver the {} that were recorded:\n",
                        duration_text(std::llround(summary.seconds())));
    text += processes_text(summary, options.top) + devices_text(summary, options.top);
  }
  return text;
}

int show(LogSeries& logs, const ShowOptions& options) {
  std::optional<Shown> shown;
  Sample sample;
  OwnIo own_io;
  Seconds last{};        // of all samples so far
  Seconds told_until{};  // by the logs before this one
  Count doubled = 0;
  const auto open = [&](Reader& reader) {
    if (!shown) shown.emplace(reader);
    told_until = last;
    if (reader.host().node_name == shown->host.node_name) return true;
    complain("logs of several hosts: " + visible(shown->host.node_name) + " and " +
             visible(reader.host().node_name));
    return false;
  };
  const int exit_code = logs.read(open, [&](Reader& reader) {
    const Seconds time = reader.record().header.time;
    if (time <= told_until) {
      ++doubled;
      return true;
    }
    last = std::max(last, time);
    // Few tasks are decoded once; those of a large host are too many to hold.
    const bool holds_tasks = reader.holds_tasks();
    if (holds_tasks) {
      reader.decode(sample);
    } else {
      reader.decode_without_tasks(sample);
    }
    const auto tasks = [&](TaskVisitor visit) {
      if (!holds_tasks) return reader.visit_tasks(visit);
      for (const Task& task : sample.tasks) visit(task);
    };
    shown->summary.add(sample,
                       [&](TaskVisitor visit) { own_io.visit(sample.since_boot, tasks, visit); });
    return true;
  });
  if (doubled > 0) {
    complain(fmt::format("{} samples are left out: a log before theirs has later ones", doubled));
  }
  if (exit_code != kExitUsage && shown && !shown->summary.rows().empty()) {
    print(show_text(*shown, options));
  }
  return exit_code;
}

}  // namespace

void add_show(CLI::App& app, int& exit_code) {
  struct Arguments {
    LogSeries logs;
    ShowOptions options;
    bool all = false;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* show_app = app.add_subcommand("show", "Show what a log says, for people");
  arguments->logs.add_to(*show_app);
  const auto count = CLI::Range(1, 1'000'000).description("");
  show_app->add_option("--rows", arguments->options.rows, "about how many lines of samples")
      ->type_name("N")
      ->capture_default_str()
      ->check(count);
  show_app->add_flag("--all", arguments->all, "a line for every sample");
  show_app->add_option("--top", arguments->options.top, "lines in each list of the busiest")
      ->type_name("N")
      ->capture_default_str()
      ->check(count);
  show_app->footer(
      std::string(kTimeHelp) +
      "\n"
      "CPU % is of all CPUs together: neither idle, nor waiting for I/O, nor stolen by the\n"
      "hypervisor. Disk and net count each byte once: not again for volumes on disks, paths to "
      "them,\n"
      "bonds, bridges and other virtual interfaces, unless there is nothing else. The I/O of a\n"
      "process is its own, without that of children it waited for, as far as they ended here.\n"
      "The first sample of a recording counts since boot; its rates are left out.\n"
      "\n"
      "Examples:\n"
      "  proctape show                                  today so far\n"
      "  proctape show --from '10m ago'\n"
      "  proctape show --at 03:17 yesterday\n"
      "  proctape show /var/log/atop/atop_20261121\n"
      "  proctape show --all --top 20 atop_20261121 | less\n"
      "  ssh host cat /var/log/atop/atop_20261121 | proctape show -");
  show_app->callback([arguments, &exit_code] {
    if (arguments->all) arguments->options.rows = 0;
    exit_code = show(arguments->logs, arguments->options);
  });
}

}  // namespace proctape
