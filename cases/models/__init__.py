"""The tables of THE MATTER. One module for each idea; the rest of the project imports from here."""

from cases.models.time_limit import TimeLimit

__all__ = ["TimeLimit"]
