"""SHACL 5.3.2 and 6.3: what results of SPARQL-based constraints and components of one's own say."""

COMPONENT = """
:C a sh:ConstraintComponent ; sh:parameter [ sh:path :longest ] ;
  sh:validator [ a sh:SPARQLAskValidator ;
    sh:message "{$value} is longer than {$longest}."@en, "{$value} ist zu lang."@de ;
    sh:ask "ASK { FILTER (STRLEN(STR($value)) <= $longest) }" ] .
:S a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:property [ sh:path :p ; :longest 2 ] .
"""
QUERY = """
:S a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:sparql [ {} sh:select '''
  SELECT $this ?value ?message WHERE {{ $this <https://example.org/p> ?value {} }}''' ] .
"""


def test_an_ask_validator_gives_the_value(check):
    report = check(':a :p "abc" , "ab" , "abcd" .', COMPONENT)
    assert [(result.value.value, result.path) for result in report.results] == [
        ("abc", "<https://example.org/p>"),
        ("abcd", "<https://example.org/p>"),
    ]


def test_the_messages_of_a_result_are_no_others(check):
    report = check(':a :p "abc" , "abcd" .', COMPONENT)
    assert [sorted(message.value for message in result.messages) for result in report.results] == [
        ["abc is longer than 2.", "abc ist zu lang."],
        ["abcd is longer than 2.", "abcd ist zu lang."],
    ]
    assert {message.language for result in report.results for message in result.messages} == {"en", "de"}


def test_messages_of_a_query_keep_their_language_and_take_any_value(check):
    shape = QUERY.format('sh:message "No {?value}."@en ;', "")
    (result,) = check(r':a :p "\\1 $x" .', shape).results
    assert [(message.value, message.language) for message in result.messages] == [(r"No \1 $x.", "en")]


def test_what_a_query_binds_to_message_is_the_message(check):
    shape = QUERY.format('sh:message "Not this." ;', 'BIND (CONCAT("Too long: ", ?value) AS ?message)')
    (result,) = check(':a :p "abc" .', shape).results
    assert result.message == "Too long: abc"


def test_other_shapes_of_the_same_name_are_forgotten(check):
    """pyshacl keeps validators by the address of their graph, which Python uses again."""
    for longest in (2, 9, 3, 4) * 3:
        asked = COMPONENT.replace("<= $longest", f"<= {longest}")
        assert len(check(':a :p "abcd" .', asked).results) == int(longest < 4)
