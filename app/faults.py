"""What can go wrong with a chat model: Fault, the line that a user reads of each, and which fault an exception is.

A fault is told by the status that the server answered with or, if it did not answer, by the names of the exception's
types: whichever client it comes from (openai, ollama, anthropic, httpx), none is imported. What a server says in its
own words is quoted only where it helps, shortened, and with all that may be a key taken out of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ingest.errors import TutorError


class Fault(StrEnum):
    """What kept a chat model from answering."""

    NO_SERVER = "no server"
    TOO_SLOW = "too slow"
    DIED = "died in mid-stream"
    REFUSED_KEY = "refused key"
    UNKNOWN_MODEL = "unknown model"
    BUSY = "too many requests"
    SERVER_ERROR = "server error"
    BAD_REQUEST = "bad request"
    EMPTY = "empty reply"
    GARBAGE = "garbage"
    TOO_LONG = "too long"
    NO_PACKAGE = "no provider package"
    NO_KEY = "no key"
    NOT_SET_UP = "not set up"


class ModelFault(TutorError):
    """A chat model that did not answer, or not to the end. The text is the line for the user.

    `again` says whether another attempt may do better, `after` how many seconds the server asked to be left alone.
    """

    def __init__(self, fault: Fault, line: str, *, again: bool = False, after: float | None = None) -> None:
        super().__init__(line)
        self.fault = fault
        self.again = again
        self.after = after


@dataclass(frozen=True, slots=True)
class _Row:
    line: str
    again: bool = False  # another attempt may do better
    quotes: bool = False  # the server's own words help


_ROWS = {
    Fault.NO_SERVER: _Row("{name} cannot be reached at {where}. {start}", again=True),
    Fault.TOO_SLOW: _Row(
        "{name} at {where} said nothing for {seconds:g} seconds. Ask again, or choose a smaller model."
    ),
    Fault.DIED: _Row(
        "{name} broke off before the end of its answer. Ask again; if it does so again, restart what runs at {where}.",
        again=True,
    ),
    Fault.REFUSED_KEY: _Row("{name} at {where} refuses the key{status}. Check {key} in the environment."),
    Fault.UNKNOWN_MODEL: _Row("{name} is not to be had at {where}{status}{said}. {fetch}", quotes=True),
    Fault.BUSY: _Row("{name} at {where} takes no more requests now{status}. Ask again {after}.", again=True),
    Fault.SERVER_ERROR: _Row(
        "{name} at {where} has failed{status}{said}. Ask again; if it fails again, look at the server's log.",
        again=True,
        quotes=True,
    ),
    Fault.BAD_REQUEST: _Row(
        "{name} at {where} does not take the request{status}{said}. Start a new conversation, or set TUTOR_LLM_CONTEXT "
        "to the number of tokens that the model reads.",
        quotes=True,
    ),
    Fault.EMPTY: _Row("{name} at {where} sent an empty reply. Ask again, or choose another model."),
    Fault.GARBAGE: _Row(
        "{name}: what answers at {where} is no chat model by what it sends{status}. Check the address."
    ),
    Fault.TOO_LONG: _Row("{name} came to no end, and its answer was cut off. Ask for less at once."),
    Fault.NO_PACKAGE: _Row("{name} needs a package that is not installed. Install it: {install}"),
    Fault.NO_KEY: _Row("{name} needs a key. Set {key} in the environment; it is read there and nowhere else."),
    Fault.NOT_SET_UP: _Row("{name} cannot be set up{said}. Choose another model, or none.", quotes=True),
}

_STATUSES = {
    401: Fault.REFUSED_KEY,
    403: Fault.REFUSED_KEY,
    404: Fault.UNKNOWN_MODEL,
    408: Fault.SERVER_ERROR,  # the server's own limit of time: another attempt may do better
    429: Fault.BUSY,
}
_HUNDREDS = {3: Fault.GARBAGE, 4: Fault.BAD_REQUEST, 5: Fault.SERVER_ERROR}

#: The names of exception types, and what they come to; the first row that knows one of a chain's names decides.
_TYPES: tuple[tuple[frozenset[str], Fault], ...] = (
    (frozenset({"ImportError"}), Fault.NO_PACKAGE),
    (frozenset({"ConnectError", "ConnectTimeout", "ConnectionRefusedError", "gaierror"}), Fault.NO_SERVER),
    (frozenset({"JSONDecodeError", "UnicodeDecodeError", "ValidationError", "DecodingError"}), Fault.GARBAGE),
    (frozenset({"APIResponseValidationError"}), Fault.GARBAGE),
    (frozenset({"RemoteProtocolError", "ReadError", "WriteError", "CloseError"}), Fault.DIED),
    (frozenset({"TimeoutException", "APITimeoutError", "TimeoutError"}), Fault.TOO_SLOW),
    (frozenset({"APIConnectionError", "TransportError", "ConnectionError"}), Fault.NO_SERVER),
    (frozenset({"APIError", "ResponseError"}), Fault.SERVER_ERROR),  # told in the stream, without a status
)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What the lines name: the model, as a sentence may begin with it, and its server; what to do about each.

    `key` is the variable that holds the key; `start`, `fetch` and `install` say how to get the server, the model and
    the client's package; `secrets` are never shown.
    """

    name: str
    where: str = ""
    key: str = ""
    start: str = "Check the address and the network."
    fetch: str = "Check the model's name and the address."
    install: str = ""
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def fault(
        self,
        fault: Fault,
        said: str = "",
        *,
        status: int | None = None,
        seconds: float = 0.0,
        after: float | None = None,
        begun: bool = False,
    ) -> ModelFault:
        """A fault with its line. `said` is in the server's words, `begun` whether a piece of the answer was shown."""
        row = _ROWS[fault]
        quote = shortened(redacted(said, self.secrets)) if row.quotes else ""
        line = row.line.format(
            name=self.name,
            where=self.where,
            key=self.key,
            start=self.start,
            fetch=self.fetch,
            install=self.install,
            status=f" (status {status})" if status else "",
            said=f": “{quote}”" if quote else "",
            seconds=seconds,
            after=f"in {after:.0f} seconds" if after else "in a minute",
        )
        return ModelFault(fault, redacted(line, self.secrets), again=row.again and not begun, after=after)


