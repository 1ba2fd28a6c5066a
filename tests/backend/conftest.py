"""What the tests of compiled code share: a cache of their own, and no way back to NumPy."""

import pytest

from astgrad.api import compiled


@pytest.fixture(autouse=True, scope="module")
def cache_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cache")
    folder.chmod(0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASTGRAD_CACHE_DIR", str(folder))
        yield folder


@pytest.fixture
def strict(monkeypatch):
    """An error of compiled code is an error; NumPy's text is not run instead."""
    def called(self, error):
        raise error

    monkeypatch.setattr(compiled.Fallback, "__call__", called)
