"""What the domain raises when the state of things forbids a change.

The API answers it with 409, the admin and the commands print it.
"""

from typing import Any


class Conflict(Exception):
    """A change that is well formed but cannot be made now.

    `detail` is one sentence for people, `code` the API's `error_code`, and `members` what the
    answer says beside them (`errors`, `existing_client`).
    """

    def __init__(self, detail: str, *, code: str = "CONFLICT", **members: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code
        self.members = members
