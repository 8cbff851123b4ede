"""Every address of the portal and its API, as the routers hold them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from starlette.routing import Mount

from portal.door.doors import SAFE


@dataclass(frozen=True)
class Walked:
    """One address with one method; `path` as it is asked for, with every parameter filled in."""

    method: str
    path: str
    pattern: str
    route: Any

    @property
    def name(self) -> str:
        return f"{self.method} {self.pattern}"


def routes(app: FastAPI, **parameters: str) -> list[Walked]:
    """All routes but files that are the same for everybody."""
    return list(_walk(app.routes, "", parameters))


def writing(app: FastAPI, **parameters: str) -> list[Walked]:
    return [route for route in routes(app, **parameters) if route.method not in SAFE]


def _walk(tree: Any, before: str, parameters: dict[str, str]) -> Iterator[Walked]:
    for route in tree:
        if hasattr(route, "effective_route_contexts"):
            yield from _walk(route.effective_route_contexts(), before, parameters)
        elif isinstance(route, Mount):
            yield from _walk(getattr(route.app, "routes", ()), before + route.path, parameters)
        elif getattr(route, "methods", None):
            filled = {name: parameters.get(name, "x") for name in route.param_convertors}
            for method in sorted(route.methods - {"HEAD"}):
                yield Walked(method, (before + route.path_format).format(**filled), before + route.path, route)
