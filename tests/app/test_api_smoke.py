"""x"""

from tests.makers import Api


def test_river(api: Api) -> None:
    assert api.ticket_in("closed")["outcome"] == "solved"
