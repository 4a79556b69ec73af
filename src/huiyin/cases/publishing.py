"""News travel up: what was committed is told to whoever subscribed. A handler may run twice, so it must not mind.

Handlers run in the process that decided, after its commit; one that fails is logged and hinders nobody. Work that must
not be lost belongs into a background job that finds what is due by query.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from django.db import transaction

from huiyin_engine.model.events import Entry


class Published(NamedTuple):
    """One committed event."""

    case: str
    seq: int
    entry: Entry


Handler = Callable[[Sequence[Published]], None]
_handlers: list[Handler] = []


def subscribe(handler: Handler) -> Handler:
    """Call the handler with the events of every decision once it is committed. Twice is once."""
    if handler not in _handlers:
        _handlers.append(handler)
    return handler


def unsubscribe(handler: Handler) -> None:
    """Call it no more."""
    if handler in _handlers:
        _handlers.remove(handler)


def publish_on_commit(news: Sequence[Published]) -> None:
    """Tell the subscribers when the running transaction commits; never if it does not."""
    if news:
        for handler in tuple(_handlers):
            transaction.on_commit(_telling(handler, news), robust=True)


def _telling(handler: Handler, news: Sequence[Published]) -> Callable[[], None]:
    def tell() -> None:
        handler(news)

    return tell
