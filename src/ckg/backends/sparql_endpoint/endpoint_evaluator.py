"""An endpoint as an evaluator: queries are sent there, and the answers written here, in any format, with our bounds."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any, Final

import pyoxigraph as ox

from ckg.backends.oxigraph.standard_query import StandardStore
from ckg.backends.release import ReleaseData
from ckg.backends.sparql_endpoint.endpoint import Endpoint, EndpointRefused, ReleaseState
from ckg.backends.sparql_endpoint.http_connections import Cancelling
from ckg.backends.sparql_endpoint.remote_store import RemoteStore
from ckg.backends.sparql_endpoint.syntax_check import SyntaxCheck
from ckg.errors import CkgError, EngineAway, EngineFailed, QueryError
from ckg.formats import BooleanFormat, GraphFormat, ResultFormat
from ckg.query import results
from ckg.query.describe import describe
from ckg.query.guard.checker import Form, ParsedQuery
from ckg.query.job import QueryJob, QueryResult
from ckg.query.limits import QueryLimits
from ckg.query.results import Sink
from ckg.query.spool import Spool

_LOG: Final = logging.getLogger(__name__)
_FRESH_S: Final = 1.0  # seconds for which it holds that the endpoint has the release
_TRIES: Final = 3  # evaluations of a query while the release is loaded anew


class EndpointEvaluator:
    """Evaluates each query at an endpoint; see `ckg.query.evaluator.Evaluator`."""

    def __init__(self, endpoint: Endpoint, data: ReleaseData, limits: QueryLimits) -> None:
        self.endpoint = endpoint
        self.data = data
        self.limits = limits
        self.syntax = SyntaxCheck(data.prefixes, data.base.iri)
        self.graphs = [graph.name for graph in data.graphs] + [data.base.void_graph, data.base.examples_graph]
        self._fault = ""
        self._looked = -_FRESH_S
        self._lock = threading.Lock()

    @property
    def healthy(self) -> bool:
        """Whether the endpoint answers, and has the release."""
        return not self._state() and self.syntax.workers.healthy

    @property
    def sandbox(self) -> tuple[str, ...]:
        """The names of the sandbox layers in which the texts of queries are read; they are evaluated elsewhere."""
        return self.syntax.workers.sandbox

    @property
    def count(self) -> int:
        """How many connections there may be."""
        return self.endpoint.settings.connections

    @property
    def away_seconds(self) -> float | None:
        """For how long the endpoint has not answered; None while it does."""
        since = self.endpoint.connections.away_since
        return None if since is None else time.monotonic() - since

    def start(self, question: QueryJob, checked: ParsedQuery, deadline: float, *, demoted: bool) -> EndpointEvaluation:
        """Begin to evaluate a query in a thread of its own."""
        return EndpointEvaluation(self, question, checked, deadline)

    def start_at_once(self, question: QueryJob, checked: ParsedQuery) -> None:
        """Return None: a thread waits for the endpoint."""

    def fault(self) -> str:
        """Return why no query can be answered, or nothing: asks the endpoint, at most once a second."""
        return self._state()

    def close(self) -> None:
        """Close the connections."""
        self.syntax.close()
        self.endpoint.close()

    def _state(self) -> str:
        with self._lock:
            if time.monotonic() - self._looked >= _FRESH_S:
                try:
                    if self.endpoint.settings.check_release:
                        self.endpoint.confirmed()
                    else:
                        self.endpoint.reach()
                    self._fault = ""
                except QueryError as error:
                    self._fault = error.message
                except EndpointRefused as error:
                    self._fault = str(error)
                self._looked = time.monotonic()
            return self._fault


class EndpointEvaluation:
    """One query at an endpoint; see `ckg.query.evaluator.Evaluation`."""

    def __init__(self, evaluator: EndpointEvaluator, question: QueryJob, checked: ParsedQuery, deadline: float) -> None:
        self._evaluator = evaluator
        self._question = question
        self._checked = checked
        self._deadline = deadline
        self._cancelling = Cancelling()
        self._ended = threading.Event()
        self._began = time.monotonic()
        self._result: QueryResult | None = None
        self._error: Exception | None = None
        threading.Thread(target=self._run, name="ckg-endpoint", daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Wait until there is a result, or an error."""
        return self._ended.wait(max(0.0, seconds))

    def used_seconds(self) -> float:
        """Return how long it has been under way: what the endpoint's processors do is not known here."""
        return time.monotonic() - self._began

    def demote(self) -> None:
        """Do nothing: the endpoint has its own order."""

    def result(self) -> QueryResult:
        """Return the whole answer; see `ckg.query.evaluator.Evaluation.result`."""
        self._ended.wait()
        if self._error is not None:
            raise self._error
        assert self._result is not None
        return self._result

    def close(self) -> None:
        """End the request, where it is still under way."""
        if not self._ended.is_set():
            self._cancelling.cancel()

    def _run(self) -> None:
        began = time.monotonic()
        try:
            self._evaluator.syntax.check(self._checked, self._deadline)
            spool = Spool()
            sink = self._certain(spool)
            body = sink.finish()
            file = spool if sink.spooled else None
            seconds = time.monotonic() - began
            self._result = QueryResult(
                self._question.format,
                sink.size,
                seconds,
                None if file else body,
                file,
                volatile=self._checked.volatile,
            )
        except CkgError as error:
            # The rows of an engine's answer must end in the thread they began in, and tracebacks hold them.
            error.__cause__ = error.__context__ = None
            self._error = error.with_traceback(None)
        except (EndpointRefused, ValueError, OverflowError) as error:
            self._error = QueryError(f"the query cannot be evaluated: {error}")
        except Exception:  # noqa: BLE001 - whatever it is, whoever waits is owed an end
            _LOG.exception("a query at the SPARQL endpoint met a fault of this server")
            self._error = EngineFailed()
        finally:
            self._ended.set()

    def _certain(self, spool: Spool) -> Sink:
        """Evaluate until the endpoint had one loading of the release from the begin to the end."""
        endpoint = self._evaluator.endpoint
        state = endpoint.known(self._deadline)
        for _ in range(_TRIES):
            sink = self._evaluate(state, spool.fileno())
            now = endpoint.confirmed(self._deadline)
            if now == state:
                return sink
            state, spool = now, Spool()
        raise EngineAway("the release is being loaded anew into the SPARQL endpoint")

    def _evaluate(self, state: ReleaseState, spool: int) -> Sink:
        evaluator, question, text = self._evaluator, self._question, self._checked.text
        data, limits, wanted = evaluator.data, evaluator.limits, question.format
        dataset = question.dataset
        options: dict[str, Any] = {"prefixes": dict(data.prefixes), "base_iri": data.base.iri}
        graphs: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] | None = None
        if dataset.given:
            graphs = [ox.NamedNode(iri) for iri in dataset.default]
            options["named_graphs"] = [ox.NamedNode(iri) for iri in dataset.named]
        is_described = self._checked.form is Form.DESCRIBE
        remote = RemoteStore(
            evaluator.endpoint,
            evaluator.graphs,
            state=state,
            deadline=self._deadline,
            max_bytes=limits.bytes,
            cancelling=self._cancelling,
            described=text if is_described else "",
        )
        store: Any = StandardStore(remote) if evaluator.endpoint.settings.dialect.is_oxigraph else remote  # type: ignore[arg-type]
        if is_described:
            assert isinstance(wanted, GraphFormat)
            triples = describe(store, text, default_graphs=graphs, **options)
            return results.write_graph(triples, wanted, data.prefixes, spool, limits)
        found = store.query(text, default_graph=graphs, **options)
        if isinstance(found, ox.QuerySolutions | ox.QueryBoolean):
            assert isinstance(wanted, ResultFormat | BooleanFormat)
            return results.write_table(found, wanted, spool, limits)
        assert isinstance(wanted, GraphFormat)
        return results.write_graph(found, wanted, data.prefixes, spool, limits)
