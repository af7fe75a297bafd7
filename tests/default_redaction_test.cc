// SPDX-License-Identifier: Apache-2.0
//
// What the default patterns hide, and what they leave alone. Each line is a command line,
// its arguments separated by '|'.
#include <gtest/gtest.h>

#include <algorithm>

#include "collector/task/redaction.h"
#include "config/redaction_defaults.h"

namespace proctape {
namespace {

std::string redacted(std::string line) {
  static const auto redaction = Redaction::compile(default_redaction());
  if (!redaction) return redaction.error().message;
  std::ranges::replace(line, '|', '\0');
  return std::string(redaction->command_line(line + '\0').view());
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
      {"psql|host=h password=abc dbname=d", "psql host=h password=***"},
      {"curl|-d|{\"password\": \"abc\"}|http://h", "curl -d {\"password\":*** http://h"},
      {"openssl|-passin|pass:abc|-in|f", "openssl -passin pass:*** -in f"},
      {"mysql|-uroot|-ps3cr3t|db", "mysql -uroot -p*** db"},
      {"/usr/bin/mysqldump|--all|-h|h|-psecret", "/usr/bin/mysqldump --all -h h -p***"},
      {"mariadb-dump|-psecret|-e|select -pfoo", "mariadb-dump -p*** -e select -pfoo"},
      {"sh|-c|mysql -u root -psecret < dump", "sh -c mysql -u root -p***"},
      {"sshpass|-p|secret|ssh|h", "sshpass -p *** ssh h"},
      {"sshpass|-ps3cr3t|ssh|h", "sshpass -p*** ssh h"},
      {"redis-cli|-h|h|-a|secret|ping", "redis-cli -h h -a *** ping"},
      {"ldapsearch|-x|-D|cn=a|-w|secret|uid=b", "ldapsearch -x -D cn=a -w *** uid=b"},
      {"mongosh|-u|u|-p|secret|db", "mongosh -u u -p *** db"},
      {"sqlcmd|-U|sa|-P|secret", "sqlcmd -U sa -P ***"},
      {"curl|-H|Authorization: Bearer abc|http://h", "curl -H Authorization:*** http://h"},
      {"curl|-H|X-Api-Key: abc|http://h", "curl -H X-Api-Key:*** http://h"},
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

}  // namespace
}  // namespace proctape
