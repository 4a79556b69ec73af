"""How a complainant uses the pages: read a form, send it, look."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client


def token_in(response: HttpResponse) -> str:
    """The token of the form on a page."""
    found = re.search(r'name="token" value="([^"]+)"', response.content.decode())
    assert found is not None, "there is no form on this page"
    return unescape(found[1])


def text_of(response: HttpResponse) -> str:
    """What is read on the page, without marks."""
    body = response.content.decode().partition("<main")[2]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()


@dataclass
class Complainant:
    """Somebody with a telephone in his hand, and no account."""

    address: str
    client: Client = field(default_factory=Client)
    number: str = ""
    secret: str = ""
    link: str = ""

    def complain(self, content: str = "三号楼漏水", **more: Any) -> HttpResponse:
        """Fill in the form and send it; what the last page gives is kept."""
        sent = {"token": token_in(self.client.get(self.address)), "content": content, **more}
        response = self.client.post(self.address, sent)
        assert response.status_code == 302, text_of(response)
        return self.keep_what_is_given(self.client.get(response["Location"]))

    def keep_what_is_given(self, page: HttpResponse) -> HttpResponse:
        """Number, secret and link of the last page."""
        html = page.content.decode()
        self.number, self.secret = re.findall(r"<dd>([^<]+)</dd>", html)[:2]
        self.link = re.search(r'href="(http[^"]+/follow/[^"]+)"', html)[1]  # type: ignore[index]
        return page

    def look(self) -> HttpResponse:
        """The page of the complaint, as it is open in this browser."""
        return self.client.get("/follow/case/")

    def follow(self, number: str, secret: str) -> HttpResponse:
        """Type number and secret."""
        return self.client.post("/follow/", {"number": number, "secret": secret})

    def do(self, act: str, **fields: Any) -> HttpResponse:
        """One of the acts open to him."""
        address = f"/follow/case/acts/{act}/"
        return self.client.post(address, {"token": token_in(self.client.get(address)), **fields})
