"""The vault opens what it sealed, in its place and nowhere else, and shows little."""

import pytest
from cryptography.exceptions import InvalidTag

from tickets.ground.vault import KeyRingRefused, Place, Vault, masked_name, masked_phone, number_of

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


def test_keys_can_be_rotated() -> None:
    before = Vault({"1": OLD})
    sealed = before.seal("金某", HERE)

    after = Vault({"2": NEW, "1": OLD})

    assert after.numbers == ("2", "1")
    assert after.open(sealed, HERE) == "金某"
    assert number_of(sealed) == "1"
    assert number_of(after.seal("金某", HERE)) == "2"


def test_what_was_indexed_is_found_with_every_key_of_the_ring() -> None:
    before, after = Vault({"1": OLD}), Vault({"2": NEW, "1": OLD})
    old, new = before.index("phone", "+8613800000001"), after.index("phone", "+8613800000001")

    assert new != old
    assert after.indexes("phone", "+8613800000001") == (new, old)
    assert before.indexes("phone", "+8613800000001") == (old,)


def test_a_key_added_behind_changes_nothing_yet() -> None:
    before, both = Vault({"1": OLD}), Vault({"1": OLD, "2": NEW})

    assert both.current == "1"
    assert both.index("phone", "1") == before.index("phone", "1")


def test_tracking_codes_are_hashed_with_the_key_that_was_kept() -> None:
    before, after = Vault({"1": OLD}), Vault({"2": NEW})
    kept = before.code_hash("26112300041270", "380614")

    assert after.code_hash("26112300041270", "380614") != kept
    after.learn(before.code_key)
    assert after.code_hash("26112300041270", "380614") == kept


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
