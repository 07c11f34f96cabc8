"""What must be true of the rows of all rooms, whatever happened to the processes: asked by `manage.py fsck` and after drills.

A constraint of the database says what one row may be; these say how rows fit each other. Each gives the keys of what does
not fit: references and ids, never personal data.
"""

from config.invariants import matters, meetings, promises  # noqa: F401 - each registers its own
from config.invariants.asking import INVARIANTS, Broken, broken

__all__ = ["INVARIANTS", "Broken", "broken"]
