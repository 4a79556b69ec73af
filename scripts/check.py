"""`make check`: every check that needs no running program. Runs all of them, then says which failed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent


def checks() -> dict[str, list[str]]:
    """Name → command. Those of a subcommand run as soon as it exists."""
    from huiyin.command import own_commands

    huiyin = str(BIN / "huiyin")
    python = sys.executable
    found = {
        "style (ruff check)": [str(BIN / "ruff"), "check", "."],
        "layout (ruff format)": [str(BIN / "ruff"), "format", "--check", "."],
        "types (mypy)": [str(BIN / "mypy")],
        "imports (import-linter)": [str(BIN / "lint-imports")],
        "migrations": [huiyin, "manage", "makemigrations", "--check", "--dry-run"],
        "Django's own checks": [huiyin, "manage", "check", "--fail-level", "WARNING"],
        "installed packages": [python, "-m", "pip", "check"],
    }
    if "generate-docs" in own_commands():
        found["generated files"] = [huiyin, "generate-docs", "--check"]
    if "conform" in own_commands():
        found["regulations (huiyin conform)"] = [huiyin, "conform"]
    return found


def main() -> int:
    """Run the checks; 1 if one failed."""
    environment = {
        **os.environ,
        "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONPATH": str(ROOT / "src"),
    }
    failed: list[str] = []
    for name, command in checks().items():
        begun = time.monotonic()
        result = subprocess.run(
            command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        print(
            f"{'ok    ' if result.returncode == 0 else 'FAILED'} {time.monotonic() - begun:5.1f} s  {name}", flush=True
        )
        if result.returncode:
            failed.append(name)
            print(result.stdout, flush=True)
    print(f"{len(failed)} checks failed: {', '.join(failed)}" if failed else "every check passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
