"""Requests and clients: ways in, several phones and addresses, people around a client, consents, letters."""

from alembic import op

revision = "0003"
down_revision = "0002"

TABLES = [
    """CREATE TABLE import_source (
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  name TEXT NOT NULL,
  header TEXT NOT NULL,
  mapping TEXT NOT NULL,
  target TEXT NOT NULL,
  CONSTRAINT pk_import_source PRIMARY KEY (id),
  CONSTRAINT uq_import_source_header UNIQUE (header)
)""",
    """CREATE TABLE contact_point (
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  client_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  label TEXT NOT NULL,
  position INTEGER NOT NULL,
  no_voicemail BOOLEAN NOT NULL,
  bounced_on TEXT,
  note TEXT NOT NULL,
  CONSTRAINT pk_contact_point PRIMARY KEY (id),
  CONSTRAINT fk_contact_point_client_id FOREIGN KEY(client_id) REFERENCES client (id)
)""",
    "CREATE INDEX ix_contact_point_client_id ON contact_point (client_id)",
    "CREATE INDEX ix_contact_point_value ON contact_point (value)",
    """CREATE TABLE contact_moment (
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  client_id TEXT NOT NULL,
  at TEXT NOT NULL,
  way TEXT NOT NULL,
  incoming BOOLEAN NOT NULL,
  who TEXT NOT NULL,
  text TEXT NOT NULL,
  CONSTRAINT pk_contact_moment PRIMARY KEY (id),
  CONSTRAINT fk_contact_moment_client_id FOREIGN KEY(client_id) REFERENCES client (id)
)""",
    "CREATE INDEX ix_contact_moment_client_id ON contact_moment (client_id)",
    """CREATE TABLE representative (
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  client_id TEXT NOT NULL,
  first_name TEXT NOT NULL,
  prefix TEXT NOT NULL,
  surname TEXT NOT NULL,
  relation TEXT NOT NULL,
  authority TEXT NOT NULL,
  phone TEXT NOT NULL,
  email TEXT NOT NULL,
  agreement TEXT NOT NULL,
  agreed_on TEXT,
  document_id TEXT,
  ends_on TEXT,
  note TEXT NOT NULL,
  CONSTRAINT pk_representative PRIMARY KEY (id),
  CONSTRAINT fk_representative_client_id FOREIGN KEY(client_id) REFERENCES client (id)
)""",
    "CREATE INDEX ix_representative_client_id ON representative (client_id)",
    """CREATE TABLE household_member (
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  client_id TEXT NOT NULL,
  household TEXT NOT NULL,
  role TEXT NOT NULL,
  CONSTRAINT pk_household_member PRIMARY KEY (id),
  CONSTRAINT fk_household_member_client_id FOREIGN KEY(client_id) REFERENCES client (id)
)""",
    "CREATE INDEX ix_household_member_client_id ON household_member (client_id)",
    "CREATE INDEX ix_household_member_household ON household_member (household)",
    """CREATE TABLE consent (
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  client_id TEXT NOT NULL,
  purpose TEXT NOT NULL,
  given_at TEXT NOT NULL,
  given_by TEXT NOT NULL,
  text_version INTEGER NOT NULL,
  evidence TEXT NOT NULL,
  withdrawn_at TEXT,
  withdrawn_how TEXT NOT NULL,
  CONSTRAINT pk_consent PRIMARY KEY (id),
  CONSTRAINT fk_consent_client_id FOREIGN KEY(client_id) REFERENCES client (id)
)""",
    "CREATE INDEX ix_consent_client_id ON consent (client_id)",
    """CREATE TABLE client_tag (
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  client_id TEXT NOT NULL,
  tag TEXT NOT NULL,
  CONSTRAINT pk_client_tag PRIMARY KEY (id),
  CONSTRAINT fk_client_tag_client_id FOREIGN KEY(client_id) REFERENCES client (id)
)""",
    "CREATE INDEX ix_client_tag_client_id ON client_tag (client_id)",
    "CREATE INDEX ix_client_tag_tag ON client_tag (tag)",
    """CREATE TABLE referral (
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  client_id TEXT NOT NULL,
  call_id TEXT,
  to_name TEXT NOT NULL,
  to_practice TEXT NOT NULL,
  to_city TEXT NOT NULL,
  reason TEXT NOT NULL,
  body TEXT NOT NULL,
  urgent BOOLEAN NOT NULL,
  written_on TEXT NOT NULL,
  sent_how TEXT NOT NULL,
  sent_on TEXT,
  feedback TEXT NOT NULL,
  feedback_on TEXT,
  CONSTRAINT pk_referral PRIMARY KEY (id),
  CONSTRAINT fk_referral_client_id FOREIGN KEY(client_id) REFERENCES client (id),
  CONSTRAINT fk_referral_call_id FOREIGN KEY(call_id) REFERENCES advice_call (id)
)""",
    "CREATE INDEX ix_referral_call_id ON referral (call_id)",
    "CREATE INDEX ix_referral_client_id ON referral (client_id)",
    """CREATE TABLE import_row (
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  import_id TEXT,
  client_id TEXT NOT NULL,
  "row" INTEGER NOT NULL,
  external_key TEXT,
  raw_payload TEXT NOT NULL,
  CONSTRAINT pk_import_row PRIMARY KEY (id),
  CONSTRAINT fk_import_row_import_id FOREIGN KEY(import_id) REFERENCES import_batch (id),
  CONSTRAINT fk_import_row_client_id FOREIGN KEY(client_id) REFERENCES client (id)
)""",
    "CREATE INDEX ix_import_row_client_id ON import_row (client_id)",
    "CREATE INDEX ix_import_row_external_key ON import_row (external_key)",
    "CREATE INDEX ix_import_row_import_id ON import_row (import_id)",
    """CREATE TABLE mailbox (
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  name TEXT NOT NULL,
  host TEXT NOT NULL,
  port INTEGER NOT NULL,
  username TEXT NOT NULL,
  folder TEXT NOT NULL,
  move_to TEXT NOT NULL,
  is_active BOOLEAN NOT NULL,
  every_minutes INTEGER NOT NULL,
  uid_validity INTEGER NOT NULL,
  last_uid INTEGER NOT NULL,
  checked_at TEXT,
  trouble TEXT NOT NULL,
  CONSTRAINT pk_mailbox PRIMARY KEY (id)
)""",
    """CREATE TABLE mailbox_secret (
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  mailbox_id TEXT NOT NULL,
  password TEXT NOT NULL,
  CONSTRAINT pk_mailbox_secret PRIMARY KEY (id),
  CONSTRAINT fk_mailbox_secret_mailbox_id FOREIGN KEY(mailbox_id) REFERENCES mailbox (id) ON DELETE CASCADE
)""",
    "CREATE INDEX ix_mailbox_secret_mailbox_id ON mailbox_secret (mailbox_id)",
    """CREATE TABLE mail_message (
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  mailbox_id TEXT NOT NULL,
  message_key TEXT NOT NULL,
  received_at TEXT NOT NULL,
  outcome TEXT NOT NULL,
  request_id TEXT,
  CONSTRAINT pk_mail_message PRIMARY KEY (id),
  CONSTRAINT uq_mail_message_mailbox_id_message_key UNIQUE (mailbox_id, message_key),
  CONSTRAINT fk_mail_message_mailbox_id FOREIGN KEY(mailbox_id) REFERENCES mailbox (id)
)""",
    "CREATE INDEX ix_mail_message_mailbox_id ON mail_message (mailbox_id)",
]
TEXT = "TEXT DEFAULT '' NOT NULL"
COLUMNS = [
    f"client ADD COLUMN initials {TEXT}",
    f"client ADD COLUMN house_suffix {TEXT}",
    "client ADD COLUMN import_id TEXT CONSTRAINT fk_client_import_id REFERENCES import_batch (id)",
    "client ADD COLUMN external_key TEXT",
    *(
        f"advice_request ADD COLUMN {name} {TEXT}"
        for name in ("initials", "phone2", "street", "house_no", "house_suffix", "postcode", "city")
    ),
    "advice_request ADD COLUMN sex TEXT DEFAULT 'unknown' NOT NULL",
    "import_batch ADD COLUMN target TEXT DEFAULT 'requests' NOT NULL",
    "import_batch ADD COLUMN way TEXT DEFAULT 'file' NOT NULL",
    "import_batch ADD COLUMN mapping TEXT DEFAULT '{}' NOT NULL",
    "import_batch ADD COLUMN undone_at TEXT",
    f"document ADD COLUMN note {TEXT}",
    "clinic ADD COLUMN desk_days TEXT DEFAULT '12345' NOT NULL",
    "clinic ADD COLUMN desk_opens INTEGER DEFAULT 510 NOT NULL",
    "clinic ADD COLUMN desk_closes INTEGER DEFAULT 1020 NOT NULL",
]
INDEXES = [
    "CREATE INDEX ix_client_import_id ON client (import_id)",
    "CREATE INDEX ix_advice_request_phone2 ON advice_request (phone2)",
    "CREATE UNIQUE INDEX ix_client_external_key ON client (external_key)",
]


def upgrade() -> None:
    for statement in (*TABLES, *(f"ALTER TABLE {column}" for column in COLUMNS), *INDEXES):
        op.get_bind().exec_driver_sql(statement)
