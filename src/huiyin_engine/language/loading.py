"""From the files of a pack folder to raw, shape-checked clauses and elements. The shell reads them."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import NamedTuple

from huiyin_engine.language.findings import Finding
from huiyin_engine.language.kinds import CLAUSE_KEYS, HEADER_KEYS, KINDS, Key
from huiyin_engine.language.pack import Clause, Source
from huiyin_engine.language.yaml_nodes import Map, Scalar, Seq, Tree, read_yaml
from huiyin_engine.texts import Text

HEADER_FILE = "pack.yaml"


class RawElement(NamedTuple):
    """An element with its keys checked for existence, before its sentences are compiled."""

    kind: str
    id: str
    body: Map
    source: Source


class RawPack(NamedTuple):
    header: Map | None
    clauses: tuple[Clause, ...]
    elements: tuple[RawElement, ...]
    file: str


class Reader:
    """Collects findings while the trees are taken apart."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def find(self, code: str, file: str, line: int, text: Text, way_out: Text, clause: str = "") -> None:
        self.findings.append(Finding(code, file, line, text, way_out, clause))

    def text(self, tree: Tree | None, file: str, clause: str = "") -> Text:
        """A bilingual text; one without both languages is a finding."""
        if not isinstance(tree, Scalar):
            line = tree.line if tree else 1
            self.shape(file, line, "中文 / English", clause)
            return Text("", "")
        try:
            return Text.parse(tree.value)
        except ValueError:
            self.find(
                "text_not_bilingual",
                file,
                tree.line,
                Text(f"“{tree.value}”缺一种文字", f"'{tree.value}' is not in both languages"),
                Text("写成 中文 / English", "write 中文 / English"),
                clause,
            )
            return Text(tree.value, tree.value)

    def shape(self, file: str, line: int, wanted: str, clause: str = "") -> None:
        self.find(
            "value_wrong_shape",
            file,
            line,
            Text(f"这里的写法不对，应为 {wanted}", f"this is not written as it should: {wanted}"),
            Text("见制度包参考", "see the pack reference"),
            clause,
        )

    def texts(self, tree: Tree | None, file: str, clause: str = "") -> dict[str, Text]:
        if tree is None:
            return {}
        if not isinstance(tree, Map):
            self.shape(file, tree.line, "name: 中文 / English", clause)
            return {}
        return {k: self.text(v, file, clause) for k, v in tree.items.items()}

    def words(self, tree: Tree | None, file: str, clause: str = "") -> tuple[str, ...]:
        if tree is None:
            return ()
        if isinstance(tree, Scalar):
            return tuple(tree.value.replace(",", " ").replace("，", " ").split())
        if isinstance(tree, Seq) and all(isinstance(i, Scalar) for i in tree.items):
            return tuple(i.value for i in tree.items if isinstance(i, Scalar))
        self.shape(file, tree.line, "a, b, c", clause)
        return ()

    def keys(self, body: Map, known: Mapping[str, Key], file: str, what: str, clause: str = "") -> None:
        """Unknown and missing keys are findings."""
        for key, line in body.lines.items():
            if key not in known:
                near = get_close_matches(key, list(known), 1)
                self.find(
                    "key_unknown",
                    file,
                    line,
                    Text(f"{what} 没有“{key}”这一项", f"{what} has no key '{key}'"),
                    Text(f"是否指 {near[0]}？", f"did you mean {near[0]}?")
                    if near
                    else Text("见制度包参考", "see the pack reference"),
                    clause,
                )
        for key, spec in known.items():
            if spec.required and key not in body.items:
                self.find(
                    "key_missing",
                    file,
                    body.line,
                    Text(f"{what} 缺少“{key}”", f"{what} lacks '{key}'"),
                    Text(f"写上 {key}：{spec.meaning.zh}", f"write '{key}': {spec.meaning.en}"),
                    clause,
                )


def read_files(files: Mapping[str, str], reader: Reader, is_library: bool = False) -> RawPack:
    """Take the texts of a pack folder apart (by file name; `pack.yaml` is the header, the others hold clauses).
    A library has no header."""
    header: Map | None = None
    clauses: list[Clause] = []
    elements: list[RawElement] = []
    for file in sorted(files):
        tree, findings = read_yaml(files[file], file)
        reader.findings += findings
        if tree is None:
            continue
        if file.rsplit("/", 1)[-1] == HEADER_FILE:
            if isinstance(tree, Map):
                header = tree
                reader.keys(tree, HEADER_KEYS, file, "pack.yaml")
            else:
                reader.shape(file, tree.line, "key: value")
            continue
        if not isinstance(tree, Seq):
            reader.shape(file, tree.line, "- clause: …")
            continue
        for item in tree.items:
            if isinstance(item, Map):
                _clause(item, file, reader, clauses, elements)
            else:
                reader.shape(file, item.line, "- clause: …")
    if header is None and not is_library:
        reader.find(
            "header_missing",
            HEADER_FILE,
            1,
            Text("没有 pack.yaml", "there is no pack.yaml"),
            Text("写上制度编号、名称、版本、岗位", "write id, title, version and posts"),
        )
    return RawPack(header, tuple(clauses), tuple(elements), HEADER_FILE)


def _clause(item: Map, file: str, reader: Reader, clauses: list[Clause], elements: list[RawElement]) -> None:
    number_tree = item.get("clause")
    number = number_tree.value if isinstance(number_tree, Scalar) else ""
    own = {k: v for k, v in item.items.items() if k in CLAUSE_KEYS}
    origin_tree = own.get("source")
    origin = origin_tree.value if isinstance(origin_tree, Scalar) else "text"
    rules = reader.texts(own.get("rules"), file, number)
    outside = reader.texts(own.get("outside"), file, number)
    silent = reader.texts(own.get("none stated"), file, number)
    carried = tuple(rules)
    found: list[tuple[str, str]] = []
    if "clause" not in item.items:
        reader.keys(Map(own, {}, item.line), CLAUSE_KEYS, file, "clause", number)
    for key, value in item.items.items():
        if key in CLAUSE_KEYS:
            continue
        kind, _, name = key.partition(" ")
        line = item.lines[key]
        if kind not in KINDS or not name.strip():
            near = get_close_matches(kind, [*KINDS, *CLAUSE_KEYS], 1)
            reader.find(
                "kind_unknown",
                file,
                line,
                Text(f"没有“{kind}”这种元素", f"there is no kind of element called '{kind}'"),
                Text(f"是否指 {near[0]}？", f"did you mean {near[0]}?") if near else Text(*_kinds()),
                number,
            )
            continue
        if not isinstance(value, Map):
            reader.shape(file, line, f"{key}: {{…}}", number)
            continue
        reader.keys(value, KINDS[kind], file, key, number)
        source_tree = value.get("source")
        own_origin = source_tree.value if isinstance(source_tree, Scalar) else origin
        own_rules = reader.words(value.get("rules"), file, number) or carried
        elements.append(RawElement(kind, name.strip(), value, Source(number, own_rules, own_origin, file, line)))
        found.append((kind, name.strip()))
    says = reader.text(own["says"], file, number) if "says" in own else None
    carried_by = reader.words(own.get("elements"), file, number)
    clauses.append(Clause(number, says, origin, rules, outside, silent, tuple(found), carried_by, file, item.line))


def _kinds() -> tuple[str, str]:
    return (f"可用：{'、'.join(KINDS)}", f"there are: {', '.join(KINDS)}")
