// SPDX-License-Identifier: Apache-2.0
//
// Pictures that `proctape plot` and `proctape show --svg` make of logs.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "rawlog/file/encoder.h"
#include "tests/support/logs.h"
#include "tests/support/plausible_sample.h"
#include "tests/support/run.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

namespace fs = std::filesystem;

const std::string kPlots[] = {"bubble", "grid", "timeline3d"};

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class PlotTest : public testing::Test {
 protected:
  // 20 samples of 10 s, in which a process has a name that nobody should have.
  void SetUp() override {
    log_ = directory_.path() / "log";
    std::ofstream file(log_, std::ios::binary);
    const auto add = [&](std::span<const std::byte> bytes) {
      file.write(reinterpret_cast<const char*>(bytes.data()),
                 static_cast<std::streamsize>(bytes.size()));
    };
    Encoder encoder(Version::v2_12, plausible_host());
    add(encoder.file_header());
    for (Count i = 0; i < 20; ++i) {
      Sample sample = plausible_sample({1'750'000'000 + i * 10});
      sample.since_boot = i == 0;
      Task task = plausible_process(666, "</svg><script>");
      task.identity.command_line = "\x1b[2J\"'<image href='x'/>&amp;]]>";
      task.cpu.user = {i * 10};
      sample.tasks.push_back(task);
      if (i == 12) {
        sample.system.cpus.all.times.user = {1800};
        sample.system.cpus.all.times.idle = {100};
      }
      add(encoder.encode(sample));
    }
  }

  Finished proctape(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), PROCTAPE);
    return run(arguments);
  }
  std::string in_directory(const std::string& name) const { return directory_.path() / name; }

  TestDirectory directory_;
  fs::path log_;
};

// Well-formed, and how many elements of which there are, by Python's parser.
Finished parsed(const std::string& path) {
  return run({"python3", "-c",
              "import sys, collections, xml.etree.ElementTree as e\n"
              "root = e.parse(sys.argv[1]).getroot()\n"
              "names = collections.Counter(x.tag.split('}')[1] for x in root.iter())\n"
              "assert set(names) <= {'svg', 'title', 'rect', 'circle', 'polyline', 'polygon', "
              "'text'}, names\n"
              "assert not [k for x in root.iter() for k in x.attrib if 'href' in k]\n"
              "print(sum('666 ' in (t.text or '') and x.tag.endswith('circle') "
              "for x in root.iter() for t in x))\n",
              path});
}

TEST_F(PlotTest, MakesWellFormedSvgOfHostileNames) {
  for (const std::string& plot : kPlots) {
    const std::string path = in_directory(plot + ".svg");
    const Finished made = proctape({"plot", plot, log_, "-o", path});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    EXPECT_EQ(made.out + made.err, "");
    const Finished xml = parsed(path);
    EXPECT_EQ(xml.exit_code, 0) << xml.err;
    if (plot != "timeline3d") {
      EXPECT_EQ(xml.out, "1\n") << plot << " has the process not once";
    }
  }
}

TEST_F(PlotTest, MakesPngOfTheSizeThatIsAskedFor) {
  for (const std::string& plot : kPlots) {
    const std::string path = in_directory(plot + ".png");
    const Finished made =
        proctape({"plot", plot, log_, "--dark", "--width", "640", "--height", "480", "-o", path});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    const std::string png = content_of(path);
    EXPECT_EQ(png.substr(0, 24),
              std::string("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x02\x80\0\0\x01\xe0", 24));
    EXPECT_GT(png.size(), 5000U) << "it is empty";
  }
}

TEST_F(PlotTest, WithoutAFileIsSvgOnStandardOutput) {
  const Finished made = proctape({"plot", "grid", log_});
  EXPECT_EQ(made.exit_code, 0) << made.err;
  EXPECT_TRUE(made.out.starts_with("<?xml")) << made.out.substr(0, 100);
  EXPECT_TRUE(made.out.ends_with("</svg>\n"));
  EXPECT_EQ(proctape({"plot", "grid", log_, "-o", "-"}).out, made.out);
}

TEST_F(PlotTest, AtAMomentIsOfTheSampleThatCoversIt) {
  const Finished made = proctape({"plot", "bubble", log_, "--utc", "--at", "2025-06-15 15:08:15"});
  EXPECT_EQ(made.exit_code, 0) << made.err;
  EXPECT_NE(made.out.find("2025-06-15 15:08:20 UTC, the 10 s before; 3 processes"), made.out.npos);
  // 10 s with 100 ticks more than the sample before: what came before is known.
  EXPECT_NE(made.out.find("&lt;/svg&gt;&lt;script&gt; 666</text>"), made.out.npos);
}

TEST_F(PlotTest, OfNoSampleIsNoPicture) {
  const std::string path = in_directory("none.svg");
  const Finished made = proctape({"plot", "bubble", log_, "--at", "2025-06-15 20:00Z", "-o", path});
  EXPECT_EQ(made.exit_code, 1);
  EXPECT_NE(made.err.find("no sample covers"), made.err.npos) << made.err;
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(PlotTest, SaysWhichPlotsAndFormatsThereAre) {
  const Finished none = proctape({"plot"});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_NE(none.err.find("expected one of bubble, grid, timeline3d"), none.err.npos) << none.err;
  const Finished wrong = proctape({"plot", "buble", log_});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_NE(wrong.err.find("bubble"), wrong.err.npos) << wrong.err;
  const Finished format = proctape({"plot", "grid", log_, "-o", in_directory("x.jpg")});
  EXPECT_EQ(format.exit_code, 2);
  EXPECT_NE(format.err.find(".svg or .png"), format.err.npos) << format.err;
  const Finished size = proctape({"plot", "grid", log_, "--width", "10"});
  EXPECT_EQ(size.exit_code, 2);
  const Finished place = proctape({"plot", "grid", log_, "-o", in_directory("no/x.svg")});
  EXPECT_EQ(place.exit_code, 3);
  EXPECT_NE(place.err.find("no"), place.err.npos) << place.err;
}

TEST_F(PlotTest, LeavesOutWhatTheFiltersLeaveOut) {
  const Finished made = proctape({"plot", "grid", log_, "--name", "nginx"});
  EXPECT_NE(made.out.find("300 nginx"), made.out.npos);
  EXPECT_EQ(made.out.find("666"), made.out.npos);
}

TEST_F(PlotTest, TakesLogsOfEveryVersion) {
  for (const std::string& name : log_names()) {
    const Finished made = proctape({"plot", "timeline3d", log_path(name)});
    EXPECT_EQ(made.exit_code, 0) << name << made.err;
    EXPECT_TRUE(made.out.ends_with("</svg>\n")) << name;
  }
}

TEST_F(PlotTest, ShowSvgHasPeaksAndTheirTimes) {
  const Finished made = proctape({"show", "--svg", "--utc", log_});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_NE(made.out.find("<title>web-17: what the host did"), made.out.npos);
  EXPECT_NE(made.out.find("most by &lt;/svg&gt;&lt;script&gt; 666, 12.3 % of one CPU"),
            made.out.npos);
  const std::string path = in_directory("show.svg");
  std::ofstream(path) << made.out;
  EXPECT_EQ(parsed(path).exit_code, 0);
  const Finished topic = proctape({"show", "processes", "--svg", log_});
  EXPECT_EQ(topic.exit_code, 2);
  EXPECT_NE(topic.err.find("overview"), topic.err.npos) << topic.err;
}

}  // namespace
}  // namespace proctape
