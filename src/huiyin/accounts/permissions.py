"""What posts and the administrator's flag allow, as predicates (`rules`); code asks for permissions, never for groups.

An app that knows more adds permissions of its own, built from these predicates.
"""

from __future__ import annotations

import rules
from django.utils import timezone

from huiyin.accounts.models import User


@rules.predicate
def is_administrator(user: User) -> bool:
    """An active administrator."""
    return user.is_authenticated and user.is_active and user.is_administrator


@rules.predicate
def has_person(user: User) -> bool:
    """The account belongs to a person of the organisation, who is there today."""
    return user.is_authenticated and user.person is not None and user.person.is_active_on(timezone.localdate())


def holds_post(*posts: str, pack: str = "") -> rules.Predicate:
    """
    A predicate: the user's person holds, right now, one of the posts, in any unit.

    With `pack`, an appointment counts that was made for that pack or for every pack.
    """

    @rules.predicate(f"holds_post:{pack}:{','.join(posts)}")
    def holds(user: User) -> bool:
        return has_person(user) and user.person is not None and user.person.holds_post_now(posts, pack)

    return holds


rules.add_perm("accounts.manage", is_administrator)
rules.add_perm("organisation.manage", is_administrator)
