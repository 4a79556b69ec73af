"""What the checker finds in a pack: a code, the place, the sentence and the way out, in both languages."""

from __future__ import annotations

from typing import NamedTuple

from huiyin_engine.texts import Text


class Finding(NamedTuple):
    """One flaw of a pack. `code` is stable; a pack with findings is refused."""

    code: str
    file: str
    line: int
    text: Text
    way_out: Text
    clause: str = ""

    def in_language(self, language: str) -> str:
        """One line: file, line, clause, what is wrong, what to do."""
        clause = f" [{self.clause}]" if self.clause else ""
        colon, dash = ("：", "。") if language.startswith("zh") else (": ", ". ")
        text, way_out = self.text.in_language(language), self.way_out.in_language(language)
        return f"{self.file}:{self.line}{clause} {self.code}{colon}{text}{dash}{way_out}"


class PackRefused(ValueError):  # noqa: N818 - a state of affairs, like every refusal
    """A pack that does not hold together; `findings` says why, one by one."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(f.in_language("en") for f in findings))
        self.findings = findings
