"""Conformance 符合性: every scenario of the packs at hand, run on a store, with what did not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import NamedTuple

from huiyin_engine.calendars import DayTable, day_table
from huiyin_engine.language.building import load_pack
from huiyin_engine.language.findings import Finding, PackRefused
from huiyin_engine.language.pack import Pack
from huiyin_engine.language.yaml_nodes import Map, Scalar, read_yaml
from huiyin_engine.model.outcome import World
from huiyin_engine.testing.checking import Failure
from huiyin_engine.testing.runner import run_scenario
from huiyin_engine.testing.scenarios import Scenario, ScenarioRefused, read_scenario
from huiyin_engine.testing.store import MemoryStore, Store
from huiyin_engine.texts import Text

LIBRARY = "library"


class PackFolder(NamedTuple):
    """A folder of a pack, and the id its header gives; empty where the header cannot be read."""

    path: Path
    id: str


class Verdict(NamedTuple):
    """How one scenario, or one pack or file that cannot be read, came out: nothing found means it passed."""

    id: str
    title: Text
    file: str
    found: tuple[Failure | Finding, ...]


def texts_of(folder: Path) -> dict[str, str]:
    """The texts of the YAML files of a folder by name."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml"))}


def pack_folders(packs: Path) -> list[PackFolder]:
    """The folders of a directory of packs, the library left out, in order of their name."""
    found = []
    for path in sorted(packs.iterdir()) if packs.is_dir() else ():
        header = path / "pack.yaml"
        if path.name == LIBRARY or not header.is_file():
            continue
        tree, _ = read_yaml(header.read_text(encoding="utf-8"), header.name)
        given = tree.get("pack") if isinstance(tree, Map) else None
        found.append(PackFolder(path, given.value if isinstance(given, Scalar) else ""))
    return found


def pack_from(folder: Path, packs: Path) -> Pack:
    """The pack in a folder, built on the library beside it. Raises PackRefused."""
    library = {f"{LIBRARY}/{name}": text for name, text in texts_of(packs / LIBRARY).items()}
    return load_pack(texts_of(folder), library)


def days_of(calendars: Path) -> DayTable:
    """The working days of mainland China from the calendar files."""
    return day_table(path.read_text(encoding="utf-8") for path in sorted((calendars / "mainland").glob("*.yaml")))


def verdicts(
    packs: Path,
    days: DayTable,
    *,
    wanted: Sequence[str] = (),
    scenarios: Path | None = None,
    open_store: Callable[[World], Store] = MemoryStore,
    apart: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Iterator[Verdict]:
    """Run the scenarios of the packs in a directory, or those of one folder `scenarios`, one verdict after the other.

    `wanted` names packs by id or folder; empty means all. Each scenario runs on a store of its own, inside a context of
    its own from `apart`, which takes back what it left. Raises KeyError for a pack that is not there.
    """
    folders = pack_folders(packs)
    names = {folder.id: folder for folder in folders} | {folder.path.name: folder for folder in folders}
    chosen = [names[name] for name in wanted] if wanted else folders
    loaded: dict[str, Pack | PackRefused] = {}
    for file in _files(chosen, scenarios):
        shown = str(file.relative_to(packs)) if file.is_relative_to(packs) else str(file)
        try:
            scenario = read_scenario(file.read_text(encoding="utf-8"), shown)
        except ScenarioRefused as refused:
            yield Verdict(file.stem, Text("", ""), shown, tuple(refused.findings))
            continue
        except UnicodeDecodeError:
            yield Verdict(file.stem, Text("", ""), shown, (_not_utf8(shown),))
            continue
        if wanted and scenario.pack not in {folder.id for folder in chosen}:
            continue
        with apart():
            verdict = _verdict(scenario, shown, names, packs, loaded, days, open_store)
        yield verdict


def _verdict(
    scenario: Scenario,
    file: str,
    names: dict[str, PackFolder],
    packs: Path,
    loaded: dict[str, Pack | PackRefused],
    days: DayTable,
    open_store: Callable[[World], Store],
) -> Verdict:
    if scenario.pack not in names:
        there = ", ".join(sorted(f.id for f in set(names.values()) if f.id))
        finding = Finding(
            "pack_unknown",
            file,
            1,
            Text(f"没有制度包 {scenario.pack}", f"there is no pack {scenario.pack}"),
            Text(f"现有：{there}", f"there are: {there}"),
        )
        return Verdict(scenario.id, scenario.title, file, (finding,))
    if scenario.pack not in loaded:
        try:
            loaded[scenario.pack] = pack_from(names[scenario.pack].path, packs)
        except PackRefused as refused:
            loaded[scenario.pack] = refused
    pack = loaded[scenario.pack]
    if isinstance(pack, PackRefused):
        return Verdict(scenario.id, scenario.title, file, tuple(pack.findings))
    result = run_scenario(scenario, pack, days, open_store)
    return Verdict(scenario.id, scenario.title, file, result.failures)


def _files(folders: Sequence[PackFolder], scenarios: Path | None) -> Iterator[Path]:
    if scenarios is not None:
        yield from sorted(scenarios.rglob("*.yaml"))
        return
    for folder in folders:
        yield from sorted((folder.path / "scenarios").glob("*.yaml"))


def _not_utf8(file: str) -> Finding:
    return Finding(
        "file_not_utf8",
        file,
        1,
        Text("文件不是 UTF-8 编码", "the file is not in UTF-8"),
        Text("另存为 UTF-8", "save it as UTF-8"),
    )
