"""Rows, repositories, the transaction and the embedded server (SQLAlchemy, psycopg)."""
