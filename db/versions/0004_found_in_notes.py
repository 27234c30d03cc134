"""Search in signed notes; that the manager goes on although a parent refuses; who is no double; documents that do not count."""

from alembic import op

revision = "0004"
down_revision = "0003"

STATEMENTS = [
    """CREATE TABLE note_doc (
  id INTEGER NOT NULL,
  note_id TEXT NOT NULL,
  terms TEXT NOT NULL,
  CONSTRAINT pk_note_doc PRIMARY KEY (id),
  CONSTRAINT uq_note_doc_note_id UNIQUE (note_id)
)""",
    "CREATE TABLE note_queue (id INTEGER NOT NULL, note_id TEXT NOT NULL, CONSTRAINT pk_note_queue PRIMARY KEY (id))",
    "CREATE VIRTUAL TABLE note_fts USING fts5(terms, content='note_doc', content_rowid='id', detail='none', columnsize=0, prefix='1 2 3 4 5 6 7 8', tokenize='unicode61 remove_diacritics 0')",
    "INSERT INTO note_fts (note_fts, rank) VALUES ('secure-delete', 1)",
    """CREATE TABLE not_double (
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  client_id TEXT NOT NULL,
  pair TEXT NOT NULL,
  reason TEXT NOT NULL,
  CONSTRAINT pk_not_double PRIMARY KEY (id),
  CONSTRAINT fk_not_double_client_id FOREIGN KEY(client_id) REFERENCES client (id)
)""",
    "CREATE INDEX ix_not_double_client_id ON not_double (client_id)",
    "CREATE INDEX ix_not_double_pair ON not_double (pair)",
    "ALTER TABLE document ADD COLUMN voided_at TEXT",
    "ALTER TABLE document ADD COLUMN void_reason TEXT DEFAULT '' NOT NULL",
    "INSERT INTO note_queue (note_id) SELECT id FROM consult_note WHERE status IN ('signed', 'amended') ORDER BY care_date, created_at",
    "ALTER TABLE advice_call ADD COLUMN caller TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE advice_call ADD COLUMN heard_of TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE advice_call ADD COLUMN gp_seen_when TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE representative ADD COLUMN override_by TEXT",
    "ALTER TABLE representative ADD COLUMN override_reason TEXT DEFAULT '' NOT NULL",
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
