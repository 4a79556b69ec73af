"""Tools for those who work on Huiyin."""
