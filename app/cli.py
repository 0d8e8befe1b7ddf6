"""The command `tutor`. Nothing heavy is imported until a command needs it, so `tutor --help` is instant.

A TutorError is shown as one line on stderr and the exit status is 2; anything else is a bug and keeps its
traceback. Results go to stdout, progress and remarks to stderr.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app import (
    backup_cli,
    check_cli,
    conflicts_cli,
    feedback_cli,
    history_cli,
    model_cli,
    review_cli,
    sources_cli,
    study_cli,
)
from app.mode import Mode
from app.settings import Settings
from ingest.errors import SettingsError, TutorError

if TYPE_CHECKING:
    from app.tutor import Tutor
    from app.within import Scope
    from ingest.pipeline import IngestReport, Progress


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 done, 1 done in part, 2 a user's mistake."""
    _quiet()
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help(sys.stderr)
        return 2
    try:
        return int(options.run(options, Settings.read(os.environ)))
    except TutorError as error:
        print(f"tutor: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("tutor: stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # `tutor ask ... | head` is no error
        return 0


def _quiet() -> None:
    """Nothing reports home, and no library writes progress bars into our output."""
    os.environ["ANONYMIZED_TELEMETRY"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["STREAMLIT_BROWSER_GATHER_USAGE_STATS"] = "false"
    os.environ.setdefault("LANGSMITH_TRACING", "false")  # whoever wants LangChain's traces sets it
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # the sources' letters on a terminal that lacks them


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tutor", description="Ask documents, and see the exact words that answer.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    ingest = commands.add_parser("ingest", help="index files or folders; without a path, bring the index up to date")
    ingest.add_argument("paths", nargs="*", type=_path, metavar="PATH")
    ingest.add_argument("--rebuild", action="store_true", help="make the index anew from the files it lists")
    ingest.set_defaults(run=_ingest)

    ask = commands.add_parser("ask", help="ask one question")
    ask.add_argument("question", nargs="+")
    ask.add_argument(
        "--after", action="append", default=[], metavar="QUESTION", help="an earlier question, oldest first"
    )
    ask.add_argument("--within", metavar="NAME|ID", help="ask only a collection, or one source")
    ask.add_argument("--json", action="store_true", help="the whole answer as JSON")
    _add_writing(ask)
    ask.set_defaults(run=_ask)

    batch = commands.add_parser("batch", help="answer the questions of a JSONL file")
    batch.add_argument("questions", type=Path, metavar="QUESTIONS.jsonl")
    batch.add_argument("--out", type=Path, required=True, metavar="ANSWERS.jsonl")
    _add_writing(batch)
    batch.set_defaults(run=_batch)

    sources_cli.add_commands(commands)
    check_cli.add_commands(commands, _tutor)
    history_cli.add_commands(commands)
    feedback_cli.add_commands(commands)
    conflicts_cli.add_commands(commands, _tutor)
    review_cli.add_commands(commands)
    study_cli.add_commands(commands, _tutor)
    model_cli.add_commands(commands)
    backup_cli.add_commands(commands)

    serve = commands.add_parser("serve", help="serve the chat at http://127.0.0.1:8501")
    serve.add_argument("--port", type=_port, default=8501)
    serve.add_argument("--llm", metavar="MODEL", help=_LLM)
    serve.set_defaults(run=_serve)

    doctor = commands.add_parser("doctor", help="what is installed, where the index is, whether all is right")
    doctor.set_defaults(run=_doctor)
    return parser


_LLM = "a chat model, say ollama:qwen3:4b, local, or http://127.0.0.1:8080/v1; none quotes (the setting llm)"


def _add_writing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--llm", metavar="MODEL", help=_LLM)
    parser.add_argument(
        "--mode",
        type=_mode,
        metavar="MODE",
        help=f"how to answer: {', '.join(Mode)}; all but the first need a chat model (simple if there is one)",
    )


def _mode(text: str) -> Mode:
    if text not in list(Mode):
        raise argparse.ArgumentTypeError(f"{text!r} is no way to answer: {', '.join(Mode)}")
    return Mode(text)


def _path(text: str) -> Path:
    if not text.strip():  # an unset variable, say; Path("") would be the whole current folder
        raise argparse.ArgumentTypeError("the path is empty")
    return Path(text)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: a number from 1 to 65535")
    return int(text)


# -- commands --------------------------------------------------------------------------------------------------------


def _ingest(options: argparse.Namespace, settings: Settings) -> int:
    from app.build import BUNDLED, build_embedder, rebuild_index, update_index
    from app.sources import bring_back, uploaded
    from ingest.pipeline import discover
    from vectorstore.folder import exists, stored

    if options.rebuild:
        targets, bring = [BUNDLED, *options.paths], rebuild_index
    elif options.paths:
        first = [] if exists(settings.index) else [BUNDLED]  # one's own documents stand beside the bundled ones
        targets, bring = [*first, *options.paths], update_index
    else:
        files = [record.document.source.path for record in stored(settings.index)]
        known = [path for path in files if path.exists() and not path.is_relative_to(BUNDLED)]
        targets, bring = [BUNDLED, *uploaded(settings), *known], update_index
    discover(targets)  # a wrong path is said before the model is loaded
    bring_back(settings, options.paths)
    report = bring(settings, build_embedder(settings), targets, _progress())
    _print_report(report)
    return 1 if report.failures else 0


def _ask(options: argparse.Namespace, settings: Settings) -> int:
    from app.answer import Turn
    from app.build import build_chat_model
    from app.printing import print_answer, print_written
    from app.question import clean

    question = " ".join(options.question)
    clean(question)  # a mistake is said before the model is loaded
    settings, mode = _writing(options, settings)
    model = build_chat_model(settings) if mode is not Mode.QUOTED else None
    tutor, turns = _within(options.within, settings, _tutor(settings)), [Turn(text) for text in options.after]
    if options.json:
        last = tutor.answer(question, turns, model, mode)
        readable = sys.stdout.encoding.lower().startswith("utf")
        print(json.dumps(last.answer.as_row(), ensure_ascii=not readable, indent=2))
        if last.fault:
            _say(f"tutor: {last.fault}")
        return 1 if last.fault and not last.written else 0
    quoted = tutor.ask(question, turns)
    if model is None or quoted.refused:
        print_answer(quoted)
        return 0
    return print_written(tutor.write(quoted, turns, model, mode))


def _batch(options: argparse.Namespace, settings: Settings) -> int:
    from app.batch import answer_file
    from app.build import build_chat_model
    from app.sources import listed
    from app.within import scope

    settings, mode = _writing(options, settings)
    model = build_chat_model(settings) if mode is not Mode.QUOTED else None

    def find(wanted: str) -> Scope:
        return scope(settings, wanted, [one.id for one in listed(settings)])

    make = partial(_tutor, settings)
    return answer_file(options.questions, options.out, make, _say, model=model, mode=mode, find=find)


def _within(wanted: str | None, settings: Settings, tutor: Tutor) -> Tutor:
    """The tutor, or the one over what is to be asked within."""
    from app.within import scope

    return tutor if wanted is None else scope(settings, wanted, [one.id for one in tutor.sources()]).of(tutor)


def _writing(options: argparse.Namespace, settings: Settings) -> tuple[Settings, Mode]:
    """The settings with the model that was asked for, and the mode to answer in.

    Raises:
        SettingsError: the mode needs a model and there is none, or the model's name is none.
    """
    from app.modelspec import Kind, parse_spec

    settings = _with_llm(options, settings)
    none = parse_spec(settings.llm).kind is Kind.NONE
    mode = options.mode or (Mode.QUOTED if none else Mode.SIMPLE)
    if none and mode is not Mode.QUOTED:
        raise SettingsError(f"--mode {mode} needs a chat model. Name one, say --llm ollama:qwen3:4b or --llm local.")
    return settings, mode


def _with_llm(options: argparse.Namespace, settings: Settings) -> Settings:
    from app.modelspec import parse_spec

    return settings if options.llm is None else replace(settings, llm=parse_spec(options.llm).name)


def _serve(options: argparse.Namespace, settings: Settings) -> int:
    if not _is_free(options.port):
        raise SettingsError(f"Port {options.port} is in use. Stop what is there, or name another: --port 8502")
    page = Path(__file__).resolve().parent / "ui" / "main.py"
    theme = page.parent.parent.parent / ".streamlit" / "config.toml"
    from streamlit.web import cli

    if theme.is_file():
        os.chdir(theme.parent.parent)  # Streamlit reads its theme from the working folder
    os.environ["TUTOR_HOME"], os.environ["TUTOR_INDEX"] = str(settings.home), str(settings.index)
    os.environ["TUTOR_MODEL"], os.environ["TUTOR_LLM"] = settings.model, _with_llm(options, settings).llm
    # Said here too, for an installed tutor has no .streamlit folder: this machine only, and nothing reports home.
    safe = ["--server.address", "127.0.0.1", "--server.headless", "true", "--browser.gatherUsageStats", "false"]
    sys.argv = ["streamlit", "run", str(page), "--server.port", str(options.port), *safe]
    cli.main(prog_name="streamlit")
    return 0


def _is_free(port: int) -> bool:
    """Whether a server of this machine can listen there."""
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _doctor(options: argparse.Namespace, settings: Settings) -> int:
    from app.doctor import examine

    findings = examine(settings)
    for finding in findings:
        print(f"{'ok  ' if finding.right else 'WRONG'} {finding.what}: {finding.found}")
    return 0 if all(finding.right for finding in findings) else 1


# -- what is printed -------------------------------------------------------------------------------------------------


def _say(line: str) -> None:
    print(line, file=sys.stderr)


def _tutor(settings: Settings) -> Tutor:
    from app.build import build_embedder, build_store, ensure_index
    from app.tutor import Tutor

    embedder = build_embedder(settings)
    report = ensure_index(settings, embedder, _progress())
    if report is not None:
        _say(f"Indexed the bundled sources first: {report.summary}.")
    return Tutor(build_store(settings, embedder), embedder)


def _progress() -> Callable[[Progress], None] | None:
    """A line that is written over itself, on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        return None

    def show(progress: Progress) -> None:
        share = 100 * progress.done // max(progress.total, 1)
        end = "\n" if progress.done >= progress.total else ""
        print(f"\r\033[K{share:3d} %  {progress.label}", end=end, file=sys.stderr, flush=True)

    return show


def _print_report(report: IngestReport) -> None:
    for failure in report.failures:
        _say(f"tutor: {failure.message}")
    print(report.summary)


if __name__ == "__main__":
    sys.exit(main())
