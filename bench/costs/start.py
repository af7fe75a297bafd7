# SPDX-License-Identifier: Apache-2.0
"""The daemon's start: from its beginning to its first record, and what makes it take that long."""

import pathlib
import re
import tempfile
import time

from .processes import Failed, Population, Recording
from .recorders import Recorder
from .spread import spread

PROCESSES = 200
AS_SHIPPED = "as shipped"
# What is configured otherwise: each start leaves out a part of what the first one does.
VARIANTS = {
    AS_SHIPPED: {},
    "without PSS": {"pss": "off"},
    "without processes that end": {"exits": "none"},
    "tasks from /proc": {"source": "proc"},
    "all three": {"pss": "off", "exits": "none", "source": "proc"},
}


def configured(text, changes):
    """The configuration `text`, in which each key stands once, with other values."""
    for key, value in changes.items():
        text, count = re.subn(rf'^{key} = ".*"$', f'{key} = "{value}"', text, flags=re.M)
        if count != 1:
            raise Failed(f"the configuration has {count} keys {key}")
    return text


def start_ms(recorder):
    with tempfile.TemporaryDirectory(prefix="proctape-bench-") as name:
        directory = pathlib.Path(name)
        # "auto": it asks the installed atop for its version, as the service does. One sample more
        # than is waited for, so that it does not end meanwhile.
        command = recorder.command(directory, 10, 2, log_format="auto")
        begun = time.monotonic()
        with Recording(command, directory / "log") as recording:
            recording.await_growth(look_every=0.0005)
            return (time.monotonic() - begun) * 1000


def starts(build, config, rounds, say):
    """-> {variant: ms, a Spread}"""
    say(f"the start, {PROCESSES} processes")
    daemon, shipped = str(build / "proctaped"), config.read_text()
    times = {variant: [] for variant in VARIANTS}
    with Population(build, PROCESSES):
        time.sleep(1)
        for _ in range(rounds):
            for variant, changes in VARIANTS.items():
                recorder = Recorder("proctaped", daemon, configured(shipped, changes))
                times[variant].append(start_ms(recorder))
    return {variant: spread(ms) for variant, ms in times.items()}
