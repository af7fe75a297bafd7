// SPDX-License-Identifier: Apache-2.0
#include "cli/command/plot.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cli/command/drawing.h"
#include "cli/input/sample_series.h"
#include "cli/input/time_argument.h"
#include "cli/output/exit_code.h"
#include "cli/output/nearest.h"
#include "cli/output/output.h"
#include "cli/output/output_file.h"
#include "report/picture/png.h"
#include "report/picture/svg.h"
#include "report/plot/plot.h"

namespace proctape {
namespace {

// Before the moment of a plot: what changed in it has labels.
constexpr Seconds kTimeBefore{600};
constexpr int kLeastWidth = 480, kLeastHeight = 320, kMostPixels = 8192;

struct PlotArguments {
  SampleSeries samples;
  std::string out = "-";
  int width = 1200;
  int height = 800;
  bool dark = false;
  bool threads = false;
};

std::string kinds_text() {
  std::string text = "PLOT is one of:\n";
  for (const PlotRow& plot : plots()) text += fmt::format("  {:<12} {}\n", plot.name, plot.meaning);
  return text;
}

// The plot is the first word; the rest are logs.
const PlotRow* take_plot(std::vector<std::string>& words) {
  std::vector<std::string> names;
  for (const PlotRow& plot : plots()) names.emplace_back(plot.name);
  const std::string word = words.empty() ? std::string() : words.front();
  const auto found = std::ranges::find(plots(), word, &PlotRow::name);
  if (found == plots().end()) {
    complain(word.empty() ? "plot: expected one of " + fmt::format("{}", fmt::join(names, ", "))
                          : "no plot is called " + word + suggestion(word, names) + "; there are " +
                                fmt::format("{}", fmt::join(names, ", ")));
    return nullptr;
  }
  words.erase(words.begin());
  return &*found;
}

bool is_png(const std::string& path) { return path.ends_with(".png") || path.ends_with(".PNG"); }

// False: it has told why not.
bool write_picture(const Picture& picture, const PlotArguments& arguments,
                   std::span<const std::string> logs) {
  if (arguments.out == "-") {
    print(svg_of(picture));
    return true;
  }
  auto bytes = is_png(arguments.out) ? png_of(picture) : Result<std::string>(svg_of(picture));
  if (!bytes) {
    complain(bytes.error().message);
    return false;
  }
  auto file = create_output(arguments.out, logs);
  Result<> written = file ? file->write(std::as_bytes(std::span(*bytes))) : Result<>(file.error());
  if (written) written = file->finish();
  if (!written) complain(written.error().message);
  return bool(written);
}

int plot(PlotArguments& arguments) {
  const PlotRow* kind = take_plot(arguments.samples.names());
  if (!kind) return kExitUsage;
  const std::string& out = arguments.out;
  if (out != "-" && !is_png(out) && !out.ends_with(".svg") && !out.ends_with(".SVG")) {
    complain("--output: expected a name that ends in .svg or .png, or -, found " + out);
    return kExitUsage;
  }
  Drawing drawing(kind->make, {.width = static_cast<double>(arguments.width),
                               .height = static_cast<double>(arguments.height),
                               .dark = arguments.dark,
                               .threads = arguments.threads});
  Period asked;
  arguments.samples.read_more(
      [&](const Period& period) -> std::vector<Period> {
        asked = period;
        drawing.set_period(period);
        if (!period.moments_only || !kind->is_of_a_moment) return {};
        return {{period.begin - kTimeBefore, period.begin}};
      },
      kTimeBefore);
  const int exit_code = arguments.samples.read(drawing);
  if (exit_code != kExitFine && exit_code != kExitProblems) return exit_code;
  const auto picture = drawing.picture();
  if (!picture) {
    if (exit_code == kExitFine) complain("no sample covers " + to_string(asked));
    return kExitProblems;
  }
  return write_picture(*picture, arguments, arguments.samples.names()) ? exit_code
                                                                       : int{kExitUnreadable};
}

}  // namespace

void add_plot(CLI::App& app, int& exit_code) {
  const auto arguments = std::make_shared<PlotArguments>();
  CLI::App* plot_app =
      app.add_subcommand("plot", "Draw what processes did: PLOT [FILE...] -o PICTURE");
  arguments->samples.add_to(*plot_app);
  plot_app
      ->add_option("-o,--output", arguments->out,
                   "the picture: NAME.svg or NAME.png; default: SVG to standard output")
      ->type_name("FILE");
  plot_app->add_option("--width", arguments->width, "in pixels [1200]")
      ->type_name("N")
      ->check(CLI::Range(kLeastWidth, kMostPixels).description(""));
  plot_app->add_option("--height", arguments->height, "in pixels [800]")
      ->type_name("N")
      ->check(CLI::Range(kLeastHeight, kMostPixels).description(""));
  plot_app->add_flag("--dark", arguments->dark, "on dark ground");
  plot_app->add_flag("--threads", arguments->threads,
                     "grid: a dot for each thread as well, where the log has them");
  plot_app->footer(
      kinds_text() + '\n' + kTimeHelp +
      "\n"
      "bubble and grid show the last sample of the period. Those before it, with --at those of\n"
      "ten minutes, tell which processes change: these have labels. In the grid a process keeps\n"
      "its place from picture to picture, as long as --begin stays the same. PNG needs cairo\n"
      "(Debian: libcairo2).\n"
      "\n"
      "Examples:\n"
      "  proctape plot bubble --at 03:17 y -o bubble.svg\n"
      "  proctape plot grid --threads --dark -o grid.png\n"
      "  proctape plot timeline3d -b 10:00 -e 11:00 --user www-data FILE -o web.svg");
  plot_app->callback([arguments, &exit_code] { exit_code = plot(*arguments); });
}

}  // namespace proctape
