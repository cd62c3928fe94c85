"""Phone numbers as citizens and forms write them, and what is none."""

import pytest

from tickets.ground import phones
from tickets.ground.phones import NotAPhone, is_mobile, national_phone, normal_phone


@pytest.mark.parametrize(
    "written",
    [
        "13888880000",
        "+8613888880000",
        "8613888880000",
        "008613888880000",
        "0086 138 8888 0000",
        "+86 138-8888-0000",
        " 138 8888 0000 ",
        "138.8888.0000",
        "138–8888–0000",
        "１３８８８８８００００",
        "＋８６１３８８８８８００００",
        "13888880000\n",
    ],
)
def test_a_mobile_is_one_number_however_it_is_written(written: str) -> None:
    assert normal_phone(written) == "+8613888880000"


@pytest.mark.parametrize(
    "written, e164",
    [
        ("0871-65123456", "+8687165123456"),
        ("087165123456", "+8687165123456"),
        ("(0871) 6512 3456", "+8687165123456"),
        ("（0871）65123456", "+8687165123456"),
        ("+86 871 6512 3456", "+8687165123456"),
        ("+86 (0871) 65123456", "+8687165123456"),
        ("0086-871-65123456", "+8687165123456"),
        ("０８７１－６５１２３４５６", "+8687165123456"),
        ("010-62345678", "+861062345678"),
        ("4008001234", "+864008001234"),
        ("+852 6123 4567", "+85261234567"),
        ("+1 202 555 0143", "+12025550143"),
    ],
)
def test_landlines_and_numbers_of_other_places_are_known(written: str, e164: str) -> None:
    assert normal_phone(written) == e164


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "-",
        "+",
        "abc",
        "1388888abcd",
        "13888880000a",
        "12345",
        "110",
        "1388888000",
        "138888800001",
        "12888880000",
        "65123456",
        "0871-6512345",
        "0871-65123456-801",
        "+86 12345",
        "+8613888880000+8613888880000",
        "13888880000,13888880001",
        "٠١٣٨٨٨٨٨٠٠٠٠",
        "1" * 5000,
        "\0",
    ],
)
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(NotAPhone, match="not a phone number"):
        normal_phone(written)


def test_the_refusal_is_a_value_error() -> None:
    assert issubclass(NotAPhone, ValueError)


def test_a_normal_number_stays_as_it_is() -> None:
    for e164 in ("+8613888880000", "+8687165123456", "+12025550143"):
        assert normal_phone(e164) == e164


def test_a_mobile_needs_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(phones, "phonenumbers")
    assert normal_phone("+8619912345678") == "+8619912345678"
    assert normal_phone("166 1234 5678") == "+8616612345678"


@pytest.mark.parametrize(
    "e164, mobile",
    [("+8613888880000", True), ("+8687165123456", False), ("+12025550143", False), ("13888880000", False)],
)
def test_only_mobiles_of_the_mainland_get_texts(e164: str, mobile: bool) -> None:
    assert is_mobile(e164) is mobile


@pytest.mark.parametrize(
    "e164, dialled",
    [
        ("+8687165330000", "0871 6533 0000"),
        ("+861012345678", "010 1234 5678"),
        ("+15005550123", "+1 500-555-0123"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_number_is_shown_as_one_dials_it(e164: str, dialled: str) -> None:
    assert national_phone(e164) == dialled
