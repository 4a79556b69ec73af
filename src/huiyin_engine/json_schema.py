"""JSON Schema of packs and scenarios, for completion and checking in editors; made from the tables of keys.

The loader says more than a schema can (names, types, sentences); what the schema refuses, the loader refuses too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from huiyin_engine.language.kinds import CASE_KEYS, CLAUSE_KEYS, HEADER_KEYS, KINDS, POST_KEYS, Key
from huiyin_engine.testing import form

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NAME = "[a-z_][a-z0-9_]*"
ELEMENT_NAME = "[A-Za-z_][A-Za-z0-9_]*"
"""Forms and reports are called by their number (F1), so an element's name may have capitals."""

_SCALAR: Schema = {"type": ["string", "number", "boolean"]}
_TEXT: Schema = {"type": "string", "pattern": "\\S / \\S"}
_SENTENCE: Schema = {"$ref": "#/$defs/sentence"}
_SHAPES: dict[str, Schema] = {
    "scalar": _SCALAR,
    "word": _SCALAR,
    "text": _TEXT,
    "sentence": _SENTENCE,
    "flag": {"enum": ["yes", "no", True, False]},
    "words": {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}]},
    "sentences": {"anyOf": [_SENTENCE, {"type": "array", "items": _SENTENCE}]},
    "triggers": {"anyOf": [_SENTENCE, {"type": "array", "items": _SENTENCE}]},
    "texts": {"type": "object", "additionalProperties": _TEXT},
    "sets": {"type": "object", "additionalProperties": _SENTENCE},
    "values": {"type": "object", "additionalProperties": {"type": ["number", "string"]}},
    "span": {"type": "string", "pattern": "^[0-9]+ (working )?(minute|hour|day|week|month|year)s?$"},
    "legs": {
        "anyOf": [{"$ref": "#/$defs/leg"}, {"type": "array", "items": {"$ref": "#/$defs/leg"}}],
    },
    "table": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"if": _SENTENCE, "is": _SENTENCE, "raised": _SENTENCE},
            "required": ["is"],
            "additionalProperties": False,
        },
    },
    "needs": {
        "anyOf": [
            _SENTENCE,
            {"type": "object", "additionalProperties": _TEXT},
            {"type": "array", "items": {"anyOf": [_SENTENCE, {"type": "object", "additionalProperties": _TEXT}]}},
        ]
    },
    "takes": {
        "anyOf": [
            _SCALAR,
            {"type": "array", "items": {"anyOf": [_SCALAR, {"type": "object", "maxProperties": 1}]}},
        ]
    },
    "fields": {"type": "array", "items": {"anyOf": [_SCALAR, {"type": "object", "maxProperties": 1}]}},
    "instead": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"if": _SENTENCE, "set": {"type": "object", "additionalProperties": _SENTENCE}, "say": _TEXT},
            "required": ["if", "say"],
            "additionalProperties": False,
        },
    },
    "adds": {"type": "object", "additionalProperties": {"type": "object"}},
}
_SHAPES["columns"] = _SHAPES["fields"]
_FREE = ("list", "hours", "texts", "row", "refused", "owed", "events", "attempts", "closed", "told", "rows", "posts")
"""Shapes of a scenario that the parser and the assertions check: a schema would only repeat them."""


def _property(key: Key, shapes: Mapping[str, Schema]) -> Schema:
    """The schema of one value, with what the key means."""
    return {"description": key.doc, **shapes[key.shape]}


def _object(keys: Mapping[str, Key], shapes: Mapping[str, Schema], **more: Any) -> Schema:
    """A mapping with these keys and no others (but those of `patternProperties` in `more`)."""
    schema: Schema = {
        "type": "object",
        "properties": {name: _property(key, shapes) for name, key in keys.items()},
        "additionalProperties": False,
        **more,
    }
    required = [name for name, key in keys.items() if key.required]
    return {**schema, "required": required} if required else schema


def pack_schema() -> Schema:
    """The schema of every file of a pack: `pack.yaml` is a mapping, all other files are lists of clauses."""
    header_shapes = {
        **_SHAPES,
        "posts": {
            "type": "object",
            "propertyNames": {"pattern": f"^{NAME}$"},
            "additionalProperties": {"anyOf": [_TEXT, _object(POST_KEYS, _SHAPES)]},
        },
        "cases": {
            "type": "object",
            "propertyNames": {"pattern": f"^{NAME}$"},
            "additionalProperties": _object(CASE_KEYS, _SHAPES),
        },
    }
    elements = {f"^{kind} {ELEMENT_NAME}$": {"$ref": f"#/$defs/{kind}"} for kind in KINDS}
    return {
        "$schema": DIALECT,
        "title": "回音制度包 / Huiyin procedure pack",
        "oneOf": [{"$ref": "#/$defs/header"}, {"type": "array", "items": {"$ref": "#/$defs/clause"}}],
        "$defs": {
            "sentence": {"description": "一句话 / one sentence of the language", **_SCALAR},
            "leg": {"type": "string", "pattern": "^[0-9]+ (day|month|year)s? by [a-z_][a-z0-9_]*$"},
            "header": _object(HEADER_KEYS, header_shapes),
            "clause": _object(CLAUSE_KEYS, _SHAPES, patternProperties=elements),
            **{kind: _object(keys, _SHAPES) for kind, keys in KINDS.items()},
        },
    }


def scenario_schema() -> Schema:
    """The schema of a scenario file: its keys, those of its steps and of its assertions."""
    shapes: dict[str, Schema] = {
        "scalar": _SCALAR,
        "word": _SCALAR,
        "text": _TEXT,
        "flag": _SHAPES["flag"],
        "words": _SHAPES["words"],
        "map": {"type": "object"},
        "then": {"$ref": "#/$defs/then"},
        **{shape: {} for shape in _FREE},
    }
    standing = {name: form.ACT_KEYS[name] for name in ("act", "by", "at", "with", "case", "object")}
    top = _object(form.SCENARIO_KEYS, shapes)
    top["properties"]["calendar"] = {
        "description": form.SCENARIO_KEYS["calendar"].doc,
        **_object(form.CALENDAR_KEYS, {**shapes, "texts": _SHAPES["texts"]}),
    }
    top["properties"]["units"] = {"description": form.SCENARIO_KEYS["units"].doc}
    top["properties"]["standing"] = {"type": "array", "items": _object(standing, shapes)}
    top["properties"]["absences"] = {"type": "array", "items": _object(form.ABSENCE_KEYS, shapes)}
    top["properties"]["steps"] = {
        "type": "array",
        "items": {
            "oneOf": [
                _object(form.ACT_KEYS, shapes),
                _object(form.CLOCK_KEYS, shapes),
                _object(form.THEN_KEYS, shapes),
            ]
        },
    }
    return {
        "$schema": DIALECT,
        "title": "回音场景 / Huiyin scenario",
        **top,
        "$defs": {"then": _object(form.ASSERTION_KEYS, {**shapes, "map": {}})},
    }


def schema_files() -> dict[str, str]:
    """The generated files by name, as they are committed under docs/generated."""
    return {
        name: json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
        for name, schema in (("pack.schema.json", pack_schema()), ("scenario.schema.json", scenario_schema()))
    }
