import pytest

from federation.tests.cast import *


@pytest.fixture
def thorough(pytestconfig: pytest.Config) -> bool:
    """Whether this is `./portal test --full`."""
    return pytestconfig.getoption("markexpr") == ""
