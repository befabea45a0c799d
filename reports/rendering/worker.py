"""A process that prints one document after another: python -m reports.rendering.worker FOLDER STORE.

Messages both ways are pickles after their length, between a parent and the child it started and nobody else. It
knows no settings, no database and no keys; when its parent goes, it reads the end of its input and goes too.
"""

from __future__ import annotations

import os
import pickle
import struct
import sys
from pathlib import Path
from typing import IO, Any

from reports.rendering.cuts import with_cuts
from reports.rendering.fonts import find_fonts
from reports.rendering.pdf import render_pdf
from reports.rendering.problems import RenderingProblem

LENGTH = struct.Struct("!Q")


def send(stream: IO[bytes], message: object) -> None:
    content = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(LENGTH.pack(len(content)) + content)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """The next message; EOFError when there will be none."""
    (length,) = LENGTH.unpack(whole(stream, LENGTH.size))
    return pickle.loads(whole(stream, length))


def whole(stream: IO[bytes], length: int) -> bytes:
    content = stream.read(length)
    if len(content) < length:
        raise EOFError
    return content


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    # What a library prints must not end up among the answers.
    os.dup2(2, 1)
    folder, store = sys.argv[1:3]
    fonts = with_cuts(find_fonts(folder), Path(store)) if store else find_fonts(folder)
    while True:
        try:
            document = receive(sys.stdin.buffer)
        except EOFError:
            return
        try:
            send(answers, render_pdf(document, fonts=fonts))
        except RenderingProblem as problem:
            send(answers, problem)


if __name__ == "__main__":
    main()
