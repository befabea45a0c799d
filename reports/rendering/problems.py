"""Why a document was not printed. Each text is for the person who asked for it."""


class RenderingProblem(Exception):
    pass


class OutsideAsset(RenderingProblem):
    """A document tried to fetch something; nothing outside it is ever read."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__(address)

    def __str__(self) -> str:
        return f"文件里引用了外面的内容“{self.address}”，PDF 没有生成。请去掉这个引用。"


class TooLong(RenderingProblem):
    def __str__(self) -> str:
        return "排版时间太长，已经停止，PDF 没有生成。请把文件分成几份再生成。"


class TooLarge(RenderingProblem):
    def __str__(self) -> str:
        return "文件太大，排版占用的内存超过了限度，PDF 没有生成。请把文件分成几份再生成。"


class NotDrawn(RenderingProblem):
    """Holds what WeasyPrint said, for the log."""

    def __str__(self) -> str:
        return "文件里有一幅图画不出来，PDF 没有生成。请联系管理员。"
