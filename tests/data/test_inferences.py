"""What OWL 2 RL reasoning yields on the shipped data: the things people ask for, and no contradiction."""

import owlrl
import pytest
from rdflib import RDF, Graph, Namespace

from ckg.release.current import Releases

CKG = Namespace("https://w3id.org/ckg/ontology#")
OA = Namespace("http://www.w3.org/ns/oa#")
PROV = Namespace("http://www.w3.org/ns/prov#")
SCHEMA = Namespace("https://schema.org/")
ID = "https://w3id.org/ckg/id/"
# How owlrl reports an inconsistency.
ERROR = "http://www.daml.org/2002/03/agents/agent-ont#error"
SIX = {f"state/{s}" for s in ("japan", "kazakhstan", "uzbekistan", "kyrgyzstan", "tajikistan", "turkmenistan")}
FIVE = SIX - {"state/japan"}


def close(graph: Graph) -> Graph:
    closed = Graph()
    closed += graph
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(closed)
    return closed


def errors(graph: Graph) -> list[str]:
    return [str(message) for _, p, message in graph if str(p) == ERROR]


def slugs(terms) -> set[str]:
    return {str(t).removeprefix(ID) for t in terms if str(t).startswith(ID)}


def node(slug: str):
    return Namespace(ID)[slug]


def test_the_rules_draw_what_people_ask_for(union, shipped_releases):
    # That they are owlrl's is a law of tests/reason; a contradiction would have kept the release from being made.
    closed = Graph().parse(Releases(shipped_releases).current().folder / "dumps" / "ckg.nt")

    def members(cls):
        return slugs(closed.subjects(RDF.type, CKG[cls]))

    def objects(slug, prop):
        return slugs(closed.objects(node(slug), CKG[prop]))

    # Parties: by taking part in the summit that adopted the document, down to its clauses.
    assert objects("declaration/tokyo-2025", "hasParty") == SIX
    assert objects("clause/tokyo-2025-corridor", "hasParty") == SIX
    assert "declaration/tokyo-2025" in objects("state/kazakhstan", "partyTo")
    assert members("SummitParticipant") >= SIX
    # An observer is no party.
    assert objects("participation/ca-jad-ministers-1-turkmenistan", "attendee") == {"state/turkmenistan"}
    assert "meeting/ca-jad-ministers-1" not in objects("state/turkmenistan", "participatedIn")
    # Who is bound: all by the document, one by the statement; the disputed target binds nobody outright.
    assert objects("commitment/tokyo-2025-artificial-intelligence", "binds") == SIX
    assert objects("commitment/japan-aktau-customs", "binds") == {"state/japan"}
    assert objects("commitment/tokyo-2025-business-target", "binds") == set()
    assert objects("commitment/tokyo-2025-business-target", "saidToBind") == SIX
    # Classes by definition.
    tokyo = {c for c in members("Commitment") if c.startswith("commitment/tokyo-2025")}
    assert len(tokyo) == 6
    assert tokyo & members("EconomicCommitment") == tokyo - {
        "commitment/tokyo-2025-artificial-intelligence", "commitment/tokyo-2025-practical-cooperation",
    }  # fmt: skip
    assert tokyo & members("TimedFinancialCommitment") == {"commitment/tokyo-2025-business-target"}
    assert tokyo & members("DisputedCommitment") == {"commitment/tokyo-2025-business-target"}
    assert members("LandlockedParticipant") == FIVE
    assert "summit/tokyo-2025" in members("FirstSummit")
    assert members("PostponedMeeting") >= {"summit/ca-jad-2024-postponed"}
    assert "state/japan" not in members("LandlockedState")
    assert {f"conversion/tokyo-2025-target-{s}" for s in ("digest", "afp", "redcensor")} <= members("DisputedFigure")
    # Commentary: what stands in an opinion article, or goes back to one; so all that Huanqiu Times says.
    opinions = set(union.subjects(RDF.type, SCHEMA.OpinionNewsArticle))
    quoted = {q for o in opinions for p in (OA.hasSource, PROV.hadPrimarySource) for q in union.subjects(p, o)}
    records = {r for q in quoted for r in union.subjects(CKG.restsOn, q)}
    assert members("Commentary") == slugs(records & set(union.subjects(RDF.type, CKG.Claim)))
    assert members("Commentary") >= slugs(union.subjects(CKG.assertedBy, node("organisation/huanqiu-times"))) != set()
    # Evidence: from the words to the source, its publisher, and the sources behind it.
    assert objects("observation/tokyo-2025-japan-sets-target", "reportedBy") == {"organisation/hurriyet-daily-news"}
    # A passage goes back to the report that is named for it; to none where the digest does not say which.
    assert objects("claim/huanqiu-landlocked", "tracesTo") == {"source/huanqiu-times-2025-12-19"}
    for record in ("summit/tokyo-2025", "clause/tokyo-2025-corridor", "observation/tokyo-2025-adoption", *tokyo):
        assert objects(record, "tracesTo") == set(), record
    # Meetings and routes.
    assert "summit/tokyo-2025" in objects("meeting/ca-jad-ministers-1", "laterMeeting")
    assert objects("summit/tokyo-2025", "meetingOf") == {"dialogue/ca-jad"}
    assert objects("port/aktau", "leadsTo") == {"port/alat", "port/batumi", "port/poti"}
    assert "state/kazakhstan" in objects("state/uzbekistan", "borders")
    # Resources: what is said of the region is not said of each state.
    assert {"resource/oil", "resource/rare-metals"} <= objects("region/central-asia", "saidToHold")
    assert "resource/oil" not in objects("state/kyrgyzstan", "saidToHold")


MISTAKES = {
    "urn:claim-taken-for-a-commitment": "<urn:claim-taken-for-a-commitment> a ckg:Commitment , ckg:Claim .",
    "urn:summit-of-ministers": "<urn:summit-of-ministers> a ckg:Summit , ckg:MinisterialMeeting .",
    "urn:state-with-a-quotation": "<urn:state-with-a-quotation> a ckg:State ; ckg:restsOn <urn:quotation> .",
    "urn:own-neighbour": "<urn:own-neighbour> ckg:borders <urn:own-neighbour> .",
    "urn:circle": "<urn:circle> ckg:nextMeeting <urn:b> . <urn:b> ckg:nextMeeting <urn:circle> .",
}  # fmt: skip


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_mistakes_in_coding_are_found_as_contradictions(ontology):
    faulty = Graph()
    for axiom in ontology:  # without labels, which no rule reads
        if not str(axiom[1]).endswith(("label", "definition", "isDefinedBy", "prefLabel", "inScheme")):
            faulty.add(axiom)
    faulty.parse(data=f"@prefix ckg: <{CKG}> . {' '.join(MISTAKES.values())}", format="turtle")
    messages = errors(close(faulty))
    assert {mistake for mistake in MISTAKES if not any(mistake in message for message in messages)} == set()
