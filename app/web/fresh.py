"""Parts of pages that are fetched again and again: no more than "as before" where nothing changed."""

import re
from hashlib import blake2b

from flask import make_response, request
from flask.typing import ResponseReturnValue

#: What differs each time a form is drawn, and tells nothing new.
OF_THE_FORM = re.compile(r'name="(?:csrf_token|idempotency_key)" value="[^"]*"')


def fresh_part(part: str) -> ResponseReturnValue:
    """Answer with *part*, or with 304 where whoever asks has it already."""
    response = make_response(part)
    told = OF_THE_FORM.sub("", part).encode()
    response.set_etag(blake2b(told, digest_size=16).hexdigest())
    return response.make_conditional(request)
