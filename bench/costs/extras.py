# SPDX-License-Identifier: Apache-2.0
"""What is measured besides processes: system calls, the system's sources, large hosts, exits,
parsing, encoding and compression."""

import contextlib
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

from .processes import Failed, Population, Recording, count_processes, usage
from .spread import spread


def calls_of(command):
    """System calls of it and all its threads."""
    with tempfile.NamedTemporaryFile(prefix="proctape-bench-") as report:
        subprocess.run(
            ["strace", "-f", "-c", "-o", report.name, *command],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True,
        )  # fmt: skip
        total = re.search(r"^100\.00\s.*?(\d+)(?:\s+\d+)?\s+total$", report.read().decode(), re.M)
    if total is None:
        raise Failed("strace counts nothing")
    return int(total.group(1))


def system_calls(build, recorders, processes, say):
    """-> (processes there, {recorder: calls per process and sample}); None without strace"""
    if shutil.which("strace") is None:
        return None
    few, more = 2, 6
    calls = {}
    with Population(build, processes):
        there = count_processes()
        for recorder in recorders:
            say(f"system calls: {recorder.name}")
            counted = []
            for samples in (few, more):
                with tempfile.TemporaryDirectory(prefix="proctape-bench-") as name:
                    command = recorder.command(pathlib.Path(name), 1, samples)
                    counted.append(calls_of(command))
            calls[recorder.name] = (counted[1] - counted[0]) / (more - few) / there
    return there, calls


def sources(build, rounds):
    """-> [(source, median us, largest us)]"""
    run = subprocess.run(
        [str(build / "bench" / "proctape_sources"), str(rounds), "200"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    rows = []
    for line in run.stdout.splitlines():
        median, most, name = line.split()
        rows.append((name, float(median), float(most)))
    return rows


@contextlib.contextmanager
def large_host(build, cpus, disks):
    """The root of such a host."""
    process = subprocess.Popen(
        [str(build / "bench" / "proctape_large_host"), str(cpus), str(disks)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()


def large_hosts(build, recorder, samples, say):
    """-> [(CPUs, disks, format, CPU ms, bytes)]"""
    rows = []
    for cpus, disks in ((2, 2), (512, 300)):
        for log_format in ("2.8", "2.13"):
            say(f"a host of {cpus} CPUs and {disks} disks, format {log_format}")
            with large_host(build, cpus, disks) as root, tempfile.TemporaryDirectory(
                prefix="proctape-bench-"
            ) as name:
                directory = pathlib.Path(name)
                command = recorder.command(directory, 1, samples + 5, root, log_format)
                with Recording(command, directory / "log") as recording:
                    recorded = recording.measure(samples)
            rows.append(
                (cpus, disks, log_format, spread(recorded.cpu_ms), spread(recorded.log_bytes))
            )
    return rows


def exits(build, recorder, count, rate, say):
    """-> [(source, exits per second, us of CPU each)]; what cannot be used here is left out."""
    workload = str(build / "tests" / "exits_workload")
    rows = []
    for source in ("bpf", "taskstats"):
        say(f"{count} exits, {source}")
        with tempfile.TemporaryDirectory(prefix="proctape-bench-") as name:
            directory = pathlib.Path(name)
            command = recorder.command(directory, 1, 1000)
            (directory / "proctape.toml").write_text(recorder.config + f'exits = "{source}"\n')
            with Recording(command, directory / "log") as recording:
                recording.await_record()
                recording.await_record()
                idle = usage(recording.pid)
                recording.await_record()
                before = usage(recording.pid)
                a_sample = before.run_ns - idle.run_ns
                begun = time.monotonic()
                storm = subprocess.run(
                    [workload, "storm", str(count), str(rate)],
                    capture_output=True, text=True, check=True,
                )  # fmt: skip
                seconds = time.monotonic() - begun
                for _ in range(2):
                    recording.await_record()
                samples = seconds + 2
                spent = usage(recording.pid).run_ns - before.run_ns - samples * a_sample
        told = re.search(r"(\d+(?:\.\d+)?)", storm.stdout)
        achieved = float(told.group(1)) if told else count / seconds
        rows.append((source, achieved, spent / count / 1000))
    return rows


def microbenchmarks(build, name, least_seconds):
    """-> [(name, CPU us, bytes)]; none where Google Benchmark is not installed"""
    program = build / "bench" / name
    if not program.exists():
        return []
    run = subprocess.run(
        [str(program), "--benchmark_format=json", f"--benchmark_min_time={least_seconds}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    unit = {"ns": 1e-3, "us": 1.0, "ms": 1e3}
    return [
        (one["name"], one["cpu_time"] * unit[one["time_unit"]], one["bytes"])
        for one in json.loads(run.stdout)["benchmarks"]
    ]
