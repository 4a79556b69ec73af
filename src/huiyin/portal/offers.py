"""What the public may complain under: the adopted regulations that let a party open a case."""

from __future__ import annotations

from typing import NamedTuple

from huiyin.common.dates import current_instant
from huiyin.organisation.queries import adopted, directory_revision
from huiyin.portal.fields import in_words
from huiyin.portal.public_words import Arrival, arrival
from huiyin.procedures import installed
from huiyin_engine.language.pack import Pack


class Offer(NamedTuple):
    """A regulation and the way a case comes in under it."""

    pack: Pack
    arrival: Arrival

    @property
    def title(self) -> str:
        """The regulation's name for the present reader."""
        return in_words(self.pack.title)

    @property
    def type_name(self) -> str:
        """What the case is called."""
        return in_words(self.pack.cases[self.arrival.type].name)


def offers() -> list[Offer]:
    """Every offer, in the order of adoption."""
    installed.refresh()
    packs = installed.packs_at(current_instant(), directory_revision())
    found = []
    for adoption in adopted():
        try:
            pack = packs[adoption.pack]
        except KeyError:
            continue
        way = arrival(pack)
        if way is not None:
            found.append(Offer(pack, way))
    return found


def offer(pack_id: str) -> Offer | None:
    """The offer of one regulation, or None."""
    return next((o for o in offers() if o.pack.id == pack_id), None)
