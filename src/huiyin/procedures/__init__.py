"""Procedure packs 制度包 at hand, and the working calendar of the installation."""
