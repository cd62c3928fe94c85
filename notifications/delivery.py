"""Deliver what is due: take a message, commit, call with no transaction open, write down the answer."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from sqlmodel import Session

from notifications.carriers import Carriers
from notifications.outbox import Outbox, Taken
from notifications.providers import LookUpFailed, NotTaken, OutcomeUnknown, Parcel, Provider, Trouble
from notifications.pulse import note_try
from notifications.routes import routes_of
from notifications.rules import Numbers, Rules
from tickets.ground.vault import Vault

log = logging.getLogger(__name__)


def deliver_due(
    sessions: Callable[[], Session],
    *,
    providers: Mapping[str, Provider],
    numbers: Numbers,
    vault: Vault,
    rules: Rules,
    most: int = 200,
) -> int:
    """
    Deliver messages until none is due or *most* were taken; gives how many were.

    Any number of workers may do this at once, and any of them may die at any line. The ways to *providers*
    are read once a round.
    """
    with sessions() as session:
        carriers = Carriers(providers, routes_of(session, list(providers)))
    round_ = _Round(sessions, carriers, numbers, vault, rules)
    done = 0
    while done < most and round_.deliver_next():
        done += 1
    return done


@dataclass(frozen=True)
class _Round:
    sessions: Callable[[], Session]
    carriers: Carriers
    numbers: Numbers
    vault: Vault
    rules: Rules

    def deliver_next(self) -> bool:
        """Take the next message and try it. False if none was due."""
        began = monotonic()
        with self._outbox() as outbox:
            taken = outbox.take_next(self.numbers, self.vault)
        if taken is None:
            return False
        if taken.parcel is None or not self._is_to_be_sent(taken, taken.parcel):
            return True
        # The lease is only as good as our being awake: a process that was stopped since it took the message
        # must not send it, somebody else may have done so.
        if monotonic() - began < self.rules.lease.total_seconds() / 2:
            self._send(taken, taken.parcel)
        return True

    def _is_to_be_sent(self, taken: Taken, parcel: Parcel) -> bool:
        """Look up a message whose earlier try ended without an answer; send again only what was not taken."""
        if taken.may_be_out_since is None:
            return True
        try:
            sids = self._look_up(parcel, taken)
        except LookUpFailed:
            log.warning("look-up failed, the message waits", extra=_about(taken))
            with self._outbox() as outbox:
                outbox.note_no_look_up(taken)
            return False
        with self._outbox() as outbox:
            return outbox.note_look_up(taken, sids)

    def _look_up(self, parcel: Parcel, taken: Taken) -> Sequence[str]:
        provider = self.carriers.providers.get(taken.provider)
        if provider is None or taken.may_be_out_since is None:
            raise LookUpFailed  # it is no longer set up, and only that one could tell
        return provider.find(parcel, taken.may_be_out_since)

    def _send(self, taken: Taken, parcel: Parcel) -> None:
        began = monotonic()
        try:
            sent = self.carriers.providers[taken.provider].send(parcel)
        except NotTaken as refusal:
            with self._outbox() as outbox:
                again = outbox.note_not_taken(taken, refusal)
                note_try(outbox.session, taken.provider, parcel.our_id, refusal.trouble, monotonic() - began)
            log.warning(
                "message not taken" if again else "message given up",
                extra=_about(taken, why=str(refusal.trouble), detail=refusal.detail),
            )
        except OutcomeUnknown:
            with self._outbox() as outbox:
                outbox.note_unknown(taken)
                took = monotonic() - began
                note_try(outbox.session, taken.provider, parcel.our_id, Trouble.OUTCOME_UNKNOWN, took)
            log.warning("no answer from the provider", extra=_about(taken))
        else:
            with self._outbox() as outbox:
                outbox.note_sent(taken, sent)
                note_try(outbox.session, taken.provider, parcel.our_id, None, monotonic() - began)

    @contextmanager
    def _outbox(self) -> Iterator[Outbox]:
        with self.sessions() as session, session.begin():
            yield Outbox(session, self.carriers, self.rules)


def _about(taken: Taken, **more: str) -> dict[str, str]:
    told = {"message_id": str(taken.message_id), "provider": taken.provider}
    return {**told, "runbook": "notifications/README.md#stuck", **more}
