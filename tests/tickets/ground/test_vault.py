"""The vault opens what it sealed, in its place and nowhere else, and shows little."""

import pytest
from cryptography.exceptions import InvalidTag

from tickets.ground.vault import KeyRingRefused, Place, Vault, masked_name, masked_phone

HERE = Place("vault", "phone", "1")
OLD, NEW = bytes(range(32)), bytes(range(1, 33))


def test_what_was_sealed_opens_in_its_place() -> None:
    vault = Vault({"1": OLD})

    assert vault.open(vault.seal("金某", HERE), HERE) == "金某"


@pytest.mark.parametrize(
    "there", [Place("vault", "phone", "2"), Place("vault", "name", "1"), Place("x", "phone", "1")]
)
def test_moved_elsewhere_it_does_not_open(there: Place) -> None:
    vault = Vault({"1": OLD})

    with pytest.raises(InvalidTag):
        vault.open(vault.seal("金某", HERE), there)


def test_a_changed_byte_is_noticed() -> None:
    vault = Vault({"1": OLD})
    sealed = bytearray(vault.seal("金某", HERE))
    sealed[-1] ^= 1

    with pytest.raises(InvalidTag):
        vault.open(bytes(sealed), HERE)


def test_keys_can_be_rotated_and_the_index_stays() -> None:
    before = Vault({"1": OLD})
    sealed = before.seal("金某", HERE)

    after = Vault({"2": NEW, "1": OLD})

    assert after.open(sealed, HERE) == "金某"
    assert after.seal("金某", HERE).startswith(b"2:")
    assert after.index("phone", "+8613800000001") == before.index("phone", "+8613800000001")


def test_equal_values_never_look_equal_but_in_the_index() -> None:
    vault = Vault({"1": OLD})

    assert vault.seal("金某", HERE) != vault.seal("金某", HERE)
    assert vault.index("phone", "1") != vault.index("id_number", "1")


@pytest.mark.parametrize("setting", ["", "1", "1:", ":MDEy", "1:nonsense!", "1:MDEyMw=="])
def test_a_ring_that_cannot_be_read_is_refused_without_saying_it(setting: str) -> None:
    with pytest.raises(KeyRingRefused) as refused:
        Vault.from_setting(setting)

    assert "MDEy" not in str(refused.value)


@pytest.mark.parametrize(
    "phone, shown",
    [("+8613800000001", "138****0001"), ("+8687165123456", "871****3456"), ("12345", "***45"), (None, None)],
)
def test_a_number_is_shown_masked(phone: str | None, shown: str | None) -> None:
    assert masked_phone(phone) == shown


def test_a_name_is_shown_by_its_first_character() -> None:
    assert (masked_name("欧阳某某"), masked_name(""), masked_name(None)) == ("欧**", None, None)
