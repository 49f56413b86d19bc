"""Errors of the database's surroundings."""


class StoreError(Exception):
    """The database cannot be used as asked."""


class DatabaseKindUnknown(StoreError):
    """A database URL names a kind that is not supported."""

    def __init__(self, kind: str, supported: tuple[str, ...]) -> None:
        self.kind, self.supported = kind, supported
        super().__init__(f"databases of the kind {kind!r} are not supported; use one of {', '.join(supported)}")


class SchemaTooNew(StoreError):
    """The database was written by a newer version of the program."""

    def __init__(self, found: str, known: str) -> None:
        self.found, self.known = found, known
        super().__init__(f"the database is at revision {found}, this program knows {known}; update the program")
