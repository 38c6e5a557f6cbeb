"""Decks as a student's Anki has them: packages taken in by Anki's own importer, and looked into."""

import io
import sqlite3
import zipfile

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest


def collection_in(folder):
    return Collection(str(folder / "collection.anki2"))


def take_in(collection, deck, folder):
    """What the importer says it did with each note."""
    (folder / "lecture.apkg").write_bytes(deck)
    return collection.import_anki_package(ImportAnkiPackageRequest(
        package_path=str(folder / "lecture.apkg"), options=ImportAnkiPackageOptions())).log


def rows_of(deck, folder, sql):
    """Of the database inside the package."""
    (folder / "package.anki2").write_bytes(zipfile.ZipFile(io.BytesIO(deck)).read("collection.anki2"))
    with sqlite3.connect(folder / "package.anki2") as db:
        return db.execute(sql).fetchall()


def fronts(collection, log):
    """The first field of each note of one part of the importer's log."""
    return sorted(collection.get_note(entry.id.nid).fields[0] for entry in log)


def rewritten(deck, folder, change):
    """The same package after change(database)."""
    parts = {i.filename: zipfile.ZipFile(io.BytesIO(deck)).read(i) for i in zipfile.ZipFile(io.BytesIO(deck)).infolist()}
    (folder / "package.anki2").write_bytes(parts["collection.anki2"])
    with sqlite3.connect(folder / "package.anki2") as db:
        change(db)
    db.close()
    parts["collection.anki2"] = (folder / "package.anki2").read_bytes()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()
