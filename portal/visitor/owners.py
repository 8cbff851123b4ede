"""The owner of a limit in words."""

from collections.abc import Mapping

from portal.visitor.languages import say
from states.roles import Role

OWNERS = Role.names() | {"office": Role.REGISTRAR.zh}


def owner_name(row: Mapping[str, object]) -> str:
    """The owner of a limit as everybody may read it: a unit or an office by name, a deputy without."""
    kind, _, id_ = str(row["owed_by"]).partition(":")
    if kind == "unit":
        return str(row.get("unit_name") or id_)
    return say(OWNERS.get(kind, kind))
