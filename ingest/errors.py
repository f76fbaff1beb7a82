"""Everything that can go wrong while documents become an index, one class a situation.

    PactaError                  base; its message is written for the person at the keyboard
    ├── DocumentError           one file cannot be indexed; the rest of the run goes on
    │   ├── UnreadableDocument  the bytes are not what they claim to be, or are broken
    │   ├── UnreachableDocument  no document came from an address
    │   │   └── GarbledText     its text layer is not what is printed; OCR can read it
    │   ├── EmptyDocument       there is nothing in it
    │   │   └── OnlyPictures    its pages are pictures of text; OCR can read them
    │   └── NoProvisions        text was read, but no article, annex or protocol was found in it
    ├── ManifestError           corpus.yaml says something that cannot be true
    ├── UnknownTreaty           no treaty of that id is in the index
    ├── UnknownProvision        the treaty has no provision of that eId
    ├── IndexMissing            nothing has been ingested yet
    ├── IndexBroken             an index is there, but cannot be used as it is
    │   └── IndexUnreachable    its vectors are on a Chroma server that does not answer
    ├── IndexBusy               another process is building an index in the same home folder
    ├── ModelUnavailable        the embedding model cannot be loaded
    └── HomeUnusable            the home folder cannot be written

Every message names the thing, the reason and the remedy, in that order, so that a front end may print
it as it stands. Errors of other libraries are translated into these where the library is called.
"""


class PactaError(Exception):
    """Base of all errors that Pacta raises on purpose; ``str(error)`` may be shown to a user as it is."""


class DocumentError(PactaError):
    """A document cannot be indexed.

    ``document`` is the path or address as given, ``reason`` says what is wrong, ``remedy`` what to do.
    """

    def __init__(self, document: str, reason: str, remedy: str) -> None:
        super().__init__(document, reason, remedy)  # all three, so that the error survives pickling
        self.document = document
        self.reason = reason
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{_on_one_line(self.document)}: {self.reason} {self.remedy}"


def _on_one_line(name: str) -> str:
    """A file's name as it can be shown: a line break, a byte that is no letter, a turned reading direction in it
    must not make a message look like another."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in name)


class UnreadableDocument(DocumentError):
    """The bytes are broken, encrypted, of an unknown format, or of another shape than the format has."""


class GarbledText(UnreadableDocument):
    """The text layer of a PDF gives letters that are not printed on ``pages``."""

    def __init__(self, document: str, reason: str, remedy: str, pages: tuple[int, ...] = ()) -> None:
        super().__init__(document, reason, remedy)
        self.args = (document, reason, remedy, pages)
        self.pages = pages


class UnreachableDocument(DocumentError):
    """An address gave no document: no such host, no answer, an error page, a broken connection."""


class EmptyDocument(DocumentError):
    """The document holds no text at all."""


class OnlyPictures(EmptyDocument):
    """A PDF without a text layer: a scan."""


class NoProvisions(DocumentError):
    """Text was read, but nothing in it is an article, annex or protocol."""


class ManifestError(PactaError):
    """corpus.yaml cannot be used: bad YAML, a missing file, an id given twice, an unknown field."""


class UnknownTreaty(PactaError):
    """The index holds no treaty with the id asked for."""


class UnknownProvision(PactaError):
    """The treaty is held, but has no provision with the eId asked for."""


class IndexMissing(PactaError):
    """There is no published index in the home folder."""


class IndexBroken(PactaError):
    """A published index cannot be used: damaged, or built by another version or embedding model."""


class IndexUnreachable(IndexBroken):
    """The Chroma server that holds the vectors, or is to hold them, is not named or does not answer."""


class IndexBusy(PactaError):
    """Another process holds the lock of the home folder because it is building an index."""


class ModelUnavailable(PactaError):
    """The embedding model's files are missing or damaged."""


class HomeUnusable(PactaError):
    """The home folder cannot be made or written."""
