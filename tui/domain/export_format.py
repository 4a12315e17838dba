"""File formats of exported records."""

from enum import StrEnum


class ExportFormat(StrEnum):
    """File formats: CSV, CSV with a BOM for some spreadsheets, JSON Lines."""

    CSV = "csv"
    CSV_BOM = "csv-bom"
    JSONL = "jsonl"

    @property
    def suffix(self) -> str:
        """The file name's extension."""
        return ".jsonl" if self is ExportFormat.JSONL else ".csv"
