"""
Speed over HTTP: the intake of a complaint beside a bare Django view inserting the same rows, and the queue page at
growing numbers of cases.

    python bench/http_bench.py [--cases 1000,10000,100000] [--requests 150]

Everything runs on granian, as in production, in a folder of its own (SQLite), or in the database of DATABASE_URL, which
must be empty. What counts is processor time of the server processes (and, on PostgreSQL, of the back ends), read from
/proc before and after: it does not mind a busy machine as elapsed time does. The cases of the queue page are copies of
the demonstration's complaints, open ones among them (their projections; events of the open ones only, for no page reads
those of closed cases); the copies belong to copies of the people, as they would in an organisation that has so many.
"""

from __future__ import annotations

import argparse
import http.cookiejar
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[1]
TICKS = os.sysconf("SC_CLK_TCK")
GOAL_INTAKE, GOAL_FLAT = 0.5, 1.5
USER = "limin"


class Client:
    """A browser as far as this needs one."""

    def __init__(self, base: str) -> None:
        self.base = base
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._open = urllib.request.build_opener(jar).open

    def get(self, path: str) -> str:
        return str(self._open(self.base + path, timeout=120).read().decode())

    def post(self, path: str, fields: dict[str, str]) -> tuple[str, str]:
        """Send a form; (address it ends at, page)."""
        body = urllib.parse.urlencode(fields).encode()
        request = urllib.request.Request(self.base + path, body, {"Referer": self.base + path})  # noqa: S310 - our own
        with self._open(request, timeout=120) as answer:
            return answer.geturl(), answer.read().decode()

    def sign_in(self, password: str) -> None:
        page = self.get("/sign-in/")
        self.post("/sign-in/", {"csrfmiddlewaretoken": token(page), "username": USER, "password": password})


def token(page: str) -> str:
    """The CSRF token of a page."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]*)"', page)
    if found is None:
        raise RuntimeError("the page has no form")
    return found[1]


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""


@contextmanager
def served(application: str, settings: str, extra: dict[str, str]) -> Iterator[tuple[str, list[int]]]:
    """granian as `huiyin start` runs it; gives its address and the pids of its processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": settings, **extra}
    environment["PYTHONPATH"] = str(ROOT)
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "1", "--blocking-threads", "1", "--backpressure", "64", "--log-level", "warning", application),
    ]
    process = subprocess.Popen(command, env=environment, cwd=ROOT)
    try:
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
        time.sleep(1)
        yield f"http://127.0.0.1:{port}", [process.pid, *children(process.pid)]
    finally:
        process.terminate()
        process.wait(30)


def children(pid: int) -> list[int]:
    """The processes a process started, and theirs."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *children(int(child))]
    return found


def cpu_seconds(pids: list[int]) -> float:
    """Processor time of processes and of the PostgreSQL back ends of this database."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            pids = [*pids, *(row[0] for row in cursor.fetchall())]
    ticks = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except FileNotFoundError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS


def intake(client: Client, number: int) -> None:
    """One complaint through the desk's form: only the POST is measured, the page is fetched before."""
    page = client.get("/new/")
    fields = {
        "csrfmiddlewaretoken": token(page), "act": hidden(page, "act"), "content": f"第{number}件：外墙渗水",
        "channel": "phone", "customer": f"客户{number}", "phone": f"138{number:08d}", "category": "other",
        "promised_at": time.strftime("%Y-%m-%d 18:00", time.localtime(time.time() + 6 * 86400)), "within_duties": "yes",
        "at-token": hidden(page, "at-token"), "at-seq": hidden(page, "at-seq"),
    }  # fmt: skip
    client.post_measured(fields)  # type: ignore[attr-defined]


