"""The packs this installation can run: those in the packs folder, and every version a case was opened under.

A broken pack is refused with its findings and the version loaded before stays in use. Nothing is compiled before
somebody runs it; everything is kept per process.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from huiyin.common.dates import instant_of
from huiyin.common.health import Finding, Level
from huiyin.organisation.models import Adoption, Parameter
from huiyin.organisation.posts import PackNeeds
from huiyin.procedures import folders
from huiyin.procedures.models import PackVersion
from huiyin.procedures.summaries import needs_of, summary_of
from huiyin_engine.codec import decode_value
from huiyin_engine.instants import day_of, parse_day
from huiyin_engine.language import findings as language
from huiyin_engine.language.compiling import FactType
from huiyin_engine.language.elements import typed_value
from huiyin_engine.language.pack import Pack

LOOK_EVERY_SECONDS = 5.0
_log = logging.getLogger(__name__)


class Known(NamedTuple):
    """A version that can be run: the row it is stored in, and from which day on it applies."""

    pack: str
    version: str
    content_hash: str
    applies_from: int
    summary: dict[str, Any]


class Refused(NamedTuple):
    """A folder that holds no good pack now, and why."""

    folder: str
    findings: tuple[language.Finding, ...]


class _Library:
    """What this process knows of the packs folder and of the stored versions."""

    def __init__(self) -> None:
        self.looking = threading.Lock()
        self.looked_at = float("-inf")
        self.signature: object = None
        self.known: dict[tuple[str, str], Known] = {}
        self.texts: dict[str, folders.PackFiles] = {}
        self.refused: tuple[Refused, ...] = ()
        self.changed: tuple[tuple[str, str], ...] = ()
        self.on_disk: frozenset[str] = frozenset()

    def refresh(self) -> None:
        """Look at the folder again, if the last look is some seconds old. Only the very first look is waited for."""
        if time.monotonic() - self.looked_at < LOOK_EVERY_SECONDS:
            return
        if not self.looking.acquire(blocking=self.signature is None):
            return
        try:
            if time.monotonic() - self.looked_at < LOOK_EVERY_SECONDS:
                return
            found = folders.signature(settings.PACKS_DIR)
            if found != self.signature:
                self._read(settings.PACKS_DIR)
                self.signature = found
            self.looked_at = time.monotonic()
        finally:
            self.looking.release()

    def _ready(self) -> None:
        """Have looked at least once. Later looks write what is new, which is no business of a running transaction."""
        if self.signature is None:
            self.refresh()

    def _read(self, root: Path) -> None:
        self.read_stored()
        refused, changed, on_disk = [], [], set()
        for folder in folders.pack_folders(root):
            loaded = self._read_folder(folder)
            if isinstance(loaded, Refused):
                _log.error("Pack folder %s refused: %s", folder.name, loaded.findings[0].in_language("en"))
                refused.append(loaded)
                continue
            on_disk.add(loaded.pack)
            before = self.known.get((loaded.pack, loaded.version))
            if before is not None and before.content_hash != loaded.content_hash:
                changed.append((loaded.pack, loaded.version))
            self.known[(loaded.pack, loaded.version)] = loaded
        self.refused, self.changed, self.on_disk = tuple(refused), tuple(changed), frozenset(on_disk)

    def _read_folder(self, folder: Path) -> Known | Refused:
        texts, wrong = folders.read_texts(folder)
        shared, wrong_library = folders.read_texts(folder.parent / folders.LIBRARY, f"{folders.LIBRARY}/")
        if wrong or wrong_library:
            return Refused(folder.name, (*wrong, *wrong_library))
        files = folders.PackFiles(folder.name, texts, shared)
        content_hash = files.content_hash
        stored = PackVersion.objects.filter(content_hash=content_hash).defer("files").first()
        if stored is not None:
            self.texts[content_hash] = files
            return _known(stored)
        try:
            pack = folders.compiled(files)
        except language.PackRefused as refused:
            return Refused(folder.name, tuple(refused.findings))
        self.texts[content_hash] = files
        stored, _created = PackVersion.objects.get_or_create(
            pack=pack.id,
            version=pack.version,
            content_hash=content_hash,
            defaults={
                "applies_from": date.fromisoformat(pack.applies_from),
                "files": {"pack": dict(texts), "library": dict(shared)},
                "summary": summary_of(pack),
                "loaded_at": timezone.now(),
            },
        )
        return _known(stored)

    def read_stored(self) -> None:
        """Learn of versions that other processes loaded, or that were loaded before this one began."""
        for row in PackVersion.objects.defer("files").order_by("loaded_at", "pk"):
            self.known[(row.pack, row.version)] = _known(row)

    def get(self, pack: str, version: str) -> Pack:
        """A version, compiled. Raises KeyError for one that was never loaded here."""
        self._ready()
        if (pack, version) not in self.known:
            self.read_stored()
        known = self.known[(pack, version)]
        files = self.texts.get(known.content_hash)
        if files is None:
            row = PackVersion.objects.get(pack=pack, version=version, content_hash=known.content_hash)
            files = folders.PackFiles(pack, row.files["pack"], row.files["library"])
            self.texts[known.content_hash] = files
        return folders.compiled(files, known.content_hash)

    def newest(self, pack: str, at: int) -> Known:
        """The version that applies at an instant: the last to apply by then; the first there is before all of them."""
        self._ready()
        versions = sorted((k for k in list(self.known.values()) if k.pack == pack), key=lambda k: k.applies_from)
        if not versions:
            raise KeyError(pack)
        applying = [k for k in versions if k.applies_from <= day_of(at)]
        return applying[-1] if applying else versions[0]


def _known(row: PackVersion) -> Known:
    return Known(row.pack, row.version, row.content_hash, parse_day(row.applies_from.isoformat()), row.summary)


_library = _Library()


def refresh() -> None:
    """Look at the packs folder. Done before a transaction begins, what it stores is not undone with it."""
    _library.refresh()


def forget() -> None:
    """Know nothing, as a process that has just begun."""
    global _library  # noqa: PLW0603 - the one place where the process's library is replaced
    _library = _Library()
    _settled.clear()


def pack(pack_id: str, version: str) -> Pack:
    """A version of a pack. Raises KeyError for one that was never loaded here."""
    return _library.get(pack_id, version)


def known_packs() -> list[Known]:
    """Every version that can be run, by pack and day of application."""
    _library.refresh()
    return sorted(_library.known.values(), key=lambda k: (k.pack, k.applies_from))


def refused() -> tuple[Refused, ...]:
    """The folders that hold no good pack now."""
    _library.refresh()
    return _library.refused


def needs() -> Iterable[PackNeeds]:
    """What the packs at hand need of the organisation, in the version that applies now."""
    _library.refresh()
    now = instant_of(timezone.now())
    for pack_id in sorted({k.pack for k in _library.known.values()}):
        known = _library.newest(pack_id, now)
        yield needs_of(known.pack, known.version, known.summary)


class _Settled(NamedTuple):
    """Adoptions (pack, version, since, until) and parameters (pack, name, value, since), in order of beginning."""

    adoptions: tuple[tuple[str, str, int, int | None], ...]
    parameters: tuple[tuple[str, str, Any, int], ...]


_settled: dict[str, _Settled] = {}


def _settled_in(revision: str) -> _Settled:
    kept = _settled.get(revision)
    if kept is None:
        kept = _Settled(
            tuple(
                (a.pack, a.version, instant_of(a.since), None if a.until is None else instant_of(a.until))
                for a in Adoption.objects.order_by("since", "pk")
            ),
            tuple((p.pack, p.name, p.value, instant_of(p.since)) for p in Parameter.objects.order_by("since", "pk")),
        )
        _settled.clear()
        _settled[revision] = kept
    return kept


def packs_at(at: int, revision: str) -> Mapping[Any, Pack]:
    """Packs by (id, version), and by id the version adopted at the instant, else the one that applies by its date."""
    adopted = {
        pack_id: version
        for pack_id, version, since, until in _settled_in(revision).adoptions
        if since <= at and (until is None or at < until)
    }

    def find(key: Any) -> Pack:
        if isinstance(key, tuple):
            return _library.get(*key)
        if key in adopted:
            return _library.get(key, adopted[key])
        return _library.get(key, _library.newest(key, at).version)

    return _Computed(find, lambda: {k.pack for k in known_packs()} | {(k.pack, k.version) for k in known_packs()})


def parameters_at(at: int, revision: str) -> Mapping[str, Mapping[str, Any]]:
    """Confirmed parameters by pack, typed as the pack in force types them; defaults are the engine's business."""
    packs = packs_at(at, revision)
    given = [p for p in _settled_in(revision).parameters if p[3] <= at]

    def find(pack_id: str) -> Mapping[str, Any]:
        mine = {name: value for pack, name, value, _since in given if pack == pack_id}
        if not mine:
            raise KeyError(pack_id)
        types = packs[pack_id].parameters
        return {name: typed_parameter(value, types[name].type) for name, value in mine.items() if name in types}

    return _Computed(find, lambda: {p[0] for p in given})


