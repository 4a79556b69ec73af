"""The `huiyin` command: a thin layer over the management commands of our own apps.

A subcommand is a file `<app>/management/commands/<name>.py`; `huiyin <name>` runs it. An underscore in the file name
is written as a hyphen. Django's own commands stay within reach as `huiyin manage …`.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

SOURCE = Path(__file__).resolve().parent


def own_commands() -> dict[str, str]:
    """Subcommand, as typed → name of the management command, for every app of ours, sorted."""
    names = (
        file.stem
        for file in SOURCE.glob("*/management/commands/*.py")
        if not file.stem.startswith("_") and (file.parents[2] / "apps.py").exists()
    )
    return {name.replace("_", "-"): name for name in sorted(names)}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one subcommand; without one, or with `--help`, list them. Exits 2 for a subcommand that does not exist.

    A reader that has seen enough (`huiyin show R01 | head`) ends it quietly.
    """
    try:
        _run(arguments)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: Sequence[str] | None) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.settings")
    words = list(sys.argv[1:] if arguments is None else arguments)
    commands = own_commands()
    if not words or words[0] in {"-h", "--help", "help"}:
        print(_list(commands))
        return
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    name, rest = words[0], words[1:]
    if name == "manage" or name in commands:
        line = ["huiyin manage", *(rest or ["help"])] if name == "manage" else ["huiyin", commands[name], *rest]
        try:
            execute_from_command_line(line)
        except ImproperlyConfigured as error:
            print(f"huiyin cannot start: {error}", file=sys.stderr)
            raise SystemExit(1) from None
        except OperationalError as error:
            print(f"The database does not answer: {str(error).strip()}", file=sys.stderr)
            print("Start it, or correct DATABASE_URL; `huiyin start` brings an older one up to date.", file=sys.stderr)
            raise SystemExit(1) from None
    else:
        from difflib import get_close_matches

        near = get_close_matches(name, commands, n=1)
        hint = f" Did you mean `huiyin {near[0]}`?" if near else " `huiyin --help` lists them."
        print(f"huiyin has no command {name!r}.{hint}", file=sys.stderr)
        raise SystemExit(2)


def _list(commands: dict[str, str]) -> str:
    import django
    from django.core.management import get_commands, load_command_class

    django.setup()
    apps = get_commands()
    lines = ["Huiyin 回音. Usage: huiyin COMMAND [OPTIONS]; `huiyin COMMAND --help` explains one.", ""]
    width = max((len(name) for name in commands), default=0) + 2
    for typed, name in commands.items():
        summary = str(load_command_class(apps[name], name).help).strip().split("\n")[0]
        lines.append(f"  {typed:<{width}}{summary}")
    lines += ["", f"  {'manage':<{width}}Django's own commands (huiyin manage migrate, dbshell, …)"]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
