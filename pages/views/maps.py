"""Which states and places the map of a page shows, and what it says to those who do not see it."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from ckg.pages import maps
from ckg.pages.graph import Node
from ckg.pages.maps import land_of, places_of
from ckg.pages.messages import gettext, marked
from ckg.pages.svg.features import Land, Line, Place
from ckg.pages.terms import SCHEMA
from ckg.pages.view_context import ViewContext

from .terms import CKG, ROLE

CORRIDOR_NOTE = marked(
    "Legs are straight lines between their stops, dotted over water. Their numbers are those of the list below."
)


def of_meeting(reader: ViewContext, node: Node) -> Markup | None:
    """Return the map of who took part in a meeting, and where it was."""
    graph = reader.graph
    hosts = {
        state
        for part in graph.nodes(node, CKG.hasParticipation)
        if ROLE.host in graph.nodes(part, CKG.role)
        for state in graph.nodes(part, CKG.participant)
    }
    lands: dict[str, Land] = {}
    for state in graph.nodes(node, CKG.hasParticipant):
        lands |= land_of(reader, state, "host" if state in hosts else "member")
    said = gettext("participants: %(names)s", names=", ".join(land.name for land in lands.values()))
    return _drawn(reader, node, said, lands, places_of(reader, graph.nodes(node, SCHEMA.location), "port"))


def of_resource(reader: ViewContext, node: Node) -> Markup | None:
    """Return the map of the states that are said to hold a resource, or whose region is."""
    graph = reader.graph
    lands: dict[str, Land] = {}
    for holder in graph.subjects(node, CKG.saidToHold):
        for state in [holder, *graph.subjects(holder, CKG.stateOf)]:
            lands = land_of(reader, state, "host" if state == holder else "member") | lands
    said = gettext("states said to hold it: %(names)s", names=", ".join(land.name for land in lands.values()))
    return _drawn(reader, node, said, lands, [])


def of_actor(reader: ViewContext, node: Node) -> Markup | None:
    """Return the map of a state, or of the states of a region."""
    graph = reader.graph
    lands = dict(land_of(reader, node, "host"))
    for state in graph.subjects(node, CKG.stateOf):
        lands |= land_of(reader, state, "member")
    places = places_of(reader, graph.nodes(node, CKG.capital), "capital")
    return _drawn(reader, node, gettext("its outline among its neighbours"), lands, places)


def _drawn(reader: ViewContext, node: Node, said: str, lands: dict[str, Land], places: list[Place]) -> Markup | None:
    name = reader.label(node).text
    if not lands:
        return None
    in_english = reader.language == "en"
    return maps.drawn(
        gettext("Map: %(name)s", name=name), f"{name}; {said}.", list(lands.values()), places, neighbours=in_english
    )


def _leg(reader: ViewContext, ends: list[Place], modes: Iterable[Node]) -> str:
    names = ", ".join(reader.label(mode).text for mode in modes)
    start, end = (place.name for place in ends)
    if not names:
        return gettext("%(start)s to %(end)s", start=start, end=end)
    return gettext("%(start)s to %(end)s by %(modes)s", start=start, end=end, modes=names)


def of_corridor(reader: ViewContext, node: Node, legs: Iterable[Node]) -> Markup | None:
    """Return the map of a corridor: its stops, its legs in their order, the states it passes through."""
    graph = reader.graph
    places: dict[Node, Place] = {}
    lines, said = [], []
    for number, leg in enumerate(legs, 1):
        start, end = graph.node(leg, CKG.legFrom), graph.node(leg, CKG.legTo)
        ends = []
        for stop in (start, end):
            if stop is not None and stop not in places:
                for place in places_of(reader, [stop], "port"):
                    places[stop] = place
            if stop in places:
                ends.append(places[stop])
        if len(ends) == 2:
            modes = [mode.value.rpartition("/")[2] for mode in graph.nodes(leg, CKG.mode)]
            lines.append(Line(ends[0], ends[1], sea="sea" in modes, number=number))
            said.append(_leg(reader, ends, graph.nodes(leg, CKG.mode)))
    if not lines:
        return None
    lands: dict[str, Land] = {}
    for state in graph.nodes(node, CKG.passesThrough):
        lands |= land_of(reader, state, "member")
    title = gettext("Map: %(name)s", name=reader.label(node).text)
    in_english = reader.language == "en"
    shown = (list(lands.values()), list(places.values()), lines)
    return maps.drawn(title, "; ".join(said) + ".", *shown, neighbours=in_english)
