"""Huiyin 回音, the Django side: apps, screens, and the shell round the engine."""
