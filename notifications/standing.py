"""How much a text weighs: what the law has us tell, what helps to know, what is sent for courtesy."""

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
