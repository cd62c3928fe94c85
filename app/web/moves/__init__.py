"""The forms of every move, named by the step it belongs to."""

from collections.abc import Mapping

from app.web.forms import FormKind
from app.web.moves import callback, handling, intake, supervision, transfer
from tickets.ground.flow import Move

FORMS: Mapping[Move, FormKind] = {
    **intake.FORMS,
    **transfer.FORMS,
    **handling.FORMS,
    **callback.FORMS,
    **supervision.FORMS,
}

#: After these the same ticket is shown again; after all others the desk has the next one.
STAYS = frozenset(
    {
        *(
            Move.SIGN,
            Move.TAKE,
            Move.CONTACT,
            Move.NOTE,
            Move.AMEND,
            Move.SUPPLEMENT,
            Move.URGE,
            Move.REISSUE,
        ),
        *(Move.ASK_RETURN, Move.ASK_EXTENSION, Move.ASK_SHELVING, Move.ASK_TERMINATION, Move.ASK_UNSEAL),
        *(Move.SUB_DISPATCH, Move.SUPERVISE, Move.ANSWER_SUPERVISION, Move.RECALL, Move.RESUME),
        *(Move.UNMERGE, Move.DISPUTE, Move.REISSUE),
    }
)
