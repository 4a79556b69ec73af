"""The hash chain of a case: over salted digests, so that texts may go while the chain stays.

    digest = sha256(salt + canonical JSON of the event)
    hash   = sha256(hash before + canonical JSON of [code, at, recorded_at, digest])

The first event of a case builds on the digest of the case id. Instants are the engine's integers.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from hashlib import sha256
from typing import Any, NamedTuple

SALT_BYTES = 16
_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


class Link(NamedTuple):
    """What the chain adds to an event."""

    salt: str
    digest: str
    previous: str
    hash: str


def canonical(value: Any) -> str:
    """JSON with sorted keys and nothing between the tokens: one value, one text."""
    return _ENCODER.encode(value)


def genesis(case_id: str) -> str:
    """The hash that the first event of a case builds on."""
    return sha256(case_id.encode()).hexdigest()


def digest_of(salt: str, data: str) -> str:
    """The salted digest of an event's canonical JSON."""
    return sha256((salt + data).encode()).hexdigest()


def hash_of(previous: str, code: str, at: int, recorded_at: int, digest: str) -> str:
    """The hash of an event; `code` and instants are part of it, the data through its digest."""
    return sha256((previous + canonical([code, at, recorded_at, digest])).encode()).hexdigest()


def chain(previous: str, events: Iterable[tuple[str, int, int, str]]) -> list[Link]:
    """Link events (code, at, recorded_at, canonical JSON) to the hash before them."""
    events = list(events)
    salts = os.urandom(SALT_BYTES * len(events)).hex()
    links: list[Link] = []
    for i, (code, at, recorded_at, data) in enumerate(events):
        salt = salts[i * 2 * SALT_BYTES : (i + 1) * 2 * SALT_BYTES]
        digest = digest_of(salt, data)
        hashed = hash_of(previous, code, at, recorded_at, digest)
        links.append(Link(salt, digest, previous, hashed))
        previous = hashed
    return links


def root_of(previous: str, leaves: str) -> str:
    """The root of a day over its leaves and the root before it."""
    return sha256((previous + leaves).encode()).hexdigest()
