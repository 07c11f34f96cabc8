"""The environment that a command runs in: where the services are, the product's keys, where files go."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from config.embedded.keys import keys_of
from config.embedded.places import Place, make_folder
from config.embedded.postgres import Postgres
from config.embedded.service import Service
from config.embedded.uses import in_use
from config.embedded.valkey import Valkey

PRODUCT_KEYS = ("SECRET_KEY", "IDENTITY_KEYS", "INDEX_KEY", "TRACKING_KEY")


def services_of(place: Place, environ: Mapping[str, str]) -> list[Service]:
    """The services to start: those for which the user has not named one of their own. Raises Trouble without keys."""
    keys_of(place)
    services: list[Service] = []
    if not environ.get("DATABASE_URL"):
        services.append(Postgres(place))
    if not environ.get("REDIS_URL"):
        services.append(Valkey(place))
    return services


@contextmanager
def surroundings(place: Place, environ: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The caller's environment, completed, with the services it names up inside the block."""
    services = services_of(place, environ)
    with in_use(services):
        yield completed(environ, place, services)


def completed(environ: Mapping[str, str], place: Place, services: list[Service]) -> dict[str, str]:
    """What the user has set stays as it is; the rest is ours. Call it while the services are up: it names ports."""
    ours = {name: keys_of(place)[name] for name in PRODUCT_KEYS}
    for folder in ("media", "static", "mail"):
        make_folder(place.folder / folder)
    ours |= {
        "MEDIA_ROOT": str(place.folder / "media"),
        "STATIC_ROOT": str(place.folder / "static"),
        "EMAIL_URL": f"file:{place.folder / 'mail'}",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "INSECURE_HTTP": "1",
        "DATABASE_OWNER_URL": environ.get("DATABASE_URL", ""),
    }
    given = {name: value for name, value in environ.items() if value}
    addresses = {name: value for service in services for name, value in _addresses(service).items()}
    return {**ours, **given, **addresses}


def _addresses(service: Service) -> dict[str, str]:
    if isinstance(service, Postgres):
        return {
            "DATABASE_URL": service.url("app"),
            "DATABASE_OWNER_URL": service.url("owner"),
            "DATABASE_APP_ROLE": "app",
        }
    if isinstance(service, Valkey):
        return {"REDIS_URL": service.url}
    raise TypeError(service)
