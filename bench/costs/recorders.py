# SPDX-License-Identifier: Apache-2.0
"""The recorders that are compared, and what they are told."""

import pathlib
import subprocess
from dataclasses import dataclass

ATOP = "atop -w"
PROC = "proctaped, /proc"
BPF = "proctaped, BPF"
# atop reads no PSS unless it is asked to (-R); proctaped does, within a budget.
NO_PSS = ", no PSS"
# On a disk that is nearly full less would be recorded than is compared.
SETTINGS = '[log]\nmin_free = "off"\n[tasks]\n'


@dataclass
class Recorder:
    name: str
    program: str
    config: str = ""  # of proctaped: the text of its configuration

    @property
    def is_atop(self):
        return self.name == ATOP

    def command(self, directory, interval, samples, root="/", log_format="2.8"):
        """Writes so many samples, one each `interval` seconds, into `directory`/log."""
        log = directory / "log"
        log.mkdir()
        if self.is_atop:
            return [self.program, "-w", str(log / "raw"), str(interval), str(samples)]
        config = directory / "proctape.toml"
        config.write_text(self.config)
        return [
            self.program, "--config", str(config), "--interval", f"{interval}s",
            "--samples", str(samples), "--log-dir", str(log), "--format", log_format,
            "--root", root,
        ]  # fmt: skip


def refusal(recorder, directory):
    """Why this proctaped cannot record that way here; None: it can."""
    config = pathlib.Path(directory) / "try.toml"
    config.write_text(recorder.config)
    tried = subprocess.run(
        [recorder.program, "--config", str(config), "--list-sources"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if tried.returncode != 0:
        said = tried.stderr.strip().rpartition("\n")[2]
        return said.rpartition(f"{config}:")[2] or "refused"
    wanted = "by BPF" if recorder.name.startswith(BPF) else "/proc/"
    for line in tried.stdout.splitlines():
        words = line.split(maxsplit=2)
        if words[:2] == ["tasks", "ok"]:
            return None if words[2].startswith(wanted) else f"tasks are read {words[2]}"
    return "the daemon names no source of tasks"


def all_recorders(build, atop, directory):
    """-> (recorders that work here, {name of another: why not})"""
    daemon = str(build / "proctaped")
    ours, refused = [], {}
    for name, source in ((PROC, "proc"), (BPF, "bpf")):
        table = f'{SETTINGS}source = "{source}"\n'
        recorder = Recorder(name, daemon, table)
        why = refusal(recorder, directory)
        if why is not None and source == "proc":
            # A daemon that knows no other source has no key for it.
            table = SETTINGS
            recorder = Recorder(name, daemon, table)
            why = refusal(recorder, directory)
        if why is not None:
            refused[name] = why
            continue
        ours.append(recorder)
        ours.append(Recorder(name + NO_PSS, daemon, table + 'pss = "off"\n'))
    return [Recorder(ATOP, atop), *ours], refused
