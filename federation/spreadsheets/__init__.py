"""Spreadsheets in and out: guarded reading, templates, marked-up error books, exports."""
