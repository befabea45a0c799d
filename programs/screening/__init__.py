"""The two-cancer screening: lists in, results behind their wall, recalls out."""
