"""./portal bench: the measurements, on servers of their own with every safety on."""

import subprocess
import sys
from pathlib import Path

from federation.launching import REPOSITORY
from federation.launching.children import die_with_parent, say, step
from federation.launching.proving import sweep, throwaway_servers


def bench(arguments: list[str]) -> int:
    sweep()
    with throwaway_servers(for_tests=False) as env:
        logs = Path(env["PORTAL_VAR"]) / "log"
        for command in (["migrate", "--noinput"], ["collectstatic", "--noinput"]):
            manage = [sys.executable, str(REPOSITORY / "manage.py"), *command, "--verbosity", "0"]
            step(f"manage.py {command[0]} ", manage, env=env, log=logs / f"{command[0]}.log")
        say("开始测量")
        measured = [sys.executable, "-m", "bench", *absolute(arguments)]
        done = subprocess.run(measured, cwd=REPOSITORY, env=env, check=False, preexec_fn=die_with_parent)
        return done.returncode


def absolute(arguments: list[str]) -> list[str]:
    """The file after --json as seen from where the command was typed."""
    return [
        str(Path(argument).resolve()) if position and arguments[position - 1] == "--json" else argument
        for position, argument in enumerate(arguments)
    ]
