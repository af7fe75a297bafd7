# SPDX-License-Identifier: Apache-2.0
"""Where and of what the numbers are."""

import os
import pathlib
import platform
import re
import subprocess
import time


def output_of(command, directory=None):
    try:
        run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=directory)
    except OSError:
        return ""
    return run.stdout.strip()


def first_match(pattern, file):
    try:
        found = re.search(pattern, pathlib.Path(file).read_text(), re.MULTILINE)
    except OSError:
        return None
    return found.group(1) if found else None


def commit(repository):
    name = output_of(["git", "rev-parse", "--short=12", "HEAD"], repository)
    if not name:
        return "unknown"
    changed = output_of(["git", "status", "--porcelain", "--untracked-files=no"], repository)
    return name + (" and changes" if changed else "")


def describe(build, atop, repository):
    """-> [(what, text)]"""
    memory = int(first_match(r"^MemTotal:\s+(\d+)", "/proc/meminfo") or 0)
    model = first_match(r"^model name\s*:\s*(.*)$", "/proc/cpuinfo") or platform.machine()
    build_type = first_match(r"^CMAKE_BUILD_TYPE:\w+=(.*)$", build / "CMakeCache.txt")
    return [
        ("Machine", f"{os.cpu_count()} x {model}, {memory / 2**20:.0f} GiB"),
        ("Kernel", f"{platform.system()} {platform.release()} {platform.machine()}"),
        ("System", first_match(r'^PRETTY_NAME="?([^"\n]*)', "/etc/os-release") or "unknown"),
        ("atop", output_of([atop, "-V"]).splitlines()[0]),
        ("proctape", f"{output_of([str(build / 'proctaped'), '--version'])}, "
                     f"commit {commit(repository)}, {build_type}"),
        ("Date", time.strftime("%Y-%m-%d")),
    ]  # fmt: skip
