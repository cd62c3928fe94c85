"""Parts of the operator's screen that come by themselves: drafts kept, help, the call that rings."""

from flask import Response, flash, g, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access.accounts import Viewer
from app.calling import drafts
from app.language.names import place_names
from app.web.intake import OPERATORS
from app.web.intake_form import DRAFT, to_keep
from app.web.intake_page import help_shown, matter_of, ringing
from app.web.staff import blueprint, staff_page
from tickets.ground.desk import Desk
from tickets.ground.refs import SHANGHAI

intake_parts = blueprint("intake_parts", __name__)


@intake_parts.post("/intake/drafts")
@staff_page(*OPERATORS)
def keep() -> ResponseReturnValue:
    """Keep what was typed so far; 409 where it was registered or discarded meanwhile."""
    draft_id = drafts.draft_id_of(request.form.get(DRAFT))
    at = drafts.keep(g.desk, g.viewer, draft_id, to_keep(request.form)) if draft_id else None
    if at is None:
        return Response(status=409)
    return jsonify(at=at.astimezone(SHANGHAI).strftime("%H:%M:%S"))


@intake_parts.post("/intake/drafts/<draft_id>/back")
@staff_page(*OPERATORS)
def bring_back(draft_id: str) -> ResponseReturnValue:
    """Have a discarded draft again."""
    found = drafts.draft_id_of(draft_id)
    if found is not None and drafts.bring_back(g.desk, g.viewer, found):
        return redirect(url_for("intake.show", draft=found), 303)
    flash(gettext("这份草稿已经登记或清除了。"), "error")
    return redirect(url_for("intake.show"), 303)


@intake_parts.post("/intake/help")
@staff_page(*OPERATORS)
def help_me() -> ResponseReturnValue:
    """What helps with what was typed so far."""
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    shown = help_shown(desk, viewer, matter_of(request.form))
    return render_template("intake/_help.html", places=place_names(desk.rules.units), **shown)


@intake_parts.get("/intake/ringing")
@staff_page(*OPERATORS)
def rings() -> ResponseReturnValue:
    """The call that rings at one's seat; 304 while nothing changes."""
    response = make_response(render_template("intake/_ringing.html", **ringing(g.desk, g.viewer)))
    response.add_etag()
    return response.make_conditional(request)
