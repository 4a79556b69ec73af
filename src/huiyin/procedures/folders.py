"""Pack folders on disk: reading their texts, and compiling them once for each content. Needs no database.

A folder below the packs folder with a `pack.yaml` is a pack; `library` is what packs build on. Scenarios stand in a
folder of their own and are no part of the pack.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from huiyin_engine.language.building import load_pack
from huiyin_engine.language.findings import Finding, PackRefused
from huiyin_engine.language.pack import Pack
from huiyin_engine.texts import Text

LIBRARY = "library"
SCENARIOS = "scenarios"
_compiled: dict[str, Pack] = {}


class PackFiles(NamedTuple):
    """The texts a pack is made of, by file name; `folder` names the folder they came from."""

    folder: str
    pack: Mapping[str, str]
    library: Mapping[str, str]

    @property
    def content_hash(self) -> str:
        """A digest over every file name and text."""
        digest = sha256()
        for part in (self.pack, self.library):
            for name in sorted(part):
                digest.update(f"{name}\0{len(part[name].encode())}\0".encode())
                digest.update(part[name].encode())
            digest.update(b"\1")
        return digest.hexdigest()


class Loaded(NamedTuple):
    """A folder and the pack in it, or what is wrong with it."""

    files: PackFiles
    pack: Pack | None
    findings: tuple[Finding, ...]


def yaml_files(folder: Path) -> list[Path]:
    """The files of a pack folder, without its scenarios."""
    return sorted(p for p in folder.rglob("*.yaml") if SCENARIOS not in p.relative_to(folder).parts)


def read_texts(folder: Path, prefix: str = "") -> tuple[dict[str, str], list[Finding]]:
    """The texts of a folder by name relative to it; a file that is no UTF-8 text is a finding."""
    texts: dict[str, str] = {}
    findings: list[Finding] = []
    for path in yaml_files(folder):
        name = prefix + path.relative_to(folder).as_posix()
        try:
            texts[name] = path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, OSError) as error:
            findings.append(
                Finding(
                    "file_unreadable",
                    name,
                    1,
                    Text(f"文件无法读取（{error}）", f"the file cannot be read ({error})"),
                    Text("保存为 UTF-8 文本", "save it as UTF-8 text"),
                )
            )
    return texts, findings


def compiled(files: PackFiles, content_hash: str = "") -> Pack:
    """The pack of these texts (whose hash may be known), compiled once per process. Raises PackRefused."""
    key = content_hash or files.content_hash
    if key not in _compiled:
        _compiled[key] = load_pack(files.pack, files.library or None)
    return _compiled[key]


def load_folder(folder: Path, library: Path | None = None) -> Loaded:
    """Read and compile one pack folder, with the library beside it unless another is named."""
    library = folder.parent / LIBRARY if library is None else library
    texts, findings = read_texts(folder)
    shared, wrong = read_texts(library, f"{LIBRARY}/") if library.is_dir() else ({}, [])
    files = PackFiles(folder.name, texts, shared)
    findings += wrong
    if findings:
        return Loaded(files, None, tuple(findings))
    try:
        return Loaded(files, compiled(files), ())
    except PackRefused as refused:
        return Loaded(files, None, tuple(refused.findings))


def pack_folders(root: Path | None = None) -> list[Path]:
    """The folders of packs, in order of name."""
    root = settings.PACKS_DIR if root is None else root
    if not root.is_dir():
        return []
    return sorted(p.parent for p in root.glob("*/pack.yaml") if p.parent.name != LIBRARY)


def load_all(root: Path | None = None) -> Iterator[Loaded]:
    """Every pack folder, read and compiled."""
    for folder in pack_folders(root):
        yield load_folder(folder)


def find_folder(name: str, root: Path | None = None) -> Path | None:
    """The folder called so, or whose name begins with it and a hyphen; a path to a folder is taken as it is."""
    path = Path(name)
    if (path / "pack.yaml").is_file():
        return path.resolve()
    for folder in pack_folders(root):
        if folder.name == name or folder.name.startswith(f"{name}-"):
            return folder
    return None


def signature(root: Path) -> tuple[tuple[str, int, int], ...]:
    """Changes whenever a file below the folder does: name, time of change, size."""
    found = []
    for path in sorted(root.rglob("*.yaml")) if root.is_dir() else ():
        try:
            stat = path.stat()
        except OSError:
            continue
        found.append((path.as_posix(), stat.st_mtime_ns, stat.st_size))
    return tuple(found)
