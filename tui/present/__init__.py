"""From a Snapshot and the view state to what a pane shows: pure functions."""
