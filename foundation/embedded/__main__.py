"""Runs a command of ours on a Postgres and a Redis that exist only meanwhile.

python -m foundation.embedded manage.py makemigrations --check
"""

import os
import subprocess
import sys

from foundation.embedded.temporary import EmbeddedServers
from foundation.supervisor.failure import StartFailure

DATABASE = "chatplatform"


def main() -> None:
    try:
        with EmbeddedServers() as servers:
            servers.postgres.create_database(DATABASE)
            urls = {"DATABASE_URL": servers.postgres.url(DATABASE), "REDIS_URL": servers.redis.url()}
            finished = subprocess.run([sys.executable, *sys.argv[1:]], env=os.environ | urls, check=False)
    except StartFailure as failure:
        sys.exit(f"{failure.log_tail}\n{failure.sentence}")
    sys.exit(finished.returncode)


if __name__ == "__main__":
    main()
