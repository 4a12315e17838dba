"""The call records: table, filter, order, reading back, export."""
