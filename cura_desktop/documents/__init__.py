"""PDF writers: a frozen value in, the bytes of a PDF out (reportlab)."""
