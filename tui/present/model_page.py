"""The title lines of a model's page."""

from tui.domain.scope import Scope
from tui.locale import _
from tui.monitor.scoped import usage_of
from tui.monitor.snapshot import Snapshot
from tui.present import scope_line
from tui.present.display_context import DisplayContext
from tui.present.pane import parts
from widgets.facts import Part
from widgets.values import Cell, Emphasis


def title_parts(model: str, scope: Scope, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
    """The model, the scope, and its totals."""
    title = (Cell(f"{_('Model')} · {model}  ", Emphasis.STRONG), *scope_line.chips(scope, snapshot, look))
    return parts((title,), scope_line.totals(usage_of(scope, snapshot, look.now), look))
