"""What a password must be: long enough, without the name of its account, not one of those tried first."""

from functools import cache
from pathlib import Path
from unicodedata import normalize

from sqlalchemy import update
from sqlmodel import Session, col

from app.access.accounts import Account, hash_password
from app.access.sessions import end_sessions
from app.settings import Settings
from tickets.ground.errors import bad_field

#: A password that repeats a piece shorter than this is that piece.
SHORTEST_PIECE = 5

#: Names shorter than this are in too many words.
SHORTEST_NAME = 3


def check_password(settings: Settings, username: str, password: str) -> None:
    """
    Hold a new password of *username* against the rules. Which signs it is made of is nobody's business.

    :raises FieldsRefused: it cannot be used; says what to do, of the field `password`.
    """
    if len(password) < settings.password_length:
        raise bad_field("password", "password_short", least=settings.password_length)
    if any(name in _plain(password) for name in _names(username)):
        raise bad_field("password", "password_holds_name")
    if _is_common(password):
        raise bad_field("password", "password_common")


def give_password(
    session: Session, account_id: int, password: str, *, must_change: bool, but: str | None = None
) -> None:
    """
    Give an account a checked password and end its sessions, that with the secret *but* left aside.

    *must_change* where somebody else chose it: then a new one is asked for before anything else.
    """
    kept = update(Account).where(col(Account.id) == account_id)
    values = {"password_hash": hash_password(password), "must_change": must_change}
    session.connection().execute(kept.values(**values))
    end_sessions(session, account_id, but)


def _names(username: str) -> set[str]:
    """The name, and what stands before the unit in it."""
    name = _plain(username)
    return {part for part in (name, name.partition("@")[0]) if len(part) >= SHORTEST_NAME}


def _is_common(password: str) -> bool:
    whole = _plain(password)
    bare = whole.rstrip("!！.。?？*#@~")
    pieces = {_piece(whole), _piece(bare)}
    return any(len(piece) < SHORTEST_PIECE for piece in pieces) or not pieces.isdisjoint(_common())


def _piece(word: str) -> str:
    """The piece that *word* repeats; *word* itself where it repeats none."""
    return word[: (word + word).find(word, 1)] if word else ""


def _plain(word: str) -> str:
    """Without what the eye does not tell apart: capitals, full-width letters."""
    return normalize("NFKC", word).casefold()


@cache
def _common() -> frozenset[str]:
    lines = Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("# "))
