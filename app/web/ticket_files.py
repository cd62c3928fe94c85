"""What the page of a ticket shows of its files, and the forms about them."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _

from app.access.accounts import Viewer
from app.access.files import may_attach
from app.attachments.acting import MOST_AT_ONCE, AttachBody, RemoveBody
from app.attachments.kinds import ACCEPT, MOST_BYTES
from app.attachments.reading import files_of, total_of
from app.uploads import MOST_WITH_FILES
from app.web.forms import Form, FormKind
from tickets.ground.desk import Desk
from tickets.ticket import Ticket

#: The fields about files that stand on other forms, too.
BESIDE = {"files": _("附件"), "audience": _("附件给谁看")}

UPLOAD = FormKind(AttachBody, {"audience": _("给谁看")}, beside={"files": _("文件")})
REMOVE = FormKind(RemoveBody, {"text": _("移除的原因")})

#: What a field for files tells browsers and our script, so that nothing is sent in vain.
LIMITS: dict[str, Any] = {
    "accept": ACCEPT,
    "most": MOST_AT_ONCE,
    "most_bytes": MOST_BYTES,
    # Some room for what stands between the files.
    "most_together": MOST_WITH_FILES - 512 * 1024,
}


def files_on_page(
    desk: Desk, viewer: Viewer, ticket: Ticket, now: datetime, upload: Form | None
) -> dict[str, Any]:
    """The files of *ticket* and the form to hand in more, as the page needs them."""
    shown = files_of(desk, viewer, ticket, now)
    refused_upload = upload if upload is not None and upload.kind is UPLOAD else None
    return {
        "files": shown,
        "files_total": total_of(shown),
        "upload": (refused_upload or Form.blank(UPLOAD)) if may_attach(viewer, ticket) else None,
        "remove_form": upload if upload is not None and upload.kind is REMOVE else Form.blank(REMOVE),
        "limits": LIMITS,
    }
