"""`/report`: saying that something is wrong without having an account, and seeing what became of it."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.sessions import current_actor
from app.core.problems import Problem
from app.core.text import clean_line
from app.core.web.forms import answered
from app.moderation import operations, queries
from app.moderation.addressing import target_at
from app.moderation.forms import LONGEST_ADDRESS, ReportForm
from app.moderation.routes.room import blueprint
from app.moderation.words import Reason


@blueprint.route("/report", methods=["GET", "POST"])
def report() -> ResponseReturnValue:
    form = ReportForm(data={"about": clean_line(request.args.get("about", ""))[:LONGEST_ADDRESS]})
    if form.validate_on_submit():
        try:
            ref = operations.report(
                current_actor(),
                target=target_at(form.about.data, host=request.host),
                reason=Reason(form.reason.data),
                source=form.source.data,
                name=form.name.data,
                email=form.email.data or "",
                good_faith=form.good_faith.data,
                token=form.token,
                connects_from=request.remote_addr or "",
            )
        except Problem as problem:
            form.refuse(problem)
        else:
            return redirect(url_for("moderation.receipt", ref=ref), 303)
    return answered(render_template("moderation/report.html", form=form), form)


@blueprint.get("/report/<ref>")
def receipt(ref: str) -> ResponseReturnValue:
    return render_template("moderation/receipt.html", receipt=queries.receipt(ref))
