from __future__ import annotations

import argparse
import json
import os
import sys
from importlib import import_module
from pathlib import Path

import django

# name -> module with `measure() -> list[Bar]`; imported one by one, when Django is up.
BENCHES = {
    "import": "bench.screening",
    "lists": "bench.lists",
    "due": "bench.due",
    "throughput": "bench.throughput",
    "rollups": "bench.rollups",
    "loans": "bench.loans",
    "exports": "bench.exports",
    "pdf": "bench.pdf",
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./portal bench", description="按同一次运行里的倍数衡量快慢")
    parser.add_argument("names", nargs="*", metavar="名称", help=f"只测其中几项：{'、'.join(BENCHES)}")
    parser.add_argument("--json", type=Path, metavar="文件", help="把结果写进 JSON 文件")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in BENCHES]
    if unknown:
        parser.error(f"没有这一项：{'、'.join(unknown)}。可以测：{'、'.join(BENCHES)}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "federation.settings")
    django.setup()
    from bench.bars import Bar, table

    bars: list[Bar] = []
    for name in options.names or BENCHES:
        print(f"测量 {name} …", flush=True)
        bars += import_module(BENCHES[name]).measure()
        if options.json:
            options.json.write_text(json.dumps([bar.entry() for bar in bars], ensure_ascii=False, indent=1))
    print(table(bars))
    return 0 if all(bar.holds for bar in bars) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
