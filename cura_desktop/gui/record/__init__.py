"""The record of one patient: summary, journal, consultation, lists and letters."""
