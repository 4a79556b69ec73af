"""Declaring what a pack names, compiling every sentence against it, and refusing what does not hold together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from huiyin_engine.language import elements
from huiyin_engine.language.checks import check_built
from huiyin_engine.language.compiling import FactType, Scope, Sentence, compile_sentence
from huiyin_engine.language.findings import PackRefused
from huiyin_engine.language.kinds import CASE_KEYS, POST_KEYS
from huiyin_engine.language.loading import HEADER_FILE, RawElement, RawPack, Reader, read_files
from huiyin_engine.language.pack import CaseType, Clause, Fact, Pack, Post, Source
from huiyin_engine.language.sentences import RESERVED, SentenceError
from huiyin_engine.language.yaml_nodes import Map, Scalar, Seq, Tree
from huiyin_engine.texts import Text

FACT_TYPES = {
    *(
        [
            "text",
            "yes/no",
            "choice",
            "money",
            "number",
            "share",
            "instant",
            "date",
            "person",
            "unit",
            "post",
            "place",
            "file",
            "month",
            "period",
        ]
    ),
}


def load_pack(files: Mapping[str, str], library: Mapping[str, str] | None = None) -> Pack:
    """Read, check and compile a pack from the texts of its files (and of the library it builds on).

    Raises PackRefused with every finding if anything is wrong.
    """
    reader = Reader()
    raw = read_files(files, reader)
    base = read_files(library, reader, is_library=True) if library else None
    if reader.findings or raw.header is None:
        raise PackRefused(reader.findings)
    builder = Builder(reader, raw, base)
    pack = builder.build()
    if reader.findings or pack is None:
        raise PackRefused(sorted(reader.findings, key=lambda f: (f.file, f.line)))
    return pack


class Builder:
    """Holds what is declared while the elements are compiled."""

    def __init__(self, reader: Reader, raw: RawPack, base: RawPack | None) -> None:
        assert raw.header is not None  # noqa: S101 -- load_pack refuses a pack without one
        self.reader = reader
        self.raw = raw
        self.header: Map = raw.header
        self.elements = self._merge(base)
        self.library_clauses = self._used_clauses(base)
        self.posts: dict[str, Post] = {}
        self.cases: dict[str, CaseType] = {}
        self.parties: dict[str, Text] = {}
        self.aliases: dict[str, str] = {}
        self.facts: dict[str, Fact] = {}
        self.scope = Scope()

    def _merge(self, base: RawPack | None) -> list[RawElement]:
        """Library elements first; a pack redefines whole elements, or does without them."""
        own = {(e.kind, e.id) for e in self.raw.elements}
        without = set(self.reader.words(self.header.get("without"), HEADER_FILE))
        wanted = set(self.reader.words(self.header.get("builds on"), HEADER_FILE))
        inherited = []
        for element in base.elements if base else ():
            part = element.source.file.rsplit("/", 1)[-1].removesuffix(".yaml")
            if part in wanted and (element.kind, element.id) not in own and element.id not in without:
                inherited.append(element)
        self._check_library(base, wanted, without)
        seen: dict[tuple[str, str], RawElement] = {}
        for element in self.raw.elements:
            key = (element.kind, element.id)
            if key in seen:
                self.problem(
                    element,
                    "element_twice",
                    Text(f"{element.kind} {element.id} 定义了两次", f"{element.kind} {element.id} is defined twice"),
                    Text("保留一处", "keep one"),
                )
            seen[key] = element
        return [*inherited, *self.raw.elements]

    def _check_library(self, base: RawPack | None, wanted: set[str], without: set[str]) -> None:
        """A part built on, or an element done without, that the library does not have is a finding."""
        parts = {c.file.rsplit("/", 1)[-1].removesuffix(".yaml") for c in (base.clauses if base else ())}
        known = {e.id for e in (base.elements if base else ())}
        for key, missing, there in (("builds on", wanted - parts, parts), ("without", without - known, known)):
            for name in sorted(missing):
                self.reader.find(
                    "name_unknown",
                    HEADER_FILE,
                    self.header.lines[key],
                    Text(f"公共部分没有 {name}", f"the library has no {name}"),
                    Text(
                        f"可用：{'、'.join(sorted(there)) or '无'}", f"there are: {', '.join(sorted(there)) or 'none'}"
                    ),
                )

    def _used_clauses(self, base: RawPack | None) -> tuple[Clause, ...]:
        if base is None:
            return ()
        files = {e.source.file for e in self.elements} - {e.source.file for e in self.raw.elements}
        return tuple(c for c in base.clauses if c.file in files)

    def problem(self, element: RawElement, code: str, text: Text, way_out: Text, line: int | None = None) -> None:
        source = element.source
        self.reader.find(code, source.file, line or source.line, text, way_out, source.clause)

    # -- declaring ---------------------------------------------------------------------------------------------------

    def build(self) -> Pack | None:
        self._header()
        self._declare()
        if self.reader.findings:
            return None
        built = elements.build_all(self)
        if not self.reader.findings:
            check_built(self, built)
        self._check_rules()
        if self.reader.findings:
            return None
        header = self.header.items
        assert isinstance(header["pack"], Scalar)  # noqa: S101 -- checked as required
        pack = Pack(
            id=header["pack"].value,
            version=self._scalar(header["version"]),
            title=self.reader.text(header["title"], HEADER_FILE),
            applies_from=self._scalar(header["applies from"]),
            posts=self.posts,
            aliases=self.aliases,
            parties=self.parties,
            cases=self.cases,
            clauses=(*self.library_clauses, *self.raw.clauses),
            facts=built.pop("facts"),
            defaults={n: q.default for n, q in built["parameters"].items() if q.default is not None},
            **built,
        )
        from huiyin_engine.nodes import build_nodes

        object.__setattr__(pack, "nodes", {case: build_nodes(pack, case) for case in pack.cases})
        return pack

    def _scalar(self, tree: Tree | None) -> str:
        return tree.value if isinstance(tree, Scalar) else ""

    def _header(self) -> None:
        reader, header = self.reader, self.header
        posts = header.get("posts")
        if isinstance(posts, Map):
            for rank, (name, body) in enumerate(posts.items.items()):
                self._post(name, body, rank, posts.lines[name])
        for post in self.posts.values():
            if post.answers_to and post.answers_to not in self.posts:
                reader.find(
                    "post_unknown",
                    HEADER_FILE,
                    header.lines["posts"],
                    Text(
                        f"{post.id} 的上级 {post.answers_to} 没有定义",
                        f"{post.id} answers to unknown {post.answers_to}",
                    ),
                    Text("在 posts 中补上", "define it under posts"),
                )
        cases = header.get("cases")
        if isinstance(cases, Map):
            for name, body in cases.items.items():
                self._case(name, body, cases.lines[name])
        else:
            self.cases["complaint"] = CaseType("complaint", Text("投诉", "Complaint"), "HY", None, None)
        self.parties = reader.texts(header.get("parties"), HEADER_FILE)
        bound = header.get("as")
        if isinstance(bound, Map):
            self.aliases = {k: self._scalar(v) for k, v in bound.items.items()}

    def _post(self, name: str, body: Tree, rank: int, line: int) -> None:
        if isinstance(body, Scalar):
            body = Map({"name": body}, {"name": body.line}, body.line)
        if not isinstance(body, Map):
            self.reader.shape(HEADER_FILE, line, "post: {name: …, answers to: …}")
            return
        self.reader.keys(body, POST_KEYS, HEADER_FILE, f"posts.{name}")
        given = self._scalar(body.get("rank"))
        self.posts[name] = Post(
            name,
            self.reader.text(body.get("name"), HEADER_FILE),
            int(given) if given.lstrip("-").isdigit() else rank,
            self._scalar(body.get("answers to")) or None,
            self._scalar(body.get("per")) == "unit",
        )

    def _case(self, name: str, body: Tree, line: int) -> None:
        if not isinstance(body, Map):
            self.reader.shape(HEADER_FILE, line, "case: {name: …}")
            return
        self.reader.keys(body, CASE_KEYS, HEADER_FILE, f"cases.{name}")
        self.cases[name] = CaseType(
            name,
            self.reader.text(body.get("name"), HEADER_FILE),
            self._scalar(body.get("number")) or name.upper(),
            self._scalar(body.get("stands for")) or None,
            self._scalar(body.get("subject")) or None,
        )

    def _declare(self) -> None:
        facts: dict[str, FactType] = {}
        rows: dict[str, dict[str, FactType]] = {}
        parameters: dict[str, FactType] = {}
        owes: dict[str, str] = {}
        tables: dict[str, dict[str, Any]] = {}
        skips: dict[str, str] = {}
        links: set[str] = set()
        names: dict[str, set[str]] = {"act": set(), "holder": set()}
        for element in self.elements:
            if element.id in RESERVED or not element.id.isidentifier() or not element.id.isascii():
                self.problem(
                    element,
                    "name_not_allowed",
                    Text(f"“{element.id}”不能作名称", f"'{element.id}' cannot be a name"),
                    Text("用小写英文、数字、下划线，避开保留字", "use lower-case letters, digits, _; no reserved word"),
                )
            body = element.body
            match element.kind:
                case "fact":
                    facts[element.id] = self.fact_type(element)
                case "rows":
                    rows[element.id] = self._row_types(element)
                case "parameter":
                    parameters[element.id] = FactType(self._scalar(body.get("type")))
                case "table":
                    tables[element.id] = self._table_values(element)
                case "owe":
                    owes[element.id] = self.strength(element)
                case "open":
                    links.add(self._scalar(body.get("link")))
                    if back := self._scalar(body.get("back")):
                        links.add(back)
                case "act" | "holder":
                    names[element.kind].add(element.id)
                    if skip := self._scalar(body.get("skip if")):
                        skips[element.id] = skip
        for element in self.elements:
            if element.kind == "act":
                facts.update(elements.inline_facts(self, element))
        self.scope = Scope(
            facts=facts,
            parameters=parameters,
            acts=frozenset(names["act"]),
            owes=owes,
            holders=frozenset(names["holder"]),
            posts=frozenset(self.posts),
            rows=rows,
            links=frozenset(links),
            measures=frozenset(e.id for e in self.elements if e.kind == "measure"),
            tables=tables,
            skips=skips,
            afters=self._afters(),
            aliases=self.aliases,
        )
        extras = {}
        for alias, meaning in self.aliases.items():
            try:
                sentence = compile_sentence(meaning, self.scope)
            except SentenceError as wrong:
                self.reader.find(
                    "sentence_wrong",
                    HEADER_FILE,
                    self.header.lines.get("as", 1),
                    wrong.text,
                    Text("改正这句话", "mend the sentence"),
                )
                continue
            from huiyin_engine.language.compiling import _Compiler

            code = _Compiler(self.scope).code(sentence.node)
            extras[alias] = (code.src, code.type)
        extras["nobody"] = ("None", "selector")
        extras["anyone"] = ("('anyone',)", "selector")
        extras.update({party: (f"('party', {party!r})", "selector") for party in self.parties})
        self.scope = self.scope.with_extras(**extras)

    def _afters(self) -> dict[str, tuple[str, ...]]:
        """The steps each act comes after. Steps that wait for each other are a finding and are left out."""
        acts = {e.id: e for e in self.elements if e.kind == "act"}
        afters = {name: self.words(element, "after") for name, element in acts.items()}
        for name, element in acts.items():
            path = _circle(name, afters)
            if path:
                circle = " → ".join(path)
                self.problem(
                    element,
                    "steps_in_circle",
                    Text(f"步骤互相等待：{circle}", f"steps wait for each other: {circle}"),
                    Text("去掉其中一个 after", "take one 'after' out"),
                )
                afters[name] = ()
        return afters

    def fact_type(self, element: RawElement) -> FactType:
        """Type of a fact or row field from its body; a choice lists its values."""
        body = element.body
        several = self.flag(element, "several")
        one_of = body.get("one of")
        if isinstance(one_of, Map):
            kind = FactType("choice", tuple(one_of.items), several)
            return kind._replace(start=self.start_value(element, kind))
        given = self._scalar(body.get("type"))
        if not given and ("is" in body.items or "highest of" in body.items or "first of" in body.items):
            given = "yes/no"
        if given not in FACT_TYPES:
            self.problem(
                element,
                "type_unknown",
                Text(f"没有“{given}”这种类型", f"there is no type '{given}'"),
                Text(f"可用：{'、'.join(sorted(FACT_TYPES))}", f"there are: {', '.join(sorted(FACT_TYPES))}"),
            )
        return FactType(given, (), several, self.start_value(element, FactType(given)))

    def start_value(self, element: RawElement, kind: FactType) -> Any:
        """The value a fact has while nobody has set it."""
        return elements.typed(self, element, element.body.get("start"), kind)

    def _row_types(self, element: RawElement) -> dict[str, FactType]:
        fields = element.body.get("facts")
        found = {"key": FactType("text")}
        if isinstance(fields, Map):
            for name, tree in fields.items.items():
                kind, label = elements.split_type(self._scalar(tree))
                if kind not in FACT_TYPES or label is None:
                    self.problem(
                        element,
                        "type_unknown",
                        Text(f"{name}：应写“类型 中文 / English”", f"{name}: write 'type 中文 / English'"),
                        Text("例如 reported: yes/no 已回报 / Reported", "e.g. reported: yes/no 已回报 / Reported"),
                        tree.line,
                    )
                found[name] = FactType(kind)
        return found

    def _table_values(self, element: RawElement) -> dict[str, Any]:
        values = element.body.get("values")
        found: dict[str, Any] = {}
        if isinstance(values, Map):
            for key, tree in values.items.items():
                text = self._scalar(tree)
                try:
                    found[key] = Decimal(text) if "." in text else int(text)
                except (ValueError, InvalidOperation):
                    self.problem(
                        element,
                        "value_wrong_shape",
                        Text(f"{key}: “{text}”不是数", f"{key}: '{text}' is no number"),
                        Text("写数字", "write a number"),
                        tree.line,
                    )
        return found

    def strength(self, element: RawElement) -> str:
        """binding, target, at_once or open, from how the limit is written (CR-12)."""
        due = self._scalar(element.body.get("due"))
        if due == "open":
            return "open"
        if due == "at once":
            return "at_once"
        return "target" if due.startswith("target ") else "binding"

    # -- compiling ---------------------------------------------------------------------------------------------------

    def sentence(
        self, element: RawElement, tree: Tree | None, expected: str | None = None, scope: Scope | None = None
    ) -> Sentence | None:
        """Compile one sentence of an element; what is wrong becomes a finding with its line."""
        if tree is None:
            return None
        if not isinstance(tree, Scalar):
            self.reader.shape(element.source.file, tree.line, "one sentence", element.source.clause)
            return None
        return self.compile(element, tree.value, tree.line, expected, scope)

    def compile(
        self, element: RawElement, text: str, line: int, expected: str | None = None, scope: Scope | None = None
    ) -> Sentence | None:
        try:
            return compile_sentence(text, scope or self.scope, expected)
        except SentenceError as wrong:
            self.problem(element, "sentence_wrong", wrong.text, Text("改正这句话", "mend the sentence"), line)
            return None

    def sentences(
        self, element: RawElement, tree: Tree | None, expected: str | None = None, scope: Scope | None = None
    ) -> tuple[Sentence, ...]:
        """One sentence or a list of them."""
        if tree is None:
            return ()
        trees = tree.items if isinstance(tree, Seq) else (tree,)
        found = (self.sentence(element, t, expected, scope) for t in trees)
        return tuple(f for f in found if f is not None)

    def name(self, element: RawElement) -> Text:
        tree = element.body.get("name")
        if tree is None:
            return Text(element.id, element.id)
        return self.reader.text(tree, element.source.file, element.source.clause)

    def flag(self, element: RawElement, key: str) -> bool:
        tree = element.body.get(key)
        if tree is None:
            return False
        value = self._scalar(tree)
        if value not in ("yes", "no"):
            self.problem(
                element,
                "value_wrong_shape",
                Text(f"{key} 只能是 yes 或 no", f"{key} is yes or no"),
                Text("改为 yes 或 no", "write yes or no"),
                tree.line,
            )
        return value == "yes"

    def words(self, element: RawElement, key: str) -> tuple[str, ...]:
        return self.reader.words(element.body.get(key), element.source.file, element.source.clause)

    def of(self, element: RawElement) -> tuple[str, ...]:
        """The case types an element belongs to; the main one by default."""
        given = self.words(element, "of")
        for case in given:
            if case not in self.cases:
                self.unknown(element, case, self.cases)
        return given or (next(iter(self.cases)),)

    def unknown(self, element: RawElement, name: str, among: Any) -> None:
        self.problem(
            element,
            "name_unknown",
            Text(f"没有名为 {name} 的内容", f"nothing is called {name}"),
            Text(f"可用：{'、'.join(among)}", f"there are: {', '.join(among)}"),
        )

    def _check_rules(self) -> None:
        """A clause that names rules must carry them by an element, an exclusion or a stated silence."""
        for clause in self.raw.clauses:
            if clause.rules and not clause.elements and not clause.carried_by:
                self.reader.find(
                    "rule_not_carried",
                    clause.file,
                    clause.line,
                    Text(f"{'、'.join(clause.rules)} 没有元素承载", f"no element carries {', '.join(clause.rules)}"),
                    Text(
                        "加上元素，或写入 outside、none stated",
                        "add an element, or list it under outside or none stated",
                    ),
                    clause.number,
                )


def _circle(start: str, afters: Mapping[str, tuple[str, ...]]) -> list[str]:
    """A way from a step back to itself over what it comes after; empty if there is none."""
    stack = [[start]]
    seen: set[str] = set()
    while stack:
        path = stack.pop()
        for before in afters.get(path[-1], ()):
            if before == start:
                return [*path, start]
            if before not in seen:
                seen.add(before)
                stack.append([*path, before])
    return []


BuildOne = Callable[[Builder, RawElement], Any]
__all__ = ["Builder", "PackRefused", "Source", "load_pack"]
