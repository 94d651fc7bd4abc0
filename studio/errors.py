"""The errors an artist can meet, each told in two plain sentences."""


class StudioError(Exception):
    """Something an artist can understand and act upon.

    `what` says what happened and `todo` what to do about it; one plain sentence each. Any
    exception that is not a `StudioError` is a defect of the program and is shown as such.
    """

    def __init__(self, what: str, todo: str = "") -> None:
        super().__init__(what, todo)
        self.what = what
        self.todo = todo

    def __str__(self) -> str:
        return f"{self.what} {self.todo}".strip()
