"""
Every benchmark, each figure beside the yardstick of the same run: `make bench`.

    python bench/run.py [engine] [calendar] [store] [http] [--large]

Each part runs in a process of its own and can be run alone (see its file). `--large` takes the queue page to a million
cases. The figures of record, with machine and date, stand in docs/performance.md.
"""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from os import cpu_count, getloadavg
from pathlib import Path

HERE = Path(__file__).resolve().parent
PARTS = {
    "engine": "engine_bench.py",
    "calendar": "calendar_bench.py",
    "store": "store_bench.py",
    "http": "http_bench.py",
}


def main(words: Sequence[str]) -> int:
    """Run the parts named, or all; 1 if one of them did not come to its end or missed a goal."""
    large = "--large" in words
    wanted = [word for word in words if word != "--large"] or list(PARTS)
    unknown = set(wanted) - PARTS.keys()
    if unknown:
        print(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    now = datetime.now(UTC)
    load = getloadavg()[0]
    print(f"{now:%Y-%m-%d %H:%M} UTC, {platform.machine()}, {cpu_count()} cores, load {load:.1f}, ", end="")
    print(f"Python {platform.python_version()}")
    missed = []
    for part in wanted:
        file = PARTS[part]
        more = ("--cases", "1000,10000,100000,1000000") if large and part == "http" else ()
        print(f"\n— {part} (python bench/{file})", flush=True)
        if subprocess.run([sys.executable, str(HERE / file), *more], check=False).returncode:
            missed.append(part)
    if missed:
        print(f"\nA goal was missed, or the run failed, in: {', '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
