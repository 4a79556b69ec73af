"""Simulation: what an organisation would have lived through under its regulation, on virtual time.

A *story* is data: texts to draw from, the paths that cases take, and how duties are attended to. It names the acts and
facts of one pack; nothing here does. Chance comes in as a `random.Random`, so one seed is one history.
"""
