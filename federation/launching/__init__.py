"""What ./portal does once .venv is there: run, test, bench, doctor."""

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
