// SPDX-License-Identifier: Apache-2.0
//
// What is hidden if the configuration says nothing else, and what is left alone: of some command
// lines exactly how (here their arguments are separated by '|'), of many only whether:
// redaction/secrets.txt and harmless.txt, an argument behind each tab, a tab as "\t". In the former
// the secret stands first in each line.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <vector>

#include "collector/redaction/redaction.h"
#include "config/config.h"

namespace proctape {
namespace {

// `arguments` end in a NUL each.
std::string redacted_arguments(const std::string& arguments) {
  static const auto redaction = Redaction::compile(Config().redact);
  if (!redaction) return redaction.error().message;
  redaction->begin_snapshot();
  const auto line = redaction->command_line(arguments);
  return line ? std::string(line->view()) : "none";
}

std::string redacted(std::string line) {
  std::ranges::replace(line, '|', '\0');
  return redacted_arguments(line + '\0');
}

struct Case {
  std::string_view line;
  std::string_view stored;
};

TEST(DefaultRedaction, HidesSecrets) {
  constexpr Case kCases[] = {
      {"tool|--password=S3cret|x", "tool --password=*** x"},
      {"tool|--password|S3cret|x", "tool --password *** x"},
      {"tool|--db-password|two words|x", "tool --db-password *** x"},
      {"tool|--Passphrase=a b|x", "tool --Passphrase=*** x"},
      {"tool|--token=abc|--api-key=def", "tool --token=*** --api-key=***"},
      {"tool|-token|abc", "tool -token ***"},
      {"tool|--client-secret|abc", "tool --client-secret ***"},
      {"aws|--secret-access-key|abc", "aws --secret-access-key ***"},
      {"java|-Djavax.net.ssl.keyStorePassword=changeit|App",
       "java -Djavax.net.ssl.keyStorePassword=*** App"},
      {"env|PGPASSWORD=abc|psql", "env PGPASSWORD=*** psql"},
      {"docker|run|-e|MYSQL_ROOT_PASSWORD=abc|mysql",
       "docker run -e MYSQL_ROOT_PASSWORD=*** mysql"},
      {"psql|host=h password=abc dbname=d", "psql host=h password=*** dbname=d"},
      {"curl|-d|{\"password\": \"abc\"}|http://h", "curl -d {\"password\": \"***\"} http://h"},
      {"openssl|-passin|pass:abc|-in|f", "openssl -passin pass:*** -in f"},
      {"mysql|-uroot|-ps3cr3t|db", "mysql -uroot -p*** db"},
      {"/usr/bin/mysqldump|--all|-h|h|-psecret", "/usr/bin/mysqldump --all -h h -p***"},
      {"mariadb-dump|-psecret|-e|select -pfoo", "mariadb-dump -p*** -e select -pfoo"},
      {"sh|-c|mysql -u root -psecret < dump", "sh -c mysql -u root -p*** < dump"},
      {"sshpass|-p|secret|ssh|h", "sshpass -p *** ssh h"},
      {"sshpass|-ps3cr3t|ssh|h", "sshpass -p*** ssh h"},
      {"redis-cli|-h|h|-a|secret|ping", "redis-cli -h h -a *** ping"},
      {"ldapsearch|-x|-D|cn=a|-w|secret|uid=b", "ldapsearch -x -D cn=a -w *** uid=b"},
      {"mongosh|-u|u|-p|secret|db", "mongosh -u u -p *** db"},
      {"sqlcmd|-U|sa|-P|secret", "sqlcmd -U sa -P ***"},
      {"curl|-H|Authorization: Bearer abc|http://h", "curl -H Authorization: Bearer *** http://h"},
      {"curl|-H|X-Api-Key: abc|http://h", "curl -H X-Api-Key: *** http://h"},
      {"curl|-u|me:secret|http://h", "curl -u me:*** http://h"},
      {"curl|-s|--user|me:secret|http://h", "curl -s --user me:*** http://h"},
      {"git|clone|https://me:secret@host/x.git", "git clone https://me:***@host/x.git"},
      {"app|postgres://u:p@ss/w@h/db", "app postgres://u:***@h/db"},
      {"redis|redis://:secret@h:6379/0", "redis redis://:***@h:6379/0"},
      {"smbclient|-U|me%secret|//h/s", "smbclient -U me%*** //h/s"},
      {"x|AKIAABCDEFGHIJKLMNOP", "x ***"},
      {"git|ghp_abcdefghijklmnopqrstuvwxyz", "git ***"},
      {"x|eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "x ***"},
  };
  for (const Case& each : kCases) EXPECT_EQ(redacted(std::string(each.line)), each.stored);
}

TEST(DefaultRedaction, LeavesAloneWhatIsNoSecret) {
  for (const std::string line : {
           "ssh|-p|22|host",
           "docker|run|-p|80:80|nginx",
           "docker|run|-p8080:80|mysql",
           "mkdir|-p|/a/b",
           "mysql|-P|3306|-h|host",
           "mysqld|--datadir=/var/lib/mysql|--port=3306",
           "mysql|-p|db",
           "psql|--password|-h|host",
           "curl|http://host:8080/path",
           "curl|-u|me|http://host",
           "git|clone|ssh://git@host:22/x.git",
           "ps|-ef",
           "sshd: me@pts/0",
           "cp|-a|/x|/y",
           "systemd-tty-ask-password-agent|--watch",
           "tar|--bypass|x",
           "gpg-agent|--keep-tty",
       }) {
    std::string whole = line;
    std::ranges::replace(whole, '|', ' ');
    EXPECT_EQ(redacted(line), whole);
  }
}

std::vector<std::string> lines_of(const char* name) {
  std::ifstream file(std::string(SOURCE_DIR) + "/tests/redaction/" + name);
  EXPECT_TRUE(file) << name;
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("# ")) lines.push_back(line);
  }
  return lines;
}

// As /proc has them.
std::string arguments_of(std::string_view line) {
  std::string bytes;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size() && (line[i + 1] == 't' || line[i + 1] == 'n')) {
      bytes += line[++i] == 't' ? '\t' : '\n';
    } else {
      bytes += line[i] == '\t' ? '\0' : line[i];
    }
  }
  return bytes + '\0';
}

