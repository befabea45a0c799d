import signal
import sys

from federation.embedded import EmbeddedError
from federation.launching import benching, proving, running
from federation.launching.children import ChildFailed, Interrupted, interrupt

VERBS = {"run": running.run, "test": proving.test, "bench": benching.bench, "doctor": running.doctor}


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    try:
        return VERBS[sys.argv[1]](sys.argv[2:])
    except (EmbeddedError, ChildFailed) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except Interrupted:
        return 130


if __name__ == "__main__":
    sys.exit(main())
