"""Starts Snakemake if no other one works on the same plan: snakemake_once.py LOCKFILE ARGUMENT...

The lock is the operating system's, held by this very process for as long as it lives: after a crash there is nothing to
unlock, and where the task that started it is killed, a second one sees that the first still works.
"""

import fcntl
import os
import sys

lock, *arguments = sys.argv[1:]
descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
try:
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    print(f"Another workflow is at work on these results ({lock}).", file=sys.stderr)
    sys.exit(75)
sys.argv = ["snakemake", "--nolock", *arguments]

from snakemake.cli import main

main()
