"""House rules about our own files."""

from __future__ import annotations

import ast
import re
import tokenize
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sorted(p for folder in ("src", "tests", "scripts", "bench") for p in (ROOT / folder).rglob("*.py"))
SOURCE = sorted(p for p in (ROOT / "src").rglob("*") if p.suffix in {".py", ".html", ".txt", ".js", ".css"})
HAN = re.compile(r"[\u3400-\u9fff]")


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_no_module_is_longer_than_600_lines() -> None:
    long = {shown(p): n for p in PYTHON if (n := len(p.read_text(encoding="utf-8").splitlines())) > 600}
    assert long == {}


def test_no_module_is_called_utils() -> None:
    assert [shown(p) for p in PYTHON if p.stem in {"utils", "helpers", "misc"}] == []


def test_yaml_is_read_by_ruamel_only() -> None:
    """PyYAML reads 12:30 as 750 and swallows duplicate keys."""
    found = []
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [shown(path) for name in names if name.split(".")[0] == "yaml"]
    assert found == []


def test_no_pack_is_named_in_the_source() -> None:
    """The program knows regulations as data; which ones there are it learns from the folder."""
    packs = [p.name for p in settings.PACKS_DIR.glob("R[0-9][0-9]-*")] if settings.PACKS_DIR.exists() else []
    found = []
    for path in SOURCE:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".py":
            text = "\n".join(string for string, _line in code_strings(path))
        found += [f"{shown(path)}: {m}" for m in re.findall(r"\bR[0-4][0-9]\b", text)]
        found += [f"{shown(path)}: {name}" for name in packs if name in text]
    assert found == []


def apart_from_code(tree: ast.AST) -> set[int]:
    """The identities of the string nodes that are docstrings, or the Chinese half of a bilingual `Text(zh, en)`."""
    found = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text":
            found |= {id(part) for part in ast.walk(node)}
    return found


def code_strings(path: Path) -> list[tuple[str, int]]:
    """Every string of a module that is part of its code, with its line."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    apart = apart_from_code(tree)
    return [
        (node.value, node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in apart
    ]


READS_CHINESE = {
    "src/huiyin/intake/cleaning.py": "recognises the Chinese ways of writing a time",
    "src/huiyin/intake/files.py": "says in both languages what a file claims, piece by piece",
    "src/huiyin/demo/organisation.py": "the invented administrator has a Chinese name",
}
"""Modules whose Chinese is no message, with the reason."""


def test_no_chinese_stands_in_python_strings_of_the_django_side() -> None:
    """Text for people is English in the code and Chinese in the catalogue, but for the name of the product and examples
    of what may be typed."""
    allowed = re.compile(r"回音|事事有回音|3月12日")
    found = [
        f"{shown(p)}:{line}: {text[:40]!r}"
        for p in PYTHON
        if p.is_relative_to(ROOT / "src" / "huiyin") and shown(p) not in READS_CHINESE
        for text, line in code_strings(p)
        if HAN.search(allowed.sub("", text)) and p.parts[-3:-1] != ("management", "commands")
    ]
    assert found == []


def test_no_untranslated_text_stands_in_templates() -> None:
    """Text between tags is inside translate or blocktranslate."""
    found = []
    for path in SOURCE:
        if path.suffix != ".html":
            continue
        text = path.read_text(encoding="utf-8")
        if HAN.search(re.sub(r"中文|回音", "", text)):
            found.append(f"{shown(path)}: Chinese in a template")
        text = re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}|<!--.*?-->", "", text, flags=re.S)
        text = re.sub(
            r"{% blocktranslate.*?{% endblocktranslate %}|{% block body_class %}.*?{% endblock %}", "", text, flags=re.S
        )
        text = re.sub(r"<(script|style|kbd|code)\b.*?</\1>", "", text, flags=re.S)
        text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.S)
        text = re.sub(r"""<[^<>]*?(?:"[^"]*"[^<>]*?)*>""", "", text)
        words = re.findall(r"[A-Za-z]{3,}", text)
        found += [f"{shown(path)}: {word}" for word in words if word not in {"nbsp", "amp", "English", "middot", "SHA"}]
    assert found == []


def test_no_inline_script_or_style_stands_in_templates() -> None:
    """The content security policy would stop it, silently."""
    pattern = re.compile(r"<style|\sstyle=|\son[a-z]+=|hx-on|javascript:|<script(?![^>]*\ssrc=)", re.I)
    found = [
        f"{shown(p)}: {m.group()}"
        for p in SOURCE
        if p.suffix == ".html"
        for m in pattern.finditer(p.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_address_of_another_site_stands_in_templates_and_scripts() -> None:
    found = [
        f"{shown(p)}: {m}"
        for p in SOURCE
        if p.suffix in {".html", ".js", ".css"}
        for m in re.findall(r"https?://[^\s\"'<)]+", p.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_nothing_is_left_to_do_later() -> None:
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    found = []
    for path in PYTHON:
        with path.open("rb") as file:
            found += [
                f"{shown(path)}:{token.start[0]}"
                for token in tokenize.tokenize(file.readline)
                if token.type == tokenize.COMMENT and marks.search(token.string)
            ]
    assert found == []


@pytest.mark.parametrize(
    "path", sorted(p.parent for p in (ROOT / "src" / "huiyin").glob("*/apps.py")), ids=lambda p: p.name
)
def test_every_app_has_a_place_among_the_layers(path: Path) -> None:
    assert path.name in settings.LAYERS
    assert f"huiyin.{path.name}" in settings.HUIYIN_APPS
