"""YAML as a tree that knows its lines. Every scalar is text: the language types it, not YAML (12:30 is not 750)."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from huiyin_engine.language.findings import Finding
from huiyin_engine.texts import Text


class Scalar(NamedTuple):
    value: str
    line: int


class Seq(NamedTuple):
    items: tuple[Tree, ...]
    line: int


class Map(NamedTuple):
    items: dict[str, Tree]
    lines: dict[str, int]
    line: int

    def get(self, key: str) -> Tree | None:
        return self.items.get(key)


Tree: TypeAlias = Scalar | Seq | Map


def read_yaml(text: str, file: str) -> tuple[Tree | None, list[Finding]]:
    """The tree of one document and what is wrong with it: syntax, a key twice, an empty value."""
    try:
        root: Any = YAML(typ="safe").compose(text)
    except MarkedYAMLError as broken:
        mark = broken.problem_mark or broken.context_mark
        problem = broken.problem or "?"
        return None, [
            Finding(
                "yaml_broken",
                file,
                mark.line + 1 if mark else 1,
                Text(f"YAML 写法有误：{problem}", f"the YAML is broken: {problem}"),
                Text("检查缩进、引号和冒号", "check indentation, quotes and colons"),
            )
        ]
    findings: list[Finding] = []
    if root is None:
        return None, [
            Finding(
                "file_empty",
                file,
                1,
                Text("文件是空的", "the file is empty"),
                Text("写入条款或删去文件", "write clauses or remove the file"),
            )
        ]
    return _tree(root, file, findings), findings


def _tree(node: Any, file: str, findings: list[Finding]) -> Tree:
    line = node.start_mark.line + 1
    if isinstance(node, ScalarNode):
        return Scalar(node.value, line)
    if isinstance(node, SequenceNode):
        return Seq(tuple(_tree(n, file, findings) for n in node.value), line)
    assert isinstance(node, MappingNode)  # noqa: S101 -- YAML has three kinds of node
    items: dict[str, Tree] = {}
    lines: dict[str, int] = {}
    for key_node, value_node in node.value:
        key_line = key_node.start_mark.line + 1
        key = key_node.value if isinstance(key_node, ScalarNode) else str(key_node.value)
        if key in items:
            findings.append(
                Finding(
                    "key_twice",
                    file,
                    key_line,
                    Text(f"“{key}”写了两次", f"'{key}' stands here twice"),
                    Text("保留一处", "keep one of them"),
                )
            )
            continue
        if isinstance(value_node, ScalarNode) and value_node.value == "" and value_node.style is None:
            findings.append(
                Finding(
                    "key_empty",
                    file,
                    key_line,
                    Text(f"“{key}”后面没有内容", f"nothing stands after '{key}'"),
                    Text(
                        "写上内容；{ } 里的半角逗号会切断一句话", "write it; a comma inside { } cuts a sentence in two"
                    ),
                )
            )
            continue
        items[key] = _tree(value_node, file, findings)
        lines[key] = key_line
    return Map(items, lines, line)
