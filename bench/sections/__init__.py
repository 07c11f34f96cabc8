"""What is measured, a module for each thing; the order is the order of the report."""

SECTIONS = ["search", "sweep"]