// Of the lines of secrets.txt some leak on purpose: nothing tells what they are. They are counted,
// so that more of them are noticed.
TEST(DefaultRedaction, HidesNearlyAllSecretsOfManyPrograms) {
  const auto lines = lines_of("secrets.txt");
  EXPECT_GE(lines.size(), 340U);
  std::size_t leaks = 0;
  for (const std::string& line : lines) {
    const std::string secret = line.substr(0, line.find('\t'));
    const std::string arguments = arguments_of(line.substr(secret.size() + 1));
    const std::string stored = redacted_arguments(arguments);
    if (stored.find(secret) != std::string::npos) {
      ++leaks;
      std::printf("leaks: %s\n", stored.c_str());
      continue;
    }
    const std::string program = arguments.substr(0, arguments.find('\0'));
    EXPECT_TRUE(stored.starts_with(program)) << "not readable: " << stored;
  }
  EXPECT_LE(leaks, lines.size() / 100);
}

TEST(DefaultRedaction, LeavesOrdinaryCommandLinesAsTheyAre) {
  const auto lines = lines_of("harmless.txt");
  EXPECT_GE(lines.size(), 2000U);
  std::size_t touched = 0;
  for (const std::string& line : lines) {
    const std::string stored = redacted_arguments(arguments_of(line));
    if (stored.find("***") == std::string::npos || line.find("***") != std::string::npos) continue;
    ++touched;
    std::printf("touched: %s\n", stored.c_str());
  }
  EXPECT_LE(touched, lines.size() / 200);
}

}  // namespace
}  // namespace proctape
