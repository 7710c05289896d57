"""The tables of the catalog, and how those of earlier formats become them."""

VERSION = 6
_PASSAGES = """
CREATE TABLE passage (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    source_id TEXT NOT NULL REFERENCES source ON DELETE CASCADE,
    text TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    first_page INTEGER, last_page INTEGER, heading TEXT NOT NULL, hash TEXT NOT NULL);
CREATE INDEX passage_source ON passage (source_id, start);
CREATE INDEX passage_hash ON passage (hash);
CREATE TABLE word (
    number INTEGER PRIMARY KEY REFERENCES passage ON DELETE CASCADE, terms TEXT NOT NULL);
"""
_TURNS = """
CREATE TABLE turn (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id TEXT NOT NULL REFERENCES conversation ON DELETE CASCADE,
    at TEXT NOT NULL, helpful INTEGER, reason TEXT NOT NULL DEFAULT '', said TEXT,
    answer TEXT NOT NULL, question_id TEXT);
CREATE INDEX turn_conversation ON turn (conversation_id, number);
"""
_QUESTIONS = """
CREATE TABLE question (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    conversation_id TEXT NOT NULL REFERENCES conversation ON DELETE CASCADE,
    text TEXT NOT NULL, how TEXT NOT NULL, returned TEXT NOT NULL DEFAULT '');
CREATE INDEX question_conversation ON question (conversation_id, number);
CREATE INDEX turn_question ON turn (question_id);
"""
SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE source (
    id TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    sha256 TEXT NOT NULL, size INTEGER NOT NULL, modified_ns INTEGER NOT NULL,
    added TEXT NOT NULL, metadata TEXT NOT NULL, warnings TEXT NOT NULL,
    text TEXT NOT NULL, pages TEXT NOT NULL, headings TEXT NOT NULL);
CREATE TABLE unreadable (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, modified_ns INTEGER NOT NULL,
    reason TEXT NOT NULL);
{_PASSAGES}CREATE TABLE vector (
    hash TEXT NOT NULL, fingerprint TEXT NOT NULL,
    passage BLOB NOT NULL, sentences BLOB NOT NULL,
    PRIMARY KEY (hash, fingerprint)) WITHOUT ROWID;
CREATE TABLE conversation (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, started TEXT NOT NULL, changed TEXT NOT NULL,
    owner TEXT NOT NULL DEFAULT '', shared INTEGER NOT NULL DEFAULT 0);
{_TURNS}{_QUESTIONS}"""
TABLES = {
    "meta", "source", "unreadable", "passage", "word", "vector", "conversation", "turn", "question"
}  # fmt: skip
# From format 1: passage numbers are never reused, FTS5 no longer stores words, and passages are
# embedded with their heading. Missing words and vectors are made when needed.
_FROM_1 = f"""
DROP TABLE word;
ALTER TABLE passage RENAME TO old_passage;
DROP INDEX passage_source;
DROP INDEX passage_hash;
{_PASSAGES}
INSERT INTO passage SELECT * FROM old_passage;
UPDATE passage SET hash = text_hash(heading, text);
DROP TABLE old_passage;
DELETE FROM vector WHERE hash NOT IN (SELECT hash FROM passage);
REPLACE INTO meta VALUES ('index_behind', '1');
"""
# From format 2: an answer has a rating, a searchable text (made when needed), and a number that is
# never reused, so that a deleted answer can be restored.
_FROM_2 = f"""
ALTER TABLE turn RENAME TO old_turn;
DROP INDEX turn_conversation;
{_TURNS}
INSERT INTO turn (number, conversation_id, at, answer)
    SELECT number, conversation_id, at, answer FROM old_turn;
DROP TABLE old_turn;
{_QUESTIONS}"""
# Format 4 has more in its records: labels of pages, editors, kinds of warnings. From format 4: a
# question is kept from the moment it is accepted, and an answer knows which one it answers.
_FROM_4 = f"ALTER TABLE turn ADD COLUMN question_id TEXT; {_QUESTIONS}"
# From format 5: a conversation belongs to a person, who may share it.
_FROM_5 = """
ALTER TABLE conversation ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE conversation ADD COLUMN shared INTEGER NOT NULL DEFAULT 0;
"""
MIGRATIONS = {
    1: _FROM_1 + _FROM_2 + _FROM_5, 2: _FROM_2 + _FROM_5,
    3: _FROM_4 + _FROM_5, 4: _FROM_4 + _FROM_5, 5: _FROM_5,
}  # by format  # fmt: skip
