"""The reference: what a ticket is, told in plain lists and words, and nothing of the program in it."""

from dataclasses import dataclass, field
from datetime import date

from tests.makers import COMMUNITY, JOINT, LEAD

OPEN_STATES = (
    "registered",
    "awaiting_information",
    "dispatched",
    "handling",
    "long_term",
    "replied",
    "callback",
)
HOUSING = "housing"
#: Which units stand below which: a bureau gives to any subdistrict, a subdistrict to its communities.
BELOW = {LEAD: (JOINT,), HOUSING: (JOINT,), JOINT: (COMMUNITY,), COMMUNITY: ()}
#: Whose tickets a unit knows of: its own, and those of the units in its tree.
KNOWS = {LEAD: (LEAD,), HOUSING: (HOUSING,), JOINT: (JOINT, COMMUNITY), COMMUNITY: (COMMUNITY,)}
LEVELS = ("日常", "挂牌", "约谈")


@dataclass(eq=False)
class Share:
    """What one unit owes in one round."""

    unit: str
    role: str
    round: int
    parent: "Share | None" = None
    state: str = "open"
    designated: bool = False
    asked_citizen: bool = False

    @property
    def owed(self) -> bool:
        """The unit still owes its answer."""
        return self.state in ("open", "signed")


@dataclass(eq=False)
class Ask:
    """What somebody asked and somebody else decides."""

    kind: str
    share: Share | None
    decider: str
    decider_unit: str | None = None
    state: str = "open"
    #: An answer that waits for its signature: the unit's verdict, and whether it waits for joint units.
    solved: str = ""
    alone: bool = False
    #: On what ground the matter shall end.
    ground: str = ""


@dataclass(frozen=True)
class Before:
    """How a ticket stood when it was merged into another."""

    state: str
    holder: str | None
    shares: tuple[tuple[Share, str], ...]


@dataclass(eq=False, repr=False)
class Matter:
    """One ticket."""

    number: int
    sealed: bool
    reachable: bool
    state: str = "registered"
    round: int = 1
    version: int = 1
    outcome: str | None = None
    holder: str | None = None
    shares: list[Share] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    follows: "Matter | None" = None
    before: Before | None = None
    followers: list["Matter"] = field(default_factory=list)
    supervised: str | None = None
    cards: int = 0
    disputes: int = 0
    urged: date | None = None
    urges: int = 0
    attempts: int = 0
    said_no: bool = False
    solved: str | None = None
    citizen: str | None = None
    called_by: set[str] = field(default_factory=set)

    def __repr__(self) -> str:
        return f"ticket {self.number} ({self.state}, round {self.round})"

    @property
    def ended(self) -> bool:
        """Nobody owes anything any more."""
        return self.state not in OPEN_STATES

    def lead(self) -> Share | None:
        """The lead's share of this round."""
        found = [share for share in self.shares if share.role == "lead" and share.round == self.round]
        return found[-1] if found else None

    def owed(self) -> list[Share]:
        """Shares that are not answered."""
        return [share for share in self.shares if share.owed]

    def under(self, share: Share) -> list[Share]:
        """What was given on from *share* and is not answered."""
        direct = [one for one in self.owed() if one.parent is share]
        return [deep for one in direct for deep in (one, *self.under(one))]

    def of_unit(self, unit: str | None) -> list[Share]:
        """All shares of *unit* in this round."""
        return [share for share in self.shares if share.unit == unit and share.round == self.round]

    def held_by(self, unit: str | None) -> bool:
        """Whether *unit* has something to do with it in this round that was not taken away."""
        return any(share.state in ("open", "signed", "replied") for share in self.of_unit(unit))

    def waiting(self) -> list[Ask]:
        """What is not decided."""
        return [ask for ask in self.asks if ask.state == "open"]

    def asked(self, kind: str, share: Share | None) -> bool:
        """Whether *kind* is asked for *share* and not decided."""
        return any(ask.kind == kind and ask.share is share for ask in self.waiting())

    # What happens to all shares and asks at once.

    def let_fall(self, share: Share | None = None) -> None:
        """What was asked for *share*, or at all, needs no decision any more; but for a look at a name."""
        for ask in self.waiting():
            if (ask.share is share) if share else (ask.kind != "unseal"):
                ask.state = "refused"

    def end_share(self, share: Share, state: str) -> None:
        """End *share* without an answer."""
        share.state = state
        self.let_fall(share)

    def give(self, unit: str, role: str, parent: Share | None = None) -> None:
        """Give *unit* a share of this round."""
        self.shares.append(Share(unit, role, self.round, parent))

    def close(self, outcome: str) -> None:
        """End it."""
        self.state = "closed"
        self.outcome = "merged" if self.follows and outcome in ("solved", "explained") else outcome
        self.holder = None
        self.said_no = False
        self.cards = 0
        for share in self.owed():
            self.end_share(share, "lapsed")
        self.let_fall()

    def next_round(self) -> None:
        """Begin anew; what was, stays."""
        self.round += 1
        self.outcome = self.solved = self.citizen = None
        self.attempts, self.said_no = 0, False
        self.leave()

    def leave(self) -> None:
        """Follow nobody."""
        if self.follows:
            self.follows.followers.remove(self)
        self.follows = self.before = None

    def part(self) -> None:
        """Stand again where it stood before it followed another."""
        before = self.before
        assert before is not None
        self.leave()
        self.state, self.holder, self.outcome = before.state, before.holder, None
        for share, state in before.shares:
            share.state = state
        self.version += 1

    def tell(self, *, solved: str | None, asks: bool) -> None:
        """Let all that follow, and those that follow these, hear that it was answered or ended."""
        for one in self.followers:
            if not (one.state == "closed" and one.attempts):
                one.version += 1
                one.solved = solved
                if asks and one.reachable:
                    one.state, one.outcome = "callback", None
            one.tell(solved=solved, asks=asks)

    def answer(self, share: Share, solved: str) -> None:
        """*share* is answered; with the lead's answer all others end."""
        share.state = "replied"
        self.let_fall(share)
        if share.role == "lead":
            for other in self.owed():
                self.end_share(other, "lapsed")
            self.state, self.solved = "replied", solved
