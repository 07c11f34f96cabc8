"""The drills: the product's real processes on a real database and broker, killed, frozen, flooded and sent to other hours.

`make drill` runs all of them at full size and writes docs/drills.md; `make drill-R1` runs one. The suite runs each at a
small size (test_small), so that none can rot.
"""
