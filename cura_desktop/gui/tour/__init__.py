"""A day at the clinic, worked through by the program itself: it types, clicks and waits like the people it serves.

The script (`day.py`) sees widgets only, never a service. It leaves numbered pictures and the documents in a folder; the
same script is the journey test.
"""
