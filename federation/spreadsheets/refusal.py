"""A file refused as a whole. Free of Django, since the child process raises it too."""

NOTHING_SAVED = "本次未导入任何内容。"


class BadFile(ValueError):
    """The file as a whole is refused: reason, and what to do instead."""

    def __init__(self, reason: str, cure: str, *, rule: str) -> None:
        super().__init__(f"{reason}。{cure}。{NOTHING_SAVED}")
        self.reason, self.cure, self.rule = reason, cure, rule
