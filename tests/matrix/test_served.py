"""A sample of the refused cells, asked of the real service over the network: it answers alike."""

from collections.abc import Iterator

import pytest
import requests

from tests.chaos.service import Service, running_service
from tests.matrix.conftest import Doors
from tests.matrix.test_moves import body_of, cells, expected


@pytest.fixture(scope="module")
def service(doors: Doors) -> Iterator[Service]:
    """The district of the matrix, served as in production."""
    with running_service(doors.settings, workers=0) as served:
        yield served


def test_the_service_refuses_what_the_matrix_refuses(doors: Doors, service: Service) -> None:
    got, wanted = {}, {}
    for person in doors.people.values():
        refused = {expected(person, scene, move): (scene, move) for scene, move in cells(person)}
        for answer in ("403", "404", "409"):
            if answer in refused:
                scene, move = refused[answer]
                cell = f"{person.name}: {move} on {scene}"
                wanted[cell] = answer
                got[cell] = str(
                    requests.post(
                        f"{service.url}/api/v1/tickets/{doors.refs[scene]}/{move}",
                        json=body_of(doors, move),
                        headers={"Authorization": f"Bearer {doors.api.token(person.username)}"},
                        timeout=10,
                    ).status_code
                )

    assert got == wanted
    assert len(got) > 50