class Timed(Client):
    """Counts the server's processor time of the POSTs alone."""

    def __init__(self, base: str, pids: list[int]) -> None:
        super().__init__(base)
        self.pids, self.cpu, self.posts = pids, 0.0, 0

    def post_measured(self, fields: dict[str, str]) -> None:
        """A POST without following where it leads."""

        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_: object) -> None:
                return None

        cookies = "; ".join(f"{c.name}={c.value}" for c in self._jar())
        request = urllib.request.Request(  # noqa: S310 - our own server
            self.base + "/new/", urllib.parse.urlencode(fields).encode(),
            {"Referer": self.base + "/new/", "Cookie": cookies},
        )  # fmt: skip
        begin = cpu_seconds(self.pids)
        try:
            urllib.request.build_opener(Stay).open(request, timeout=60)
            raise RuntimeError("the intake was not taken")
        except urllib.error.HTTPError as answer:
            if answer.code not in (302, 303):
                raise RuntimeError(f"the intake ended in {answer.code}: {answer.read()[:400]!r}") from None
        self.cpu += cpu_seconds(self.pids) - begin
        self.posts += 1

    def _jar(self) -> Iterator[http.cookiejar.Cookie]:
        (processor,) = (h for h in self._open.__self__.handlers if isinstance(h, urllib.request.HTTPCookieProcessor))
        return iter(processor.cookiejar)


def written_rows(case_id: str) -> list[list[list[object]]]:
    """The rows that an intake wrote, table by table, as the bare view inserts them."""
    from bench.bare.urls import TABLES
    from django.db import connection

    found = []
    with connection.cursor() as cursor:
        for table in TABLES:
            key = "id" if table.columns[0] == "id" else "case_id"
            cursor.execute(f"SELECT {', '.join(table.columns)} FROM {table.name} WHERE {key} = %s", [case_id])  # noqa: S608
            rows = []
            for row in cursor.fetchall():
                values = dict(zip(table.columns, row, strict=True))
                for name in table.json:
                    values[name] = json.loads(values[name]) if isinstance(values[name], str) else values[name]
                rows.append(
                    [values[c].isoformat() if hasattr(values[c], "isoformat") else values[c] for c in table.columns]
                )
            found.append(rows)
    return found


def multiply(cases: int) -> int:
    """Copies of the demonstration's rows until there are so many cases; returns how many there are."""
    from django.db import connection

    from huiyin.cases import writing
    from huiyin.cases.models import Case

    here = Case.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM cases_case WHERE id NOT LIKE '%%~%%' AND type = 'complaint'")
        originals = cursor.fetchone()[0]
        while here < cases:
            suffix = f"~{here}"
            for table in (writing.EVENT, writing.CASE, writing.OBLIGATION, writing.PERSON):
                key = table.columns[0]
                renamed = (key, "number", "person")
                chosen = ", ".join(f"{c} || '{suffix}'" if c in renamed else c for c in table.columns)
                still = " AND closed_at IS NULL" if table is writing.EVENT else ""
                only = f"{key} IN (SELECT id FROM cases_case WHERE type = 'complaint'{still})"  # noqa: S608 - our names
                cursor.execute(
                    f"INSERT INTO {table.name} ({', '.join(table.columns)}) SELECT {chosen} FROM {table.name} "  # noqa: S608
                    f"WHERE {key} NOT LIKE '%%~%%' AND {only}"
                )
            here += originals
        cursor.execute("ANALYZE")
    return here


def pages(client: Client, pids: list[int], path: str, times: int) -> tuple[float, float]:
    """(processor ms, median elapsed ms) of a page."""
    client.get(path)
    client.get(path)
    elapsed = []
    begin = cpu_seconds(pids)
    for _ in range(times):
        start = time.perf_counter()
        client.get(path)
        elapsed.append((time.perf_counter() - start) * 1000)
    return (cpu_seconds(pids) - begin) * 1000 / times, statistics.median(elapsed)


