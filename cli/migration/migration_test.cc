// SPDX-License-Identifier: Apache-2.0
#include "cli/migration/migration.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "config/load.h"

namespace proctape {
namespace {

using namespace std::chrono_literals;
using Notes = std::vector<std::string>;

const std::vector<std::string> kFormats = {"2.8"};

// The configuration that becomes of `text`, as the daemon reads it.
Config config_of(std::string_view text) {
  const std::string toml = migrate(text, "atop").toml;
  const auto config = parse_config(toml, "proctape.toml", kFormats);
  EXPECT_TRUE(config) << config.error().message << '\n' << toml;
  return config ? *config : Config{};
}

Notes notes_of(std::string_view text) { return migrate(text, "atop").notes; }

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST(Migration, DebiansFileAsItIsShipped) {
  constexpr std::string_view kShipped =
      "# /etc/default/atop\n# see man atoprc for more possibilities to configure atop execution\n\n"
      "LOGOPTS=\"\"\nLOGINTERVAL=600\nLOGGENERATIONS=28\nLOGPATH=/var/log/atop\n";
  Config expected;
  expected.interval = 10min;
  const Config config = config_of(kShipped);
  EXPECT_EQ(config.interval, expected.interval);
  EXPECT_EQ(config.logs.at(0).directory, "/var/log/atop");
  EXPECT_EQ(config.pss, Config::Pss::kBudget) << "the default: costs little";
  EXPECT_FALSE(config.wait_channel);
  EXPECT_EQ(notes_of(kShipped), Notes{});
  EXPECT_TRUE(has_line(migrate(kShipped, "atop").toml, "max_age = \"28d\""));
}

TEST(Migration, WhatIsNotSetIsAsAtopsServiceSetsIt) {
  EXPECT_EQ(migrate("", "atop").toml,
            migrate("LOGINTERVAL=600\nLOGGENERATIONS=28\nLOGPATH=/var/log/atop/", "atop").toml);
}

TEST(Migration, EachSettingBecomesItsKey) {
  const auto migration = migrate(
      "LOGINTERVAL=90\nLOGGENERATIONS=7\nLOGPATH='/srv/my \"tape\"'\nLOGOPTS='-RW'", "atop");
  EXPECT_TRUE(has_line(migration.toml, "max_age = \"7d\"")) << migration.toml;
  const Config config =
      config_of("LOGINTERVAL=90\nLOGGENERATIONS=7\nLOGPATH='/srv/my \"tape\"'\nLOGOPTS='-RW'");
  EXPECT_EQ(config.interval, 90s);
  EXPECT_EQ(config.logs.at(0).directory, "/srv/my \"tape\"");
  EXPECT_EQ(config.pss, Config::Pss::kAlways);
  EXPECT_TRUE(config.wait_channel);
}

TEST(Migration, ADirectoryThatTheServiceMayNotWriteToIsTold) {
  EXPECT_EQ(notes_of("LOGPATH=/srv/tape/"),
            (Notes{"LOGPATH: the service may write there after `systemctl edit proctaped` with "
                   "[Service] ReadWritePaths=/srv/tape, and the user proctape must own it"}));
}

TEST(Migration, OptionsWithoutAnEquivalentAreTold) {
  EXPECT_EQ(notes_of("LOGOPTS='-a -kK -z ^HOME= -S -Rm -PCPU -L 200 -C 60'"),
            (Notes{"LOGOPTS: -a: not needed: all processes are always recorded",
                   "LOGOPTS: -k: no equivalent: atopgpud is not asked",
                   "LOGOPTS: -K: no equivalent: netatop is not asked",
                   "LOGOPTS: -z: no equivalent: the environment of processes is not recorded",
                   "LOGOPTS: -S: not needed: a new file begins at midnight by itself",
                   "LOGOPTS: -m: not for a recorder: it chooses what is shown",
                   "LOGOPTS: -P: not for a recorder: it prints",
                   "LOGOPTS: -L: not for a recorder: it prints",
                   "LOGOPTS: -C: not for a recorder: it chooses what is shown",
                   "LOGOPTS: 60: not an option; left out"}));
  EXPECT_EQ(config_of("LOGOPTS='-z R -P W'"), config_of(""));
}

TEST(Migration, ImpossibleValuesAreToldAndReplaced) {
  EXPECT_EQ(notes_of("LOGINTERVAL=ten"),
            (Notes{"LOGINTERVAL: 'ten' is no number, and atop's service would not start; 600 "
                   "instead"}));
  EXPECT_EQ(notes_of("LOGPATH=log"),
            (Notes{"LOGPATH: 'log' is no absolute path; /var/log/atop instead"}));
  EXPECT_EQ(notes_of("LOGINTERVAL=0").size(), 1U);
  EXPECT_EQ(config_of("LOGINTERVAL=0").interval, 24h);
  EXPECT_EQ(config_of("LOGINTERVAL=86400").interval, 24h);
  EXPECT_EQ(notes_of("LOGINTERVAL=86401").size(), 1U);
  EXPECT_EQ(config_of("LOGINTERVAL=99999999999999999999").interval, 10min);
  EXPECT_TRUE(has_line(migrate("LOGGENERATIONS=0", "atop").toml, "max_age = \"1d\""));
}

TEST(Migration, WhatIsNoSettingIsTold) {
  EXPECT_EQ(notes_of("LOGPATH=$BASE/atop\nCOLOUR=red"),
            (Notes{"line 1: LOGPATH: only a shell can tell what $BASE/atop is; left out",
                   "COLOUR: not a setting of atop's recorder; left out"}));
}

TEST(Migration, NotesStandInTheFileAsComments) {
  const auto migration = migrate("LOGOPTS=-k\nA='\n\x7f\nroot = \"/x\"'\nLOGPATH='b\nc'", "/etc/x");
  EXPECT_EQ(migration.notes.size(), 3U);
  EXPECT_TRUE(migrate("", "a\nb").toml.starts_with("# Made by `proctape migrate` of a\\nb.\n"));
  for (const std::string& note : migration.notes) {
    EXPECT_TRUE(has_line(migration.toml, "# " + note)) << migration.toml;
  }
  EXPECT_TRUE(migration.toml.starts_with("# Made by `proctape migrate` of /etc/x.\n"));
}

TEST(Migration, NoSettingBecomesAnotherKey) {
  const Config config = config_of("LOGPATH='/a\"\nroot = \"/x\\'\nLOGOPTS='-q\nroot=\"/x\"'");
  EXPECT_EQ(config.root, "/");
  EXPECT_EQ(config.logs.at(0).directory, "/a\"root = \"/x\\");
}

}  // namespace
}  // namespace proctape
