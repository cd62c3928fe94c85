"""Phone numbers as people write them, made one: E.164, the form the blind index and the provider know."""

import re
from unicodedata import normalize

import phonenumbers

REGION = "CN"

#: What people put between digits: blanks, all sorts of dashes, dots, brackets, slashes.
_SEPARATORS = re.compile(r"[\s\-‐-―−.·/()_]+")
_MOBILE = re.compile(r"(?:\+86|0086|86)?(1[3-9][0-9]{9})")
_E164_MOBILE = re.compile(r"\+861[3-9][0-9]{9}")
_NUMBER = re.compile(r"\+?[0-9]{6,17}")
#: No number is longer, however it is written.
_MOST_CHARACTERS = 40


class NotAPhone(ValueError):
    """What was written is no phone number one could call from here."""

    def __init__(self) -> None:
        super().__init__("not a phone number")


def normal_phone(written: str) -> str:
    """
    Give the E.164 form of a number written in China: a mobile, a landline with area code, or one with a `+`.

    Separators, full-width digits, `+86` and `0086` do not matter.

    :raises NotAPhone: letters, too few or too many digits, an area that does not exist, an extension.
    """
    # Registration passes here with nearly every call, and a mobile needs no library.
    if quick := _MOBILE.fullmatch(written):
        return "+86" + quick[1]
    if len(written) > _MOST_CHARACTERS:
        raise NotAPhone
    digits = _SEPARATORS.sub("", normalize("NFKC", written))
    if mobile := _MOBILE.fullmatch(digits):
        return "+86" + mobile[1]
    if not _NUMBER.fullmatch(digits):
        raise NotAPhone
    return _parsed("+" + digits[2:] if digits.startswith("00") else digits)


def is_mobile(e164: str) -> bool:
    """Whether a normalised number can be sent a text: a mobile of mainland China."""
    return _E164_MOBILE.fullmatch(e164) is not None


def national_phone(e164: str) -> str:
    """A normalised number as one dials it from here: with its area code, or in full to another country."""
    try:
        number = phonenumbers.parse(e164, REGION)
    except phonenumbers.NumberParseException:
        return e164
    home = number.country_code == phonenumbers.country_code_for_region(REGION)
    style = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


def _parsed(digits: str) -> str:
    try:
        number = phonenumbers.parse(digits, REGION)
    except phonenumbers.NumberParseException as broken:
        raise NotAPhone from broken
    if not phonenumbers.is_valid_number(number):
        raise NotAPhone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
