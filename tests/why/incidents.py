#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Records incidents whose truth is known, with the real proctaped, and asks `proctape why`.

    incidents.py PROCTAPED PROCTAPE [NAME...]

The culprit has to be in the first finding; a quiet log has nothing that is critical or a warning.
On a machine that others load, findings that blame only them are passed over, and said. What this
machine cannot do (cgroups, network namespaces) is skipped, and said.
"""
import ctypes
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PROCTAPED, PROCTAPE = (os.path.abspath(path) for path in sys.argv[1:3])
PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
WANTED = sys.argv[3:]
HERE = pathlib.Path(tempfile.mkdtemp(prefix="proctape-why."))
CPUS = os.cpu_count()
NOISY = 15  # percent of the time that tasks wait for a CPU: others use this machine


class Skip(Exception):
    pass


def program(name, original=None):
    """A program under a name of its own: what the kernel calls it by."""
    path = HERE / name
    if not path.exists():
        original = original or os.path.realpath(sys.executable)
        path.symlink_to(shutil.which(original) or original)
    return str(path)


STARTED = []


def start(name, code, *, prefix=(), **options):
    """A Python program that runs as `name`; it ends with this one."""
    code = ("import ctypes, os, signal, sys, time, threading, socket, subprocess\n"
            "ctypes.CDLL(None).prctl(1, signal.SIGKILL)\n" + code)
    script = HERE / f"{name}.py"
    script.write_text(code)
    process = subprocess.Popen([*prefix, program(name), str(script)], start_new_session=True,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    STARTED.append(process)
    return process


def end_all():
    for process in STARTED:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
    STARTED.clear()


def pressure():
    try:
        text = pathlib.Path("/proc/pressure/cpu").read_text()
    except OSError:
        return 0.0
    return float(text.split("avg10=")[1].split()[0])


class Recording:
    """proctaped beside what happens in a `with`."""

    def __init__(self, name, interval="500ms", prefix=()):
        self.directory = HERE / f"log.{name}"
        settings = HERE / "settings.toml"
        settings.write_text('state_file = "off"\n[process]\nlock_memory = false\n')
        self.noise = pressure()
        self.daemon = subprocess.Popen(
            [*prefix, PROCTAPED, "--config", str(settings), "--interval", interval, "--log-dir",
             str(self.directory), "--format", "2.13"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        deadline = time.time() + 20
        while time.time() < deadline and not list(self.directory.glob("atop_*")):
            time.sleep(0.05)
        time.sleep(0.3)

    def findings(self):
        self.daemon.send_signal(signal.SIGTERM)
        self.daemon.communicate(timeout=20)
        logs = sorted(map(str, self.directory.glob("atop_*")))
        text = subprocess.run([PROCTAPE, "why", "--json", *logs], check=True, text=True,
                              capture_output=True).stdout
        return json.loads(text)["findings"]


def cgroup(controller, name):
    """A new cgroup, of version 2 or 1; skips where none can be made."""
    for root, version in ((f"/sys/fs/cgroup/{controller}", 1), ("/sys/fs/cgroup", 2)):
        if version == 2 and controller not in read(f"{root}/cgroup.subtree_control").split():
            continue
        path = pathlib.Path(root) / f"proctape-why-{os.getpid()}-{name}"
        try:
            path.mkdir()
        except OSError:
            continue
        return path, version
    raise Skip(f"no cgroup with {controller} can be made here")


def read(path):
    try:
        return pathlib.Path(path).read_text()
    except OSError:
        return ""


def within(path):
    """Arguments before a command that is to run in the cgroup `path`."""
    return ["sh", "-c", f'echo $$ > "{path}/cgroup.procs" && exec "$@"', "sh"]


def remove_cgroup(path):
    for _ in range(50):
        try:
            path.rmdir()
            return
        except OSError:
            time.sleep(0.1)


BURN = "while True: pass\n"
ZOMBIES = ("for _ in range(40):\n"
           "    if os.fork() == 0: os._exit(0)\n"
           "    time.sleep(0.02)\n"
           "time.sleep(100)\n")
GROW = ("all = []\n"
        "while True:\n"
        "    all.append(bytearray(b'x') * (4 << 20))\n"
        "    time.sleep(0.2)\n")


def cpu_hog():
    try:
        subprocess.run(["unshare", "--uts", "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        raise Skip("no UTS namespaces")
    recording = Recording("cpu_hog")
    name = ["unshare", "--uts", "sh", "-c", 'hostname web1; exec "$@"', "sh"]
    for _ in range(2 * CPUS):
        start("hog", BURN, prefix=name)
    time.sleep(9)
    return recording, [("hog", "web1")]


def fork_storm():
    recording = Recording("fork_storm")
    true = program("short", "true")
    for _ in range(2 * CPUS):
        process = subprocess.Popen([program("stormer", "bash"), "-c", f"while :; do {true}; done"],
                                   start_new_session=True)
        STARTED.append(process)
    time.sleep(9)
    return recording, [("short", ""), ("stormer", "")]


def oom_kill():
    path, version = cgroup("memory", "oom")
    try:
        limit = "memory.max" if version == 2 else "memory.limit_in_bytes"
        (path / limit).write_text(str(96 << 20))
        recording = Recording("oom_kill")
        start("leaker", "all = []\n"
                        "while True:\n"
                        "    all.append(bytearray(b'x') * (2 << 20))\n"
                        "    time.sleep(0.1)\n", prefix=within(path))
        time.sleep(9)
        return recording, [("leaker", "")]
    finally:
        end_all()
        remove_cgroup(path)


def disk_writer():
    recording = Recording("disk_writer")
    for number in range(4):
        process = subprocess.Popen(
            ["sh", "-c", f'while :; do "$0" if=/dev/zero of={HERE}/big.{number} bs=4M count=100 '
             "oflag=direct 2>/dev/null; done", program("writer", "dd")], start_new_session=True)
        STARTED.append(process)
    for number in range(2):
        start(f"waiter", f"file = open('{HERE}/small.{number}', 'wb', 0)\n"
                         "file = open(file.name + str(os.getpid()), 'wb', 0)\n"
                         "while True:\n"
                         "    file.write(b'x' * 4096)\n"
                         "    os.fsync(file.fileno())\n")
    time.sleep(10)
    return recording, [("writer", "")]


def quota():
    path, version = cgroup("cpu", "quota")
    if version == 1 and pressure() > NOISY:
        remove_cgroup(path)
        raise Skip("a quota of cgroups v1 shows only while CPUs are idle, and others use them")
    try:
        if version == 2:
            (path / "cpu.max").write_text("20000 100000")
        else:
            (path / "cpu.cfs_period_us").write_text("100000")
            (path / "cpu.cfs_quota_us").write_text("20000")
        recording = Recording("quota")
        start("throttled", BURN, prefix=within(path))
        time.sleep(9)
        return recording, [("throttled", "")]
    finally:
        end_all()
        remove_cgroup(path)


def zombie_parent():
    recording = Recording("zombie_parent")
    start("careless", ZOMBIES)
    time.sleep(7)
    return recording, [("careless", "")]


def thousands_of_threads():
    recording = Recording("threads")
    start("threader", "threading.stack_size(65536)\n"
                      "for _ in range(2000):\n"
                      "    threading.Thread(target=time.sleep, args=(100,), daemon=True).start()\n"
                      "time.sleep(100)\n")
    time.sleep(8)
    return recording, [("threader", "")]


def retransmits():
    """Connections to an address where nobody answers: each segment is sent again."""
    script = HERE / "network.sh"
    script.write_text(
        "ip link set lo up && ip link add v0 type veth peer name v1 && ip link set v0 up && "
        "ip link set v1 up && ip addr add 10.99.0.1/24 dev v0 && "
        "ip neigh add 10.99.0.2 lladdr 02:00:00:00:00:02 dev v0 && exec \"$@\"\n")
    prefix = ["unshare", "--net", "sh", str(script)]
    if subprocess.run([*prefix, "true"], capture_output=True).returncode != 0:
        raise Skip("no network namespaces, or no veth")
    holder = subprocess.Popen([*prefix, "sleep", "100"], start_new_session=True)
    STARTED.append(holder)
    time.sleep(0.5)
    inside = ["nsenter", "--net", f"--target={holder.pid}"]
    recording = Recording("retransmits", prefix=inside)
    start("connector", "all = []\n"
                       "for port in range(1, 800):\n"
                       "    one = socket.socket()\n"
                       "    one.setblocking(False)\n"
                       "    one.connect_ex(('10.99.0.2', port))\n"
                       "    all.append(one)\n"
                       "    time.sleep(0.01)\n"
                       "time.sleep(100)\n", prefix=inside)
    time.sleep(10)
    return recording, [("connector", ""), ("v0", ""), ("v1", "")]


def restart_loop():
    recording = Recording("restart_loop")
    process = start("supervisor", "while True:\n"
                                  "    one = subprocess.Popen([sys.argv[0].replace('supervisor.py', "
                                  "'service'), '100'])\n"
                                  "    time.sleep(0.6)\n"
                                  "    one.kill()\n"
                                  "    one.wait()\n")
    program("service", "sleep")
    time.sleep(9)
    return recording, [("service", "")]


def slow_leak():
    recording = Recording("slow_leak", interval="200ms")
    start("grower", GROW)
    time.sleep(13)
    return recording, [("grower", "")]


def two_at_once():
    recording = Recording("two_at_once")
    start("careless", ZOMBIES)
    start("threader", "threading.stack_size(65536)\n"
                      "for _ in range(1500):\n"
                      "    threading.Thread(target=time.sleep, args=(100,), daemon=True).start()\n"
                      "time.sleep(100)\n")
    time.sleep(8)
    return recording, [("careless", ""), ("threader", "")]


def is_load_of_others(finding):
    if finding["resource"] == "network":
        return False
    return not any(str(HERE) in party["command"] or (HERE / party["name"]).exists()
                   for party in finding["culprits"])


def blames(finding, name, container):
    return any(party["name"] == name and (not container or party["container"] == container)
               for party in finding["culprits"])


def check(incident):
    try:
        recording, truth = incident()
    except Skip as reason:
        print(f"SKIPPED {incident.__name__}: {reason}", flush=True)
        return True
    findings = recording.findings()
    end_all()
    noise = recording.noise > NOISY
    said = " (others loaded this machine)" if noise else ""
    seen = [finding for finding in findings if not noise or not is_load_of_others(finding)]
    if incident is two_at_once:
        ok = all(any(blames(finding, *one) for finding in seen[:2]) for one in truth)
    else:
        ok = bool(seen) and any(blames(seen[0], *one) for one in truth)
    print(f"{'ok' if ok else 'FAILED'} {incident.__name__}{said}: "
          + (seen[0]["severity"] + ": " + seen[0]["sentence"] if seen else "no finding"),
          flush=True)
    if not ok or os.environ.get("VERBOSE"):
        for finding in findings:
            print("    ", finding["severity"], finding["sentence"],
                  [(party["name"], party["container"]) for party in finding["culprits"]])
    return ok


def quiet(number):
    recording = Recording(f"quiet.{number}", interval=["200ms", "500ms", "1s"][number % 3])
    time.sleep(5)
    findings = [f for f in recording.findings() if f["severity"] != "note"]
    noise = max(recording.noise, pressure()) > NOISY
    # What others do to this machine is found, and right.
    foreign = [finding for finding in findings if noise and is_load_of_others(finding)]
    ok = len(foreign) == len(findings)
    print(f"{'ok' if ok else 'FAILED'} quiet {number}" +
          (" (NOT QUIET: others loaded this machine)" if noise else ""), flush=True)
    for finding in findings:
        print("    ", finding["severity"], finding["sentence"])
    return ok


def reap_orphans():
    try:
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass
    except ChildProcessError:
        pass


def main():
    incidents = [cpu_hog, fork_storm, oom_kill, disk_writer, quota, zombie_parent,
                 thousands_of_threads, retransmits, restart_loop, slow_leak, two_at_once]
    ok = True
    # Who is left behind comes here, and is taken leave of: the first process of some machines leaves
    # them as zombies, which a second try found.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        if not WANTED or "quiet" in WANTED:
            for number in range(5):
                ok &= quiet(number)
        for incident in incidents:
            if not WANTED or incident.__name__ in WANTED:
                ok &= check(incident)
                end_all()
                reap_orphans()
    finally:
        end_all()
        time.sleep(0.2)
        reap_orphans()
        if os.environ.get("KEEP"):
            print("kept", HERE)
        else:
            shutil.rmtree(HERE, ignore_errors=True)
    sys.exit(0 if ok else 1)


main()
