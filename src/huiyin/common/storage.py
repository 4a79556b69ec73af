"""Static files under names that carry their content's hash, compressed once."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage that does not look for source maps: the packages that bring the files leave theirs out."""

    patterns = tuple(
        (
            extension,
            tuple(p for p in patterns if "sourceMappingURL" not in (p if isinstance(p, str) else p[0])),
        )
        for extension, patterns in CompressedManifestStaticFilesStorage.patterns
    )
