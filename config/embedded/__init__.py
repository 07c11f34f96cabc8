"""PostgreSQL and Valkey from the Python packages of the group `embedded`, for `make demo`, `make test`, `make manage`.

Every command that needs a service holds a lock on it (`uses.py`). One process per service, its keeper, starts it,
starts it again when it dies, and stops it when nobody holds that lock any more (`keeper.py`). The kernel gives back
the locks of the dead, so no crash leaves a lie behind, and no list of process numbers is kept anywhere.
"""
