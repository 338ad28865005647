"""Run under the name of `docker`: passes its words on to the test, and prints what that answers."""

import json
import os
import socket
import sys


def main() -> None:
    with socket.socket(socket.AF_UNIX) as asked:
        asked.connect(os.environ["CONTAINERS"])
        asked.sendall(json.dumps(sys.argv[1:]).encode() + b"\n")
        code, said = json.loads(b"".join(iter(lambda: asked.recv(65536), b"")))
    if said:
        sys.stdout.write(f"{said}\n")
    sys.exit(code)


if __name__ == "__main__":
    main()
