"""The demo city: a fictional county-level city with plausible records, the same on every machine for the same day."""
