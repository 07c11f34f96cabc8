"""What is measured, a module for each thing; the order is the order of the report. Those that add cases come last."""

SECTIONS = [
    "start",
    "work_list",
    "pages",
    "search",
    "export",
    "verify",
    "memory",
    "targets",
    "intake",
    "books",
    "sweep",
]
