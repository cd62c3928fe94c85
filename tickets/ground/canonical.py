"""One way to write values down, so that the same values always have the same hash."""

import json
from collections.abc import Mapping
from typing import Any


def canonical(values: Mapping[str, Any]) -> bytes:
    """Write *values* as JSON: keys in order, no blanks, every letter as itself, in UTF-8."""
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
