"""Which of our words a provider has approved, and under which code: a file of the operator."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from notifications.wording import every_form, order_forms

_CODE = re.compile(r"SMS_[0-9]{4,20}")


class CodesRefused(ValueError):
    """The file cannot be used; the text says where and why."""


def read_codes(path: Path) -> dict[str, str]:
    """
    Read the codes of approved templates by the form of our words, as `"zh_Hans/received" = "SMS_154950909"`.

    :raises CodesRefused: it cannot be read, or names a form that is none or a code that is none.
    """
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as wrong:
        raise CodesRefused(f"{path.name} cannot be read: {type(wrong).__name__}") from None
    codes = read.get("codes")
    if not isinstance(codes, dict) or set(read) != {"codes"}:
        raise CodesRefused(f"{path.name} needs one table, [codes]")
    wrong_lines = list(_wrong(codes))
    if wrong_lines:
        raise CodesRefused(f"{path.name}: {'; '.join(wrong_lines)}")
    return dict(codes)


def _wrong(codes: Mapping[str, Any]) -> Iterator[str]:
    forms = [*every_form(), *order_forms()]
    for form, code in codes.items():
        if form not in forms:
            yield f"there are no words {form!r}"
        elif not isinstance(code, str) or not _CODE.fullmatch(code):
            yield f"the code of {form!r} is not like SMS_154950909"
