"""A chat model: what writing asks it, and the one that speaks through LangChain.

The reply is read in a thread of its own, so that silence and `stop` are noticed at once, whatever the client does;
whoever turns away from a reply cuts its connection. Which client it is and what it needs is in providers.py, what a
piece holds in modelreply.py, what can go wrong in faults.py. Whether a reply is true is none of this file's business.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from app.faults import Fault, ModelFault, explained
from app.modelreply import Garbage, Piece, Thoughts, piece_of
from app.modelspec import Kind, ModelSpec
from app.providers import CONNECT, Endpoint, ending, key_for, make_client, models_at, whereabouts
from app.wire import Wire
from ingest.errors import TutorError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

#: Tokens that a model is taken to read and write together, if neither the settings nor its server say.
CONTEXT = 8192

_PAUSES = (1.0, 4.0)  # seconds before the second and the third attempt
_PATIENCE = 20.0  # seconds that a server may ask to be left alone without being given up
_GLANCE = 0.05  # seconds between two looks at `stop`


class ChatModel(Protocol):
    """Something that answers messages."""

    @property
    def name(self) -> str:
        """How users know it: "ollama:qwen3:4b"."""

    @property
    def context(self) -> int:
        """Tokens that it reads and writes together."""

    def stream(self, messages: Sequence[BaseMessage], stop: threading.Event | None = None) -> Iterator[str]:
        """The reply, as it comes: pieces of text, none empty. Ends early, without an error, once `stop` is set.

        Raises:
            ModelFault: it did not answer, or not to the end; what came before stays good. TOO_LONG is such an end.
        """


class Server(Protocol):
    """A server that this process runs, of OpenAI's protocol: `base_url` ends in /v1."""

    @property
    def base_url(self) -> str: ...

    @property
    def context(self) -> int: ...

    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds until the first piece, between two, and for a whole reply; characters of a reply at most."""

    first: float = 120.0
    between: float = 60.0
    whole: float = 1200.0
    characters: int = 12_000


#: A model on two cores takes its time to read what it is asked.
LOCAL_LIMITS = Limits(first=300.0)


@dataclass(frozen=True, slots=True)
class _Connection:
    client: BaseChatModel
    context: int
    server: Server | None = None


class LangChainModel:
    """Any model of LangChain's `init_chat_model`. Nothing is loaded, asked or started before the first use.

    Args:
        spec: which one; not Kind.NONE.
        context: tokens that it reads and writes together; asked of a server that may say, else `CONTEXT`, if None.
        environ: where the keys are.
        limits: when to give it up.
        wait: waits so many seconds, or until the event is set.
        serve: starts the server of Kind.LOCAL.
    """

    def __init__(
        self,
        spec: ModelSpec,
        *,
        environ: Mapping[str, str],
        context: int | None = None,
        limits: Limits | None = None,
        wait: Callable[[threading.Event, float], object] = threading.Event.wait,
        serve: Callable[[], Server] | None = None,
    ) -> None:
        self._spec = spec
        self._environ = environ
        self._context = context
        self._limits = limits or (LOCAL_LIMITS if spec.kind is Kind.LOCAL else Limits())
        self._wait = wait
        self._serve = serve
        self._about = whereabouts(spec, environ)
        self._ending = ending(spec)
        self._lock = threading.Lock()
        self._connection: _Connection | None = None

    @property
    def name(self) -> str:
        """The model as the settings name it."""
        return self._spec.name

    @property
    def context(self) -> int:
        """Tokens that it reads and writes together; `CONTEXT` as long as its server cannot be asked."""
        if self._context is not None or self._spec.kind is Kind.NAMED:
            return self._context or CONTEXT
        try:
            return self._connected().context
        except Exception:  # the question that comes next says it
            return CONTEXT

    def stream(self, messages: Sequence[BaseMessage], stop: threading.Event | None = None) -> Iterator[str]:
        """The reply, as it comes; see ChatModel. What fails before the first piece is tried three times."""
        stop = stop or threading.Event()
        for pause in _PAUSES:
            try:
                yield from self._attempt(messages, stop)
                return
            except ModelFault as fault:
                if not fault.again or (fault.after or 0.0) > _PATIENCE:
                    raise
                seconds = max(pause, fault.after or 0.0)
            self._wait(stop, seconds)
            if stop.is_set():
                return
        yield from self._attempt(messages, stop)

    def close(self) -> None:
        """Stop the server that was started for it, if one was; the next use starts it anew."""
        with self._lock:
            connection, self._connection = self._connection, None
        if connection is not None and connection.server is not None:
            connection.server.stop()

    # -- one attempt -------------------------------------------------------------------------------------------------

    def _attempt(self, messages: Sequence[BaseMessage], stop: threading.Event) -> Iterator[str]:
        queue: SimpleQueue[Piece | ModelFault | None] = SimpleQueue()
        wire = Wire()
        threading.Thread(
            target=self._read, args=(tuple(messages), wire, queue.put), name="chat model", daemon=True
        ).start()
        try:
            yield from self._pieces(queue, stop)
        finally:
            wire.cut()

    def _pieces(self, queue: SimpleQueue[Piece | ModelFault | None], stop: threading.Event) -> Iterator[str]:
        """The text of what the other thread reads, until it ends, fails, falls silent or goes on too long."""
        thoughts, characters, received = Thoughts(), 0, 0
        ended = cut = False
        end, seconds = monotonic() + self._limits.whole, self._limits.first
        while True:
            try:
                item = _next(queue, stop, min(monotonic() + seconds, end))
            except Empty:
                raise self._about.fault(Fault.TOO_SLOW, seconds=seconds) from None
            if item is _STOPPED:
                return
            if isinstance(item, ModelFault):
                item.again = item.again and not characters
                raise item
            if item is None:
                break
            ended, cut, seconds = ended or item.ends, cut or item.cut, self._limits.between
            received += item.size
            text = thoughts.feed(item.text)[: self._limits.characters - characters]
            characters += len(text)
            if text:
                yield text
            if characters >= self._limits.characters or received > 4 * self._limits.characters:
                raise self._about.fault(Fault.TOO_LONG)
        if rest := thoughts.close():
            characters += len(rest)
            yield rest
        self._check_end(characters, ended=ended or not self._ending, cut=cut)

    def _check_end(self, characters: int, *, ended: bool, cut: bool) -> None:
        if not ended:
            raise self._about.fault(Fault.DIED, begun=bool(characters))
        if not characters:
            raise self._about.fault(Fault.EMPTY)
        if cut:
            raise self._about.fault(Fault.TOO_LONG)

    def _read(
        self, messages: Sequence[BaseMessage], wire: Wire, put: Callable[[Piece | ModelFault | None], None]
    ) -> None:
        """Read a reply and hand on its pieces, then None or what went wrong; the other thread's half."""
        wire.carry()
        try:
            client = self._connected().client
            if wire.is_cut:  # while the local model was starting, say
                return
            for chunk in client.stream(list(messages)):
                if wire.is_cut:
                    return
                put(piece_of(chunk, self._ending))
            put(None)
        except BaseException as error:  # it would be lost with the thread
            fault = self._fault(error, wire)
            if fault.fault is Fault.NO_SERVER and self._spec.kind is Kind.LOCAL:
                self.close()
            put(fault)

    def _fault(self, error: BaseException, wire: Wire) -> ModelFault:
        if isinstance(error, ModelFault):
            fault = error
        elif isinstance(error, TutorError):
            fault = ModelFault(Fault.NOT_SET_UP, str(error))
        elif isinstance(error, Garbage):
            fault = self._about.fault(Fault.GARBAGE, str(error))
        else:
            fault = explained(error, self._about, seconds=CONNECT, after=wire.after)
        fault.__cause__ = fault.__context__ = None  # a client's exception holds the request, and that the key
        return fault.with_traceback(None)

    # -- the client --------------------------------------------------------------------------------------------------

    def _connected(self) -> _Connection:
        with self._lock:
            if self._connection is None:
                self._connection = self._connect()
            return self._connection

    def _connect(self) -> _Connection:
        spec, key = self._spec, key_for(self._spec, self._environ)
        endpoint = Endpoint(spec.model, spec.url, key, self._context or CONTEXT, self._limits.first + 5.0)
        if spec.kind is Kind.NAMED:
            return _Connection(make_client(spec, endpoint, self._about), endpoint.context)
        server = self._serve() if self._serve is not None else None
        if server is not None:
            endpoint = _at(endpoint, server.base_url, "local", self._context or server.context)
        else:
            found = models_at(endpoint)
            if not found:
                raise self._about.fault(Fault.UNKNOWN_MODEL)
            model, context = found[0]
            endpoint = _at(endpoint, spec.url, model, self._context or context or CONTEXT)
        return _Connection(make_client(spec, endpoint, self._about), endpoint.context, server)


def _at(endpoint: Endpoint, url: str, model: str, context: int) -> Endpoint:
    return Endpoint(model, url, endpoint.key, context, endpoint.silence)


_STOPPED = Piece("", 0)  # stands for `stop`


def _next(
    queue: SimpleQueue[Piece | ModelFault | None], stop: threading.Event, deadline: float
) -> Piece | ModelFault | None:
    """The next thing in the queue, or _STOPPED.

    Raises:
        Empty: nothing came until the deadline.
    """
    while not stop.is_set():
        try:
            return queue.get(timeout=max(min(_GLANCE, deadline - monotonic()), 0.0))
        except Empty:
            if monotonic() >= deadline:
                raise
    return _STOPPED


def check_connection(model: ChatModel) -> str:
    """Ask a model for one word, and say that it answers.

    Raises:
        ModelFault: it does not.
    """
    from langchain_core.messages import HumanMessage

    reply = model.stream([HumanMessage("Answer with one word: yes")])
    if next(reply, None) is not None:
        reply.close()  # type: ignore[attr-defined]
    return f"{model.name} answers"
