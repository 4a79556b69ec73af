"""Scenarios 场景: given, when and then of a regulation, written down as data and run against the engine itself."""
