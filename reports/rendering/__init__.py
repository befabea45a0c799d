"""Official documents on paper: what GB/T 9704 asks for, set line by line and written as tagged PDF.

Nothing here knows where the words come from, and nothing needs the database or the settings, so that a bare worker
process (worker.py) can do it too.
"""
