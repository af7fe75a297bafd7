// SPDX-License-Identifier: Apache-2.0
#include "cli/command/migrate.h"

#include <memory>
#include <span>
#include <string>

#include "base/file/small_file.h"
#include "base/result.h"
#include "cli/migration/migration.h"
#include "cli/output/exit_code.h"
#include "cli/output/output.h"
#include "cli/output/output_file.h"
#include "config/config.h"

namespace proctape {
namespace {

constexpr char kAtopSettings[] = "/etc/default/atop";
constexpr std::size_t kMostBytes = std::size_t{1} << 20U;  // no settings are as long
constexpr mode_t kMode = 0644;  // everybody may know it, the daemon's user must

struct MigrateArguments {
  std::string in = kAtopSettings;
  std::string out = kConfigFile;
  bool write = false;
  bool force = false;
};

Result<> write_new(const MigrateArguments& arguments, const std::string& toml) {
  auto file = create_output(arguments.out, std::span(&arguments.in, 1),
                            {.mode = kMode, .may_replace = arguments.force});
  if (!file) return file.error();
  if (auto written = file->write(std::as_bytes(std::span(toml))); !written) return written;
  auto finished = file->finish();
  if (!finished && finished.error().kind == Error::Kind::kInvalid) {
    return Error{Error::Kind::kInvalid, arguments.out + " is there; --force replaces it"};
  }
  return finished;
}

int run(const MigrateArguments& arguments) {
  const auto settings = read_small_file(arguments.in, kMostBytes);
  if (!settings) {
    complain(settings.error().message);
    return kExitUnreadable;
  }
  const Migration migration = migrate(*settings, arguments.in);
  if (arguments.write) {
    if (const auto written = write_new(arguments, migration.toml); !written) {
      complain(written.error().message);
      return kExitUnreadable;
    }
    print_line(arguments.out + " written");
  } else {
    print(migration.toml);
  }
  for (const std::string& note : migration.notes) complain(arguments.in + ": " + note);
  return kExitFine;
}

}  // namespace

void add_migrate(CLI::App& app, int& exit_code) {
  const auto arguments = std::make_shared<MigrateArguments>();
  CLI::App* migrate_app =
      app.add_subcommand("migrate", "Make a proctape.toml of the settings of atop's recorder");
  migrate_app->add_option("FILE", arguments->in, "settings of atop [/etc/default/atop]")
      ->type_name("");
  CLI::Option* write =
      migrate_app
          ->add_option("--write", arguments->out,
                       "write to FILE [/etc/proctape/proctape.toml] instead of printing")
          ->type_name("[FILE]")
          ->expected(0, 1);
  migrate_app->add_flag("--force", arguments->force, "replace a file that is there")->needs(write);
  migrate_app->footer(
      "Reads the assignments to LOGOPTS, LOGINTERVAL, LOGGENERATIONS and LOGPATH; nothing of\n"
      "the file is executed. What has no equivalent is told on standard error, and stands in\n"
      "the result as comments.\n"
      "\n"
      "Examples:\n"
      "  proctape migrate\n"
      "  proctape migrate --write --force && systemctl reload proctaped\n"
      "  proctape migrate /etc/sysconfig/atop");
  migrate_app->callback([arguments, write, &exit_code] {
    arguments->write = write->count() > 0;
    if (arguments->out.empty()) arguments->out = kConfigFile;
    exit_code = run(*arguments);
  });
}

}  // namespace proctape
