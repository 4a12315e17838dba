"""How records are written into a file."""

from enum import StrEnum


class ExportFormat(StrEnum):
    """How records are written: CSV, CSV as some spreadsheets want it, JSON Lines."""

    CSV = "csv"
    CSV_BOM = "csv-bom"
    JSONL = "jsonl"

    @property
    def suffix(self) -> str:
        """The ending of a file's name."""
        return ".jsonl" if self is ExportFormat.JSONL else ".csv"
