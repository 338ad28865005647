"""Becomes another program: as another account if asked, and never outliving the process that started it.

Run as a file by `Process`, with the standard library only. It stands between because the account must be given up
*before* the kernel is asked for the parent's death signal (changing the account forgets it), and because a hook between
fork and exec is not safe in a process with threads.

Linux tells a child that its parent was killed, even by `kill -9`. macOS has no such thing: there, what a killed
supervisor leaves behind is ended by the next start (see `leftovers`).
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

# Ignored signals stay ignored in the program we become: Python ignores two, a shell's background job the others.
SIGNALS_TO_RESTORE = (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM)


def main(parent: str, signal_number: str, uid: str, gid: str, *command: str) -> None:
    if uid:
        change_account(int(uid), int(gid))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0)
        if os.getppid() != int(parent):
            sys.exit("The process that started this one is gone.")
    for number in SIGNALS_TO_RESTORE:
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execv(command[0], command)  # no search of PATH: as another account, not even our own libraries can be read
    except OSError as problem:
        sys.exit(f"{command[0]}: {problem.strerror}")


def change_account(uid: int, gid: int) -> None:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


if __name__ == "__main__":
    main(*sys.argv[1:])
