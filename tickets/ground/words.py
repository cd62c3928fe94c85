"""The closed lists of the trade: channels, kinds, urgencies, verdicts. Labels are in `app/words.py`."""

from enum import StrEnum


class Channel(StrEnum):
    """Where a matter came from."""

    PHONE = "phone"
    WEB = "web"
    SMS = "sms"
    VOICE = "voice"
    EMAIL = "email"
    WALK_IN = "walk_in"
    LETTER = "letter"
    PETITION = "petition"
    OPEN311 = "open311"
    SUPERIOR = "superior"
    VISIT = "visit"


class Kind(StrEnum):
    """What the citizen wants."""

    CONSULTATION = "consultation"
    HELP = "help"
    COMPLAINT = "complaint"
    REPORT = "report"
    SUGGESTION = "suggestion"
    PRAISE = "praise"


class Urgency(StrEnum):
    """How fast it must go."""

    NORMAL = "normal"
    URGENT = "urgent"
    CRITICAL = "critical"


class Language(StrEnum):
    """In which the citizen is written to."""

    CHINESE = "zh_Hans"
    ENGLISH = "en"


class Verdict(StrEnum):
    """Yes, partly or no: founded? solved?"""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Told(StrEnum):
    """How the citizen was told the answer."""

    PHONE = "phone"
    VISIT = "visit"
    SMS = "sms"
    LETTER = "letter"
    NOT_REACHED = "not_reached"


class CloseGround(StrEnum):
    """Why a reviewer closes a ticket the citizen did not confirm."""

    EXPLAINED = "explained"
    NO_FURTHER = "no_further"
    UNREACHABLE = "unreachable"


class UnitKind(StrEnum):
    """What sort of body a unit is."""

    HOTLINE = "hotline"
    BUREAU = "bureau"
    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"
    AGENCY = "agency"


class EmergencyService(StrEnum):
    """Who takes over what cannot wait."""

    POLICE = "110"
    FIRE = "119"
    AMBULANCE = "120"
    TRAFFIC = "122"


class DeclineGround(StrEnum):
    """Why a matter is not taken (潍坊市12345条例 第十九条). The first needs the legal route in words."""

    LITIGATION = "诉讼仲裁复议"
    IN_PETITION = "已入信访"
    SECRET = "秘密隐私"  # noqa: S105 a ground, not a secret
    CONCLUDED = "已依法办结"
    OTHER = "其他"


class ReturnReason(StrEnum):
    """Why a unit says that a ticket is not its own."""

    OTHER_AREA = "属地不符"
    OTHER_DUTY = "职能不符"
    UNCLEAR_OWNER = "权属不清"
    DUPLICATE = "重复"
    INCOMPLETE = "要素不全"
    NOT_ACCEPTABLE = "不予受理类"


class TerminationGround(StrEnum):
    """Why handling ends without a result (潍坊 第二十一条, 济南 第二十五条)."""

    DECLINED_GROUND = "declined_ground"
    NO_COOPERATION = "no_cooperation"
    NO_FURTHER = "no_further"


class SupervisionLevel(StrEnum):
    """How hard somebody looks (潍坊 第二十六条), the mildest first."""

    DAILY = "日常"
    LISTED = "挂牌"
    SUMMONED = "约谈"


class NoteFor(StrEnum):
    """Who may read a note."""

    #: The writer's own unit, and who watches over all of them.
    UNIT = "unit"
    HOTLINE = "hotline"
    ALL = "all"


class RequestKind(StrEnum):
    """What one person asks and another decides."""

    RETURN = "return"
    EXTENSION = "extension"
    SHELVING = "shelving"
    TERMINATION = "termination"
    SIGN_OFF = "sign_off"
    WITHDRAWAL = "withdrawal"
    UNSEAL = "unseal"


class PauseGround(StrEnum):
    """Why a promise stands still, where its policy lets it."""

    #: The citizen was asked for papers or words.
    AWAITING_INFORMATION = "awaiting_information"
    #: It cannot be done at present; measures and a date are promised (济南市12345条例 第二十四条).
    LONG_TERM = "long_term"
    #: A hearing is held (信访工作条例 第三十六条).
    HEARING = "hearing"
    #: A list is on public display.
    PUBLICATION = "publication"
    #: Another authority checks what was declared.
    CHECKING = "checking"


#: What a unit can ask to put a matter aside for.
SHELVING_GROUNDS = tuple(ground for ground in PauseGround if ground != PauseGround.AWAITING_INFORMATION)


class RequestState(StrEnum):
    """Whether it was decided, and how."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"


class PetitionContent(StrEnum):
    """What a petition holds (信访工作条例 第二十九至三十一条)."""

    SUGGESTION = "suggestion"
    #: 检举控告: never to the accused, and so sealed.
    ACCUSATION = "accusation"
    APPEAL = "appeal"


class PetitionStage(StrEnum):
    """Where a petition stands in its chain: after the re-review it is final (第三十五、三十六条)."""

    FIRST = "first"
    REVIEW = "review"
    RE_REVIEW = "re_review"


class Stage(StrEnum):
    """Where a matter stands, as its citizen is told."""

    RECEIVED = "received"
    IN_HAND = "in_hand"
    #: For the citizen's own papers or words.
    WAITING = "waiting"
    PUT_ASIDE = "put_aside"
    ANSWERED = "answered"
    ENDED = "ended"


class ReasonList(StrEnum):
    """The closed lists of reasons, by the move that asks for one."""

    RETURN = "return"
    DECLINE = "decline"
    TERMINATION = "termination"
    CLOSE = "close"
