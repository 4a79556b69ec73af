"""The engine of Huiyin 回音: it runs a written complaint regulation (投诉处理制度) given as data.

Pure Python: no web framework, no database, no network, no clock of its own, no randomness. Whoever calls it hands in
what it may look at (a `World`) and the instant; it answers with events or with a reasoned refusal.
"""
