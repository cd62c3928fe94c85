"""What the API tells of providers of texts: how they do, which numbers lead to them, how shares moved."""

from pydantic import BaseModel


class PulseDocument(BaseModel):
    """Calls of the last five minutes; texts of the ten minutes before their receipts were due."""

    tried: int
    failed: int
    slow: int
    sent: int
    #: Texts of which nothing was heard within four minutes.
    unheard: int


class IllDocument(BaseModel):
    """What is wrong with it: failing, slow_answers or slow_texts, so many bad ones of so many seen."""

    reason: str
    bad: int
    seen: int


class ProviderDocument(BaseModel):
    """A provider of texts."""

    name: str
    abroad: bool
    takes_upstream: bool
    #: Receipts come back from it.
    tells: bool
    pulse: PulseDocument
    ill: IllDocument | None


class ProviderPage(BaseModel):
    """All providers, whoever is asked first in front."""

    items: list[ProviderDocument]
    next: str | None


class WayDocument(BaseModel):
    """One provider that a prefix leads to: its share of a hundred now, and at rest."""

    provider: str
    share: int
    rest: int
    #: False for mainland numbers through a provider abroad without the recorded assessment.
    may_carry: bool


class RouteDocument(BaseModel):
    """Where numbers with a prefix lead, in the order in which providers are asked."""

    prefix: str
    ways: list[WayDocument]


class RoutePage(BaseModel):
    """All routes; the longest prefix of a number decides."""

    items: list[RouteDocument]
    next: str | None


class ShiftDocument(BaseModel):
    """A share that was moved: by the clock, or by hand with words."""

    at: str
    prefix: str
    provider: str
    before: int | None
    after: int | None
    reason: str
    #: Whose health it was about, and the figures.
    about: str | None
    bad: int | None
    seen: int | None
    said: str
    by: str


class ShiftPage(BaseModel):
    """The newest moves."""

    items: list[ShiftDocument]
    next: str | None
