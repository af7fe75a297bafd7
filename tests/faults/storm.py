#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Load for the tests: so many short-lived processes a second, and files that are written and
removed.

    storm.py --rate N [--files DIRECTORY]
"""

import argparse
import os
import time

CHUNK = bytes(1 << 18)


def write_file(path, count):
    with open(path, "wb") as file:
        for _ in range(8):
            file.write(CHUNK)
        if count % 4 == 0:
            os.fsync(file.fileno())
    os.unlink(path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=int, required=True, help="processes a second")
    parser.add_argument("--files", help="the directory to write files in")
    arguments = parser.parse_args()
    next_at = time.monotonic()
    count = 0
    while True:
        count += 1
        # Every other one runs a program with a command line that no other has.
        if count % 2 == 0:
            pid = os.posix_spawn("/bin/true", ["true", f"--number={count}"], {})
        else:
            pid = os.fork()
            if pid == 0:
                os._exit(count % 128)
        os.waitpid(pid, 0)
        if arguments.files and count % 20 == 0:
            write_file(os.path.join(arguments.files, "storm"), count)
        # No catching up: it must not become a flood where the machine is slow.
        next_at = max(next_at + 1 / arguments.rate, time.monotonic() - 0.1)
        time.sleep(max(0, next_at - time.monotonic()))


if __name__ == "__main__":
    main()
