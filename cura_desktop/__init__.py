"""Cura Desktop: clinic management for reception, consultation and dispensing."""

__version__ = "0.1.0"