def explained(
    error: BaseException,
    whereabouts: Whereabouts,
    *,
    begun: bool = False,
    seconds: float = 0.0,
    after: float | None = None,
) -> ModelFault:
    """The fault that a client's exception is."""
    status = _status(error)
    return whereabouts.fault(
        _kind(error, status), _said(error), status=status, seconds=seconds, after=after, begun=begun
    )


def _kind(error: BaseException, status: int | None) -> Fault:
    if status is not None:
        return _STATUSES.get(status) or _HUNDREDS.get(status // 100, Fault.GARBAGE)
    names = {kind.__name__ for link in _chain(error) for kind in type(link).__mro__}
    return next((fault for known, fault in _TYPES if names & known), Fault.GARBAGE)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _status(error: BaseException) -> int | None:
    """The status that the server answered with, if it was one of failure. An error inside a stream may tell its own."""
    for link in _chain(error):
        for value in (getattr(link, "status_code", None), getattr(link, "code", None)):
            if isinstance(value, int | str) and re.fullmatch(r"[345]\d\d", str(value)):
                return int(value)
    return None


def _said(error: BaseException) -> str:
    """What the server said, as far as it is words: the message of a JSON error, or the text that came."""
    body = getattr(error, "body", None)
    for _ in range(2):  # {"error": {"message": ...}}
        if isinstance(body, Mapping):
            body = body.get("error") or body.get("message")
    if isinstance(body, str):
        return body
    text = getattr(error, "error", None) or getattr(error, "message", None) or str(error)
    return text if isinstance(text, str) else ""


# -- what is never shown ---------------------------------------------------------------------------------------------

_NAMES_A_SECRET = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD)$")
_SECRET = re.compile(
    r"(?i:\b(?:bearer|basic)\s+)[^\s\"',;]+"  # an Authorization header
    r"|(?i:\b(?:x-)?api[-_]?key[\"']?\s*[:=]\s*[\"']?)[^\s\"',;]+"
    r"|\b(?:sk|pk|rk|gsk|hf|xai|lsv2|AIza)[-_][\w*.-]{6,}"  # how providers begin theirs
    r"|(?<=://)[^\s/@]+@"  # user and password of an address
)
_HIDDEN = "***"


def secrets_of(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Every value of the environment whose name says that it is one to keep; the longest first."""
    found = {value for name, value in environ.items() if _NAMES_A_SECRET.search(name.upper()) and len(value) > 3}
    return tuple(sorted(found, key=len, reverse=True))


def redacted(text: str, secrets: tuple[str, ...] = ()) -> str:
    """A text without the secrets in it, and without what looks like one."""
    for secret in secrets:
        text = text.replace(secret, _HIDDEN)
    return _SECRET.sub(_HIDDEN, text)


def shortened(text: str, most: int = 160) -> str:
    """A foreign text as part of one line: no line breaks, no control characters, no mark-up, not long."""
    plain = re.sub(r"<[^>]*>", " ", text)
    line = " ".join("".join(c if c.isprintable() else " " for c in plain).split()).rstrip(".")
    return line if len(line) <= most else line[: most - 1] + "…"
