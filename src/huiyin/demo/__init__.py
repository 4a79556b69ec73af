"""The demonstration: an invented developer and a year of its complaints, lived through the real engine.

Nothing here knows a regulation: the organisation is `organisation.yaml`, what happens is told in `stories/`.
"""

PASSWORD = "shishiyouhuiyin"  # noqa: S105 - 事事有回音: of the demonstration alone, and printed by it
