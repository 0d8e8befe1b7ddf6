"""The errors that a user is shown as one line, without a traceback.

Every message says what happened, names the value, and says what to do next. Anything that is not a
`TutorError` is a bug and keeps its traceback.
"""

from __future__ import annotations


class TutorError(Exception):
    """A user's mistake or a fault of the surroundings, worded for the user."""


class SourceError(TutorError):
    """One source file cannot be read: it is missing, empty, binary, wrongly encoded or of no known format."""


class CatalogError(TutorError):
    """A catalog.toml that does not parse, or a row in it that lacks a field."""


class IndexUnavailable(TutorError):
    """The index folder is missing, damaged, locked by another process, or cannot be written."""


class ModelError(TutorError):
    """An embedding model that is missing, altered, or not the one that the index was made with."""


class QuestionError(TutorError):
    """A question that cannot be asked: empty, too long, or without a single letter or digit."""


class SettingsError(TutorError):
    """A setting that is unknown or out of range."""
