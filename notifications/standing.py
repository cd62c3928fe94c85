"""How much a text weighs: what the law has us tell, what helps to know, what is sent for courtesy."""

from enum import StrEnum

#: Texts that tell of a right, a number or a date the citizen must hear of: what they tell, and which law says
#: so. Nothing but the night and a ceiling against misuse holds them back.
NOTICES = {
    "received": "registered, with the number: 信访工作条例 第二十二条",
    "asked": "what is missing, and by when it must be here",
    "extended": "a new date, and why",
    "shelved": "why it takes long and until when: 济南市12345条例 第二十四条",
    "answered": "the answer itself: 济南市12345条例 第二十四条",
    "ended": "why nothing more is done: 济南市12345条例 第二十五条",
    "disputed": "the objection is on record, with the date of what follows",
    "withdrawn": "the citizen's own decision is on record",
}

#: What helps to know. Those that waited give way to the newest about a ticket.
HELPFUL = frozenset({"transferred", "transferred_again", "merged", "code_again"})

#: Texts sent for courtesy: whoever wants no texts misses nothing by them.
COURTESY = frozenset({"survey", "late"})

#: Texts the citizen asked for just now by a text. They have a limit of their own a day.
ASKED_FOR = frozenset(
    f"progress_{stage}"
    for stage in ("received", "in_hand", "late", "waiting", "put_aside", "going", "answered", "ended")
)

#: All that are counted for a number.
ORDINARY = HELPFUL | COURTESY

#: Helpful, and yet nobody may have it not sent: what it carries reaches the citizen on no other way.
ONLY_WAY = frozenset({"code_again"})


class Standing(StrEnum):
    """How much a text weighs."""

    NOTICE = "notice"
    HELPFUL = "helpful"
    COURTESY = "courtesy"
    ASKED_FOR = "asked_for"


def standing_of(template: str) -> Standing:
    """Say how much the text *template* weighs."""
    if template in NOTICES:
        return Standing.NOTICE
    if template in ASKED_FOR:
        return Standing.ASKED_FOR
    return Standing.COURTESY if template in COURTESY else Standing.HELPFUL


def law_of(template: str) -> str:
    """Name the law that has us tell it, where one does."""
    return NOTICES.get(template, "").partition(": ")[2]


def may_be_switched_off(template: str) -> bool:
    """Whether an administrator may have the text *template* not sent."""
    return template in ORDINARY and template not in ONLY_WAY
