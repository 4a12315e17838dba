"""Hidden columns, kept between runs and versions."""

from pathlib import Path

from tui.store.view import StoredView

OLD_FILE = '{"_default":{"1":{"table":"calls","hidden":["ip","model"]},"2":{"table":"errors","hidden":["at"]}}}'


def test_what_an_earlier_version_wrote_is_read_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "view.json"
    path.write_text(OLD_FILE)
    view = StoredView(path)
    assert view.hidden_columns("calls") == {"ip", "model"}
    view.hide_columns("calls", frozenset({"tokens"}))
    view.hide_columns("keys", frozenset({"id"}))
    assert [view.hidden_columns(table) for table in ("calls", "errors", "keys", "none")] == [
        {"tokens"},
        {"at"},
        {"id"},
        frozenset(),
    ]