def run(sizes: list[int], requests: int) -> list[str]:
    """Measure; returns the lines to print. The database is empty and ours."""
    from django.core.management import call_command
    from django.test.utils import CaptureQueriesContext

    from huiyin.cases.models import Case
    from huiyin.demo import PASSWORD

    call_command("migrate", verbosity=0)
    call_command("demo", stdout=open(os.devnull, "w"))  # noqa: SIM115
    lines = []
    with served("huiyin.wsgi:application", "huiyin.settings", {}) as (base, pids):
        client = Timed(base, pids)
        client.sign_in(PASSWORD)
        for number in range(20):
            intake(client, number)
        client.cpu, client.posts = 0.0, 0
        for number in range(20, 20 + requests):
            intake(client, number)
        ours = client.cpu * 1000 / client.posts
        last = Case.objects.order_by("-opened_at").filter(type="complaint", title__startswith="第").first()
        if last is None:
            raise RuntimeError("no intake arrived")
        rows_file = Path(os.environ["HUIYIN_VAR"]) / "bench_rows.json"
        rows_file.write_text(json.dumps(written_rows(last.pk), ensure_ascii=False), encoding="utf-8")
    with served("bench.bare.wsgi:application", "bench.bare.settings", {"HUIYIN_BENCH_ROWS": str(rows_file)}) as (
        base,
        pids,
    ):
        bare = Client(base)
        for _ in range(20):
            bare.post("/insert/", {"a": "1"})
        begin = cpu_seconds(pids)
        for _ in range(requests):
            bare.post("/insert/", {"a": "1"})
        yardstick = (cpu_seconds(pids) - begin) * 1000 / requests
    lines.append(
        f"intake over HTTP            {ours:6.2f} CPU ms   bare view, same rows {yardstick:6.2f} CPU ms   "
        f"ratio {yardstick / ours:.2f} (goal {GOAL_INTAKE})"
    )
    lines.append(f"SQL statements per intake   {statements(PASSWORD, CaptureQueriesContext):>6}   (goal 8)")
    first: dict[str, float] = {}
    for size in sizes:
        here = multiply(size)
        with served("huiyin.wsgi:application", "huiyin.settings", {}) as (base, pids):
            client = Client(base)
            client.sign_in(PASSWORD)
            for name, path in (("my day", "/my-day/"), ("register", "/register/R01/complaint/")):
                cpu, elapsed = pages(client, pids, path, 15)
                first.setdefault(name, cpu)
                lines.append(
                    f"{name:<10} at {here:>7,} cases {cpu:7.1f} CPU ms   median {elapsed:7.1f} ms   "
                    f"{cpu / first[name]:.2f} × the smallest (goal {GOAL_FLAT})"
                )
    return lines


def statements(password: str, capture: type) -> int:
    """SQL statements of one intake through the desk's form, session and user look-up counted, BEGIN/COMMIT not."""
    from django.db import connection
    from django.test import Client as TestClient

    client = TestClient(headers={"host": "localhost"})
    client.post("/sign-in/", {"username": USER, "password": password})
    page = client.get("/new/").content.decode()
    fields = {
        "act": hidden(page, "act"), "content": "外墙渗水", "channel": "phone", "customer": "某客户",
        "phone": "13800000000",
        "category": "other", "within_duties": "yes", "at-token": hidden(page, "at-token"), "at-seq": "0",
        "promised_at": time.strftime("%Y-%m-%d 18:00", time.localtime(time.time() + 6 * 86400)),
    }  # fmt: skip
    for attempt in range(2):
        fields["at-token"] = f"{attempt:032x}"
        with capture(connection) as queries:
            answer = client.post("/new/", fields)
        if answer.status_code not in (302, 303):
            raise RuntimeError(f"the intake ended in {answer.status_code}")
    passed_over = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA")
    return sum(not query["sql"].upper().startswith(passed_over) for query in queries.captured_queries)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", default="1000,10000,100000", help="sizes of the queue page")
    parser.add_argument("--requests", type=int, default=150)
    wanted = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HUIYIN_VAR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "huiyin.settings"
        django.setup()
        from django.core.management import call_command

        call_command("collectstatic", verbosity=0, interactive=False)
        for line in run([int(size) for size in wanted.cases.split(",")], wanted.requests):
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
