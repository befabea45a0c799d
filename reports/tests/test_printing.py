"""The portal's own fonts and its worker processes."""

import dataclasses
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from reports import printing
from reports.rendering.document import OfficialDocument
from reports.rendering.fonts import find_fonts
from reports.rendering.glyphs import MissingGlyph
from reports.rendering.many import Worker, render_many
from reports.rendering.problems import TooLarge
from reports.rendering.worker import receive, send
from reports.tests.documents import village_document


@pytest.fixture(autouse=True)
def own_store(settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.PORTAL_VAR = tmp_path_factory.getbasetemp() / "var"


def test_many_documents_come_in_their_order_and_are_the_same_as_one_by_one() -> None:
    documents = [village_document(number) for number in range(5)]
    printed = list(printing.print_documents(iter(documents)))
    assert printed == [printing.print_document(document) for document in documents]


def test_one_bad_document_does_not_stop_the_others() -> None:
    bad = dataclasses.replace(village_document(), byline="王\ue000")
    first, refused, last = printing.print_documents([village_document(), bad, village_document()])
    assert isinstance(refused, MissingGlyph)
    assert (refused.place, refused.character) == ("题下署名", "\ue000")
    assert first == last


def test_documents_are_read_only_a_few_ahead() -> None:
    read = []

    def documents() -> Iterator[OfficialDocument]:
        for number in range(100):
            read.append(number)
            yield village_document(number)

    printed = printing.print_documents(documents(), processes=1)
    assert isinstance(next(printed), bytes)
    printed.close()
    assert len(read) <= 5


def test_a_worker_that_dies_is_replaced() -> None:
    worker = Worker(find_fonts())
    assert isinstance(worker.render(village_document()), bytes)
    assert worker.process
    worker.process.kill()
    worker.process.wait()
    assert isinstance(worker.render(village_document()), TooLarge)
    assert isinstance(worker.render(village_document()), bytes)
    worker.kill()


def test_a_worker_knows_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for a worker")
    worker = Worker(find_fonts())
    process = worker.start()
    environment = Path(f"/proc/{process.pid}/environ").read_text()
    process.kill()
    process.communicate()
    assert {"SECRET_KEY", "DATABASE_URL", "FIELD_KEYS"} & {
        line.partition("=")[0] for line in environment.split("\0")
    } == set()


def test_a_worker_ends_with_its_parent() -> None:
    worker = Worker(find_fonts())
    process = worker.start()
    assert process.stdin
    assert process.stdout
    send(process.stdin, village_document())
    assert receive(process.stdout)[:5] == b"%PDF-"
    process.stdin.close()
    assert process.wait(timeout=20) == 0
    process.stdout.close()


def test_rendering_needs_no_settings() -> None:
    code = "import reports.rendering.worker, sys; print('federation.settings' in sys.modules)"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path.cwd())}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout == "False\n"


def test_closing_early_leaves_no_process() -> None:
    printed = render_many([village_document()] * 6, fonts=find_fonts(), processes=1)
    next(printed)
    printed.close()
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    commands = [Path(f"/proc/{child}/cmdline").read_text() for child in children]
    assert [command for command in commands if "rendering.worker" in command] == []
