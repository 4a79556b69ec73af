"""
Make the pictures of the documentation, docs/images/*.png, from a fresh demonstration.

    python -m scripts.screenshots [--base-url http://localhost:8000]

Without an address it makes a demonstration of its own in a temporary folder, serves it, and removes it again.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from huiyin.demo import PASSWORD

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "images"
CHROMIUM = os.environ.get("HUIYIN_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
DESK, PHONE = (1440, 900), (390, 844)
WAIT_SECONDS = 120


class Shot(NamedTuple):
    """A picture: its name, who is signed in, which page, and what is clicked on the way (the first link that fits)."""

    name: str
    user: str
    path: str
    click: tuple[str, ...] = ()
    language: str = "zh-hans"
    size: tuple[int, int] = DESK


CASE = ('a[href^="/cases/TS-"]',)
SHOTS = (
    Shot("my-day", "limin", "/my-day/"),
    Shot("my-day-en", "limin", "/my-day/", language="en"),
    Shot("my-day-phone", "wangqiang", "/my-day/", size=PHONE),
    Shot("case", "limin", "/my-day/", CASE),
    Shot("case-en", "limin", "/my-day/", CASE, language="en"),
    Shot("new-complaint", "limin", "/new/"),
    Shot("why-this-date", "limin", "/my-day/", (*CASE, 'a[href*="/why/"]')),
    Shot("regulation", "helan", "/regulation/R01/"),
    Shot("regulation-en", "helan", "/regulation/R01/", language="en"),
)


def main() -> int:
    """Make every picture; 1 if one could not be made."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base-url", help="a running demonstration")
    wanted = parser.parse_args()
    if CHROMIUM is None:
        print("No Chromium here (Debian: apt-get install chromium fonts-noto-cjk).", file=sys.stderr)
        return 1
    TARGET.mkdir(parents=True, exist_ok=True)
    with _served(wanted.base_url) as base_url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for shot in SHOTS:
            _take(browser, base_url, shot)
            print(f"docs/images/{shot.name}.png")
        browser.close()
    return 0


@contextmanager
def _served(base_url: str | None) -> Iterator[str]:
    if base_url:
        yield base_url.rstrip("/")
        return
    with socket.socket() as free, tempfile.TemporaryDirectory() as folder:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        settings = {**os.environ, "HUIYIN_VAR": folder, "HUIYIN_PORT": str(port)}
        settings.pop("DATABASE_URL", None)
        server = subprocess.Popen([sys.executable, "-m", "huiyin.command", "start"], env=settings)
        try:
            url = f"http://localhost:{port}"
            _wait_for(url)
            yield url
        finally:
            server.terminate()
            server.wait(30)


def _wait_for(url: str) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        try:
            urlopen(f"{url}/sign-in/", timeout=5).close()  # noqa: S310 - our own server
            return
        except (URLError, OSError):
            time.sleep(0.5)
    raise RuntimeError(f"{url} did not answer within {WAIT_SECONDS} s")


def _take(browser: Browser, base_url: str, shot: Shot) -> None:
    width, height = shot.size
    locale = "en-GB" if shot.language == "en" else "zh-CN"
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale=locale, timezone_id="Asia/Shanghai"
    )
    page = context.new_page()
    page.goto(f"{base_url}{shot.path}")
    page.fill('input[name="username"]', shot.user)
    page.fill('input[name="password"]', PASSWORD)
    page.click('main button[type="submit"], form:has(input[name="password"]) button')
    page.wait_for_load_state("networkidle")
    page.goto(f"{base_url}{shot.path}")
    for selector in shot.click:
        _follow(page, base_url, selector)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=TARGET / f"{shot.name}.png")
    context.close()


def _follow(page: Page, base_url: str, selector: str) -> None:
    address = page.locator(selector).first.get_attribute("href")
    if address is None:
        raise RuntimeError(f"{page.url} has nothing like {selector}")
    page.goto(address if address.startswith("http") else base_url + address)


if __name__ == "__main__":
    raise SystemExit(main())
