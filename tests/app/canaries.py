"""Canaries: values nobody else has, and every way they could be written where they must not be."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote


@dataclass(frozen=True)
class Canary:
    """A citizen who exists for one ticket only."""

    name: str
    phone: str
    id_number: str
    address: str

    def requester(self, **more: object) -> dict[str, object]:
        """The person, as a registration has it."""
        return {"name": self.name, "phone": self.phone, "id_number": self.id_number, **more}

    def values(self) -> tuple[str, ...]:
        """What must not be found, as people and programs write it."""
        head, middle, tail = self.phone[:3], self.phone[3:7], self.phone[7:]
        return (
            self.name,
            self.phone,
            f"{head} {middle} {tail}",
            f"{head}-{middle}-{tail}",
            self.id_number,
            self.address,
        )


#: The check digits fit: these are taken, kept and sealed like any other.
PLAIN = Canary("鸾鹤卿", "13957310461", "53010319910317461X", "玄鹭巷九百七十三号")
REPORTER = Canary("隼鸢澜", "15884627093", "53010319880829035X", "碧鹇里八百一十六号")
CONFIDENTIAL = Canary("鹮鸻漪", "17730591846", "530103199411052972", "青鸮坊七百二十九号")
#: Typed in, and never kept.
TYPED = Canary("鹬鸫汀", "18629475013", "530103198307196031", "白鹡弄六百四十五号")

ALL = (PLAIN, REPORTER, CONFIDENTIAL, TYPED)


def _in_base64(value: bytes, alphabet: bytes | None) -> Iterator[bytes]:
    """What stands in base64 whatever stood before it: it can begin at each of three places in a group."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + value, alphabet).rstrip(b"=")
        ends_in_a_group = (before + len(value)) % 3 == 0
        yield encoded[(0, 2, 3)[before] : None if ends_in_a_group else -1]


@cache
def writings(value: str) -> Mapping[bytes, str]:
    """Every writing of *value* to look for, and what it is called."""
    utf8 = value.encode()
    escaped = value.encode("unicode_escape")
    found = {utf8: "UTF-8", escaped: "\\u", escaped.upper().replace(b"\\U", b"\\u"): "\\u"}
    for name in ("utf-16-le", "utf-16-be", "gb18030"):
        found[value.encode(name)] = name
    for name in ("utf-8", "utf-16-le", "utf-16-be"):
        hexadecimal = value.encode(name).hex()
        found |= {hexadecimal.encode(): f"hex of {name}", hexadecimal.upper().encode(): f"hex of {name}"}
    for written in (quote(value), quote(value).lower(), "".join(f"%{byte:02X}" for byte in utf8)):
        found[written.encode()] = "percent"
    for alphabet in (None, b"-_"):
        found |= dict.fromkeys(_in_base64(utf8, alphabet), "base64")
    found["".join(f"&#{ord(character)};" for character in value).encode()] = "entities"
    return found


def traces(where: str, text: bytes, canaries: tuple[Canary, ...] = ALL) -> list[str]:
    """Where *text* shows any of *canaries*, and in which writing; of whom only the place in the list."""
    return [
        f"{where}: canary {number}, value {position}, {how}"
        for number, canary in enumerate(canaries)
        for position, value in enumerate(canary.values())
        for written, how in writings(value).items()
        if written in text
    ]
