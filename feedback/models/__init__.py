"""The tables of THE WAY IN. One module for each idea; the rest of the project imports from here."""

from feedback.models.acknowledgement import Acknowledgement
from feedback.models.petition import Petition, Petitioner
from feedback.models.reception import Reception
from feedback.models.register import RegisterFile, RegisterLine
from feedback.models.verdict import Verdict
from feedback.models.word import Word

__all__ = [
    "Acknowledgement", "Petition", "Petitioner", "Reception", "RegisterFile", "RegisterLine", "Verdict", "Word",
]  # fmt: skip
