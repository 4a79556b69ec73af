"""Writes of the public side: a complaint comes in, a complainant does what is open to him."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.mail import send_mail
from django.db import IntegrityError, OperationalError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.cases import operations as cases
from huiyin.cases.models import Case
from huiyin.common.dates import current_instant
from huiyin.documents import operations as documents
from huiyin.documents.models import CaseFile
from huiyin.portal import secret
from huiyin.portal.models import PublicAccess, QrPlace
from huiyin.portal.offers import Offer
from huiyin.portal.public_words import ARRIVED, CHANNEL, FILES, channel_of, takes
from huiyin_engine.model.outcome import Act, Outcome, Refusal

TRIES = 3


class Received(NamedTuple):
    """A complaint that is in: the access to it, and whether this call opened it."""

    access: PublicAccess
    is_new: bool


def arrival_act(offer: Offer, inputs: Mapping[str, Any], marks: Sequence[str] = ()) -> Act:
    """The act by which a complaint arrives now, with what the page fills in itself: channel, time, names of files."""
    now = current_instant()
    rule = offer.arrival.act
    given = dict(inputs)
    channel = channel_of(offer.pack)
    if takes(rule, CHANNEL) and channel is not None:
        given[CHANNEL] = channel
    if takes(rule, ARRIVED):
        given[ARRIVED] = now
    if marks and takes(rule, FILES):
        given[FILES] = tuple(marks)
    return Act(
        rule.id,
        "",
        f"party:{offer.arrival.party}",
        now,
        now,
        given,
        pack=offer.pack.id,
        type=offer.arrival.type,
    )


def complain(offer: Offer, inputs: Mapping[str, Any], files: Sequence[UploadedFile], nonce: str) -> Received | Refusal:
    """
    Open the case of a complaint, with its files and the complainant's access, in one transaction.

    The same form (`nonce`) sent again, even at the same moment, gets the case it opened. Raises Unprocessable for a
    file that may not be kept, StorageFull if there is no room.
    """
    for attempt in range(1, TRIES + 1):
        known = PublicAccess.objects.filter(nonce=nonce).first()
        if known is not None:
            return Received(known, False)
        try:
            return _open(offer, inputs, files, nonce)
        except (IntegrityError, OperationalError):
            # The same form came twice at one moment, or two complaints lay in wait for one number.
            if attempt == TRIES:
                raise
    raise AssertionError("unreachable")


def _open(offer: Offer, inputs: Mapping[str, Any], files: Sequence[UploadedFile], nonce: str) -> Received | Refusal:
    with documents.written(files) as taken, transaction.atomic():
        act = arrival_act(offer, inputs, [one.mark for one in taken])
        answer = cases.perform(act, idempotency_key=f"portal:{nonce}")
        if isinstance(answer, Refusal):
            documents.discard(taken)
            return answer
        case_id = answer.changes[0].case
        access = PublicAccess.objects.create(
            case_id=case_id,
            number=Case.objects.values_list("number", flat=True).get(pk=case_id),
            party=offer.arrival.party,
            secret_hash=secret.digest_of(secret.secret_for(nonce)),
            nonce=nonce,
        )
        documents.attach(case_id, taken, act.actor or "")
    return Received(access, True)


def act_as_party(
    access: PublicAccess, act: str, inputs: Mapping[str, Any], files: Sequence[UploadedFile], nonce: str
) -> Outcome | Refusal:
    """
    Do an act that is open to the complainant on his case, files with it.

    Sent twice it is one act. Raises Unprocessable or StorageFull for files, NoSuchCase for a case disposed of.
    """
    actor = f"party:{access.party}"
    now = current_instant()
    documents.check_files(files, already=CaseFile.objects.filter(case_id=access.case_id).count() if files else 0)
    with documents.written(files) as taken, transaction.atomic():
        given = {**inputs, FILES: tuple(one.mark for one in taken)} if taken else dict(inputs)
        before = CaseFile.objects.filter(case_id=access.case_id, added_by=actor).count() if taken else 0
        answer = cases.perform(Act(act, access.case_id, actor, now, now, given), idempotency_key=f"portal:{nonce}")
        if isinstance(answer, Refusal) or (taken and before and _brought(access.case_id, taken)):
            documents.discard(taken)
            return answer
        documents.attach(access.case_id, taken, actor)
    return answer


def _brought(case_id: str, taken: Sequence[documents.Taken]) -> bool:
    """Whether the very files are on the case already: the form was sent twice."""
    digests = {one.sha256 for one in taken}
    return CaseFile.objects.filter(case_id=case_id, sha256__in=digests).count() >= len(digests)


def link_of(access: PublicAccess) -> str:
    """The whole address that opens the status page."""
    return settings.BASE_URL + reverse("portal:open_link", args=[secret.link_token(access)])


def mail_access(access: PublicAccess, address: str, words: str) -> None:
    """Send number, secret and link to the complainant. It says nothing of the matter: mail is read by others."""
    body = render_to_string(
        "portal/mail/received.txt",
        {
            "number": access.number,
            "secret": words,
            "link": link_of(access),
            "page": settings.BASE_URL + reverse("portal:follow"),
        },
    )
    subject = _("Your complaint %(number)s has arrived") % {"number": access.number}
    send_mail(subject, body, None, [address], fail_silently=True)


def close_place(place: QrPlace) -> None:
    """The poster counts no more; its address says so."""
    QrPlace.objects.filter(pk=place.pk, closed_at=None).update(closed_at=timezone.now())