def typed_parameter(value: Any, kind: FactType) -> Any:
    """A parameter as it is stored, as a value of its type; unknown if it cannot be one."""
    if isinstance(value, str):
        try:
            return typed_value(value, kind)
        except (ValueError, ArithmeticError):
            return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return typed_parameter(str(value), kind)
    return decode_value(value)


class _Computed(Mapping[Any, Any]):
    """A mapping whose values are computed when they are asked for."""

    __slots__ = ("_find", "_keys")

    def __init__(self, find: Callable[[Any], Any], keys: Callable[[], Iterable[Any]]) -> None:
        self._find = find
        self._keys = keys

    def __getitem__(self, key: Any) -> Any:
        return self._find(key)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._keys())

    def __len__(self) -> int:
        return len(list(self._keys()))


def health() -> Iterable[Finding]:
    """Does the packs folder hold together, and was nothing changed under a version number already in use?"""
    language_code = get_language() or settings.LANGUAGE_CODE
    for one in refused():
        yield Finding(
            Level.FAILURE,
            _("The regulation in %(folder)s is refused (%(count)d findings). First: %(finding)s")
            % {
                "folder": one.folder,
                "count": len(one.findings),
                "finding": one.findings[0].in_language(language_code),
            },
            _("`huiyin check-pack` lists every finding. The version loaded before stays in use."),
        )
    for pack_id, version in _library.changed:
        yield Finding(
            Level.WARNING,
            _("%(pack)s was changed without a new version number: cases of version %(version)s now follow the change.")
            % {"pack": pack_id, "version": version},
            _("Raise the version number in pack.yaml."),
        )
    if not refused():
        yield Finding(
            Level.FINE, _("%(count)d regulations can be run.") % {"count": len({k.pack for k in known_packs()})}
        )
