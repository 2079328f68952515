"""Invoices and payments at the desk."""
