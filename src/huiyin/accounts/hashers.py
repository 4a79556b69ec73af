"""Password hashes that cannot eat the machine."""

from __future__ import annotations

from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

_AT_ONCE = BoundedSemaphore(2)


class LimitedArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id as Django sets it (100 MB and 0.3 s each), but never more than two at once in one process."""

    def encode(self, password: str, salt: str) -> str:
        with _AT_ONCE:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _AT_ONCE:
            return super().verify(password, encoded)
