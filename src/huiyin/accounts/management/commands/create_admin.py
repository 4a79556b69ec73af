"""`huiyin create-admin NAME`: an administrator from the command line."""

from __future__ import annotations

import sys
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from huiyin.accounts.models import User


class Command(BaseCommand):
    """Makes an administrator, or gives an existing account the rights and a new password."""

    help = "Make an administrator (also the way back in when nobody can sign in any more)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--email", default="")
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the password from standard input instead of asking"
        )

    def handle(self, *args: Any, username: str, email: str, password_stdin: bool, **options: Any) -> None:
        user = User.objects.filter(username=User.normalize_username(username)).first()
        candidate = user or User(username=User.normalize_username(username), email=email)
        password = sys.stdin.readline().rstrip("\n") if password_stdin else getpass("Password: ")
        try:
            validate_password(password, candidate)
            candidate.is_administrator = candidate.is_active = True
            candidate.email = email or candidate.email
            candidate.set_password(password)
            candidate.full_clean(exclude=["password"])
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        candidate.save()
        done = "has the rights of an administrator and a new password" if user else "is an administrator"
        self.stdout.write(f"{candidate.username} {done}.")
