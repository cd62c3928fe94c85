"""Why a citizen cannot do something just now, in plain words."""

from flask_babel import lazy_gettext as _

from app.language.words import Words

WHY_NOT = Words(
    goes_with_another=_("这件事和别人反映的同一件事一起办。请打 12345。"),
    over=_("这件事已经办完了。"),
    added_too_often=_("今天补充得太多了。请明天再写，或者打 12345。"),
    urged_today=_("今天已经催过了。明天还可以再催一次。"),
    withdrawal_asked=_("您已经说过要撤回。我们会打电话和您核实。"),
    rated=_("您已经评过了，谢谢您。"),
    no_answer_yet=_("还没有答复。有了答复，您再来评。"),
    still_open=_("这件事还在办。您可以催一催，或者补充情况。"),
    with_emergency=_("这件事已经转给紧急服务，请直接联系他们。"),
    too_late=_("办完已经超过 10 天。有新情况，请重新反映。"),
    done_again=_("这件事已经再办过一次。有新情况，请重新反映。"),
)
