"""FHIR R4 files, read into the values of `domain/imports.py`. Nothing here knows a database."""
