"""The first working day: clients, requests, agenda, consults, plans, the log and the search index."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

LOG_AND_SEARCH = [
    "CREATE TABLE audit_meta (id INTEGER PRIMARY KEY CHECK (id = 1), db_uuid TEXT NOT NULL, format INTEGER NOT NULL)",
    """CREATE TABLE audit_key (
  id TEXT PRIMARY KEY NOT NULL, user_id TEXT NOT NULL, public_key TEXT NOT NULL, epoch INTEGER NOT NULL, attested_by TEXT NOT NULL)""",
    """CREATE TABLE audit_entry (
  seq INTEGER PRIMARY KEY, tx TEXT NOT NULL, ts TEXT NOT NULL, skew INTEGER NOT NULL, action TEXT NOT NULL, code TEXT NOT NULL,
  outcome INTEGER NOT NULL, actor TEXT NOT NULL, role TEXT NOT NULL, on_behalf_of TEXT, station TEXT NOT NULL, session TEXT NOT NULL,
  app_version TEXT NOT NULL, schema_version TEXT NOT NULL, obj_type TEXT NOT NULL, obj_id TEXT NOT NULL, client TEXT, purpose TEXT NOT NULL,
  rule TEXT NOT NULL, break_glass INTEGER NOT NULL, reason_code TEXT NOT NULL, commits BLOB NOT NULL)""",
    "CREATE INDEX audit_entry_client ON audit_entry (client, seq) WHERE client IS NOT NULL",
    "CREATE INDEX audit_entry_actor ON audit_entry (actor, seq)",
    "CREATE INDEX audit_entry_object ON audit_entry (obj_id, seq)",
    "CREATE INDEX audit_entry_code ON audit_entry (code, seq)",
    """CREATE TABLE audit_value (
  seq INTEGER NOT NULL REFERENCES audit_entry(seq), ord INTEGER NOT NULL, field TEXT NOT NULL, salt BLOB, kinds TEXT NOT NULL,
  old TEXT, new TEXT, PRIMARY KEY (seq, ord)) WITHOUT ROWID""",
    "CREATE TABLE audit_node (level INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, idx)) WITHOUT ROWID",
    """CREATE TABLE audit_head (
  size INTEGER PRIMARY KEY, root BLOB NOT NULL, ts TEXT NOT NULL, key_id TEXT NOT NULL, epoch INTEGER NOT NULL, signature BLOB NOT NULL)""",
    """CREATE TABLE audit_raw (
  id INTEGER PRIMARY KEY, tx TEXT NOT NULL, action TEXT NOT NULL, code TEXT NOT NULL, outcome INTEGER NOT NULL, obj_type TEXT NOT NULL,
  obj_id TEXT NOT NULL, client TEXT, data BLOB NOT NULL,
  sealed INTEGER NOT NULL DEFAULT -1 REFERENCES audit_entry(seq) DEFERRABLE INITIALLY DEFERRED)""",
    "CREATE VIRTUAL TABLE search_fts USING fts5(terms, content='search_doc', content_rowid='id', detail='none', columnsize=0, prefix='1 2 3 4 5 6', tokenize='unicode61 remove_diacritics 0')",
]


def upgrade() -> None:
    op.create_table(
        "appointment_type",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_nl", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("duration", sa.Integer(), nullable=False),
        sa.Column("buffer_before", sa.Integer(), nullable=False),
        sa.Column("buffer_after", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("anchor", sa.Integer(), nullable=False),
        sa.Column("minimum_notice", sa.Integer(), nullable=False),
        sa.Column("horizon_days", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("hue", sa.Integer(), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("cancel_window_hours", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_type")),
        sa.UniqueConstraint("code", name=op.f("uq_appointment_type_code")),
    )
    op.create_table(
        "clinic",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("website", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("lock_minutes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic")),
    )
    op.create_table(
        "closure",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("date_from", sa.Text(), nullable=False),
        sa.Column("date_to", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
    )
    op.create_table(
        "code_item",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("list_code", sa.Text(), nullable=False),
        sa.Column("list_version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("label_nl", sa.Text(), nullable=False),
        sa.Column("label_en", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_item")),
        sa.UniqueConstraint("list_code", "list_version", "code", name=op.f("uq_code_item_list_code_list_version_code")),
    )
    op.create_table(
        "counter",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter")),
        sa.UniqueConstraint("name", name=op.f("uq_counter_name")),
    )
    op.create_table(
        "desk_user",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("hue", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_user")),
        sa.UniqueConstraint("username", name=op.f("uq_desk_user_username")),
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ref_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("owner_id", "kind", "ref_id", name=op.f("uq_draft_owner_id_kind_ref_id")),
    )
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("double", sa.Integer(), nullable=False),
        sa.Column("odd", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    op.create_table(
        "search_doc",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ref_id", sa.Text(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("subtitle", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_doc")),
        sa.UniqueConstraint("kind", "ref_id", name=op.f("uq_search_doc_kind_ref_id")),
    )
    op.create_index(op.f("ix_search_doc_kind_head_ref_id"), "search_doc", ["kind", "head", "ref_id"], unique=False)
    op.create_table(
        "search_queue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ref_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_queue")),
    )
    op.create_table(
        "absence",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("practitioner_id", sa.Text(), nullable=False),
        sa.Column("start_at", sa.Text(), nullable=False),
        sa.Column("end_at", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["practitioner_id"], ["desk_user.id"], name=op.f("fk_absence_practitioner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(op.f("ix_absence_practitioner_id"), "absence", ["practitioner_id"], unique=False)
    op.create_table(
        "client",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("client_no", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("first_names", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("surname", sa.Text(), nullable=False),
        sa.Column("partner_prefix", sa.Text(), nullable=False),
        sa.Column("partner_surname", sa.Text(), nullable=False),
        sa.Column("name_use", sa.Text(), nullable=False),
        sa.Column("salutation", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Text(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("phone2", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("house_no", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("preferred_channel", sa.Text(), nullable=False),
        sa.Column("no_voicemail", sa.Boolean(), nullable=False),
        sa.Column("emergency_contact", sa.Text(), nullable=False),
        sa.Column("gp_name", sa.Text(), nullable=False),
        sa.Column("gp_practice", sa.Text(), nullable=False),
        sa.Column("gp_city", sa.Text(), nullable=False),
        sa.Column("call_instruction", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("practitioner_id", sa.Text(), nullable=True),
        sa.Column("deceased_on", sa.Text(), nullable=True),
        sa.Column("last_clinical_change", sa.Text(), nullable=True),
        sa.Column("retention_until", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["practitioner_id"], ["desk_user.id"], name=op.f("fk_client_practitioner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
        sa.UniqueConstraint("client_no", name=op.f("uq_client_client_no")),
    )
    op.create_index(op.f("ix_client_birth_date"), "client", ["birth_date"], unique=False)
    op.create_index(op.f("ix_client_email"), "client", ["email"], unique=False)
    op.create_index(op.f("ix_client_phone"), "client", ["phone"], unique=False)
    op.create_index(op.f("ix_client_phone2"), "client", ["phone2"], unique=False)
    op.create_index(op.f("ix_client_practitioner_id"), "client", ["practitioner_id"], unique=False)
    op.create_index(op.f("ix_client_surname_first_name"), "client", ["surname", "first_name"], unique=False)
    op.create_table(
        "roster_rule",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("practitioner_id", sa.Text(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Text(), nullable=True),
        sa.Column("valid_to", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["practitioner_id"], ["desk_user.id"], name=op.f("fk_roster_rule_practitioner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_rule")),
    )
    op.create_index(op.f("ix_roster_rule_practitioner_id"), "roster_rule", ["practitioner_id"], unique=False)
    op.create_table(
        "user_role",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["desk_user.id"], name=op.f("fk_user_role_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_role")),
        sa.UniqueConstraint("user_id", "role", name=op.f("uq_user_role_user_id_role")),
    )
    op.create_index(op.f("ix_user_role_user_id"), "user_role", ["user_id"], unique=False)
    op.create_table(
        "advice_request",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("raw_payload", sa.Text(), nullable=False),
        sa.Column("external_key", sa.Text(), nullable=True),
        sa.Column("import_id", sa.Text(), nullable=True),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("surname", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Text(), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("preferred_times", sa.Text(), nullable=False),
        sa.Column("warnings", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_before", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Text(), nullable=True),
        sa.Column("next_action_at", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_attempt_at", sa.Text(), nullable=True),
        sa.Column("close_reason", sa.Text(), nullable=False),
        sa.Column("duplicate_of", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.Column("retention_class", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_advice_request_client_id")),
        sa.ForeignKeyConstraint(["duplicate_of"], ["advice_request.id"], name=op.f("fk_advice_request_duplicate_of")),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name=op.f("fk_advice_request_import_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["desk_user.id"], name=op.f("fk_advice_request_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice_request")),
        sa.UniqueConstraint("external_key", name=op.f("uq_advice_request_external_key")),
    )
    op.create_index(op.f("ix_advice_request_birth_date"), "advice_request", ["birth_date"], unique=False)
    op.create_index(op.f("ix_advice_request_client_id"), "advice_request", ["client_id"], unique=False)
    op.create_index(op.f("ix_advice_request_duplicate_of"), "advice_request", ["duplicate_of"], unique=False)
    op.create_index(op.f("ix_advice_request_email"), "advice_request", ["email"], unique=False)
    op.create_index(op.f("ix_advice_request_import_id"), "advice_request", ["import_id"], unique=False)
    op.create_index(op.f("ix_advice_request_owner_id"), "advice_request", ["owner_id"], unique=False)
    op.create_index(op.f("ix_advice_request_phone"), "advice_request", ["phone"], unique=False)
    op.create_index(op.f("ix_advice_request_received_at"), "advice_request", ["received_at"], unique=False)
    op.create_index(op.f("ix_advice_request_status_received_at"), "advice_request", ["status", "received_at"], unique=False)
    op.create_table(
        "complaint",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("onset", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_complaint_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
    )
    op.create_index(op.f("ix_complaint_client_id"), "complaint", ["client_id"], unique=False)
    op.create_table(
        "outcome_score",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("calm", sa.Integer(), nullable=True),
        sa.Column("energy", sa.Integer(), nullable=True),
        sa.Column("resistance", sa.Integer(), nullable=True),
        sa.Column("measured_on", sa.Text(), nullable=False),
        sa.Column("moment", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_outcome_score_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_score")),
    )
    op.create_index(op.f("ix_outcome_score_client_id"), "outcome_score", ["client_id"], unique=False)
    op.create_table(
        "plan",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("practitioner_id", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Text(), nullable=True),
        sa.Column("stop_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_plan_client_id")),
        sa.ForeignKeyConstraint(["practitioner_id"], ["desk_user.id"], name=op.f("fk_plan_practitioner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
    )
    op.create_index(op.f("ix_plan_client_id"), "plan", ["client_id"], unique=False)
    op.create_index(op.f("ix_plan_practitioner_id"), "plan", ["practitioner_id"], unique=False)
    op.create_index("uq_plan_active", "plan", ["client_id"], unique=True, sqlite_where=sa.text("status = 'active'"))
    op.create_table(
        "appointment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("type_code", sa.Text(), nullable=False),
        sa.Column("practitioner_id", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.Text(), nullable=False),
        sa.Column("ends_at", sa.Text(), nullable=False),
        sa.Column("wall_start", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("busy_from", sa.Integer(), nullable=False),
        sa.Column("busy_to", sa.Integer(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_at", sa.Text(), nullable=False),
        sa.Column("status_before", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("checked_in_at", sa.Text(), nullable=True),
        sa.Column("cancelled_at", sa.Text(), nullable=True),
        sa.Column("cancelled_by", sa.Text(), nullable=False),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("moved_from", sa.Text(), nullable=True),
        sa.Column("double_booked_reason", sa.Text(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=True),
        sa.CheckConstraint("busy_to > busy_from AND busy_to - busy_from <= 1440", name=op.f("ck_appointment_busy")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_appointment_client_id")),
        sa.ForeignKeyConstraint(["moved_from"], ["appointment.id"], name=op.f("fk_appointment_moved_from")),
        sa.ForeignKeyConstraint(["practitioner_id"], ["desk_user.id"], name=op.f("fk_appointment_practitioner_id")),
        sa.ForeignKeyConstraint(["request_id"], ["advice_request.id"], name=op.f("fk_appointment_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    op.create_index("ix_appointment_busy", "appointment", ["practitioner_id", "busy_from"], unique=False, sqlite_where=sa.text("live = 1"))
    op.create_index(op.f("ix_appointment_client_id"), "appointment", ["client_id"], unique=False)
    op.create_index(op.f("ix_appointment_moved_from"), "appointment", ["moved_from"], unique=False)
    op.create_index(op.f("ix_appointment_practitioner_id"), "appointment", ["practitioner_id"], unique=False)
    op.create_index(op.f("ix_appointment_request_id"), "appointment", ["request_id"], unique=False)
    op.create_index(op.f("ix_appointment_starts_at"), "appointment", ["starts_at"], unique=False)
    op.create_table(
        "call_attempt",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recall_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_call_attempt_client_id")),
        sa.ForeignKeyConstraint(["request_id"], ["advice_request.id"], name=op.f("fk_call_attempt_request_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_attempt")),
    )
    op.create_index(op.f("ix_call_attempt_client_id"), "call_attempt", ["client_id"], unique=False)
    op.create_index(op.f("ix_call_attempt_request_id"), "call_attempt", ["request_id"], unique=False)
    op.create_table(
        "complaint_score",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("complaint_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("days_per_week", sa.Integer(), nullable=True),
        sa.Column("hinder", sa.Integer(), nullable=True),
        sa.Column("measured_on", sa.Text(), nullable=False),
        sa.Column("moment", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=True),
        sa.CheckConstraint("score BETWEEN 0 AND 10", name=op.f("ck_complaint_score_score")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_complaint_score_client_id")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_score_complaint_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_score")),
    )
    op.create_index(op.f("ix_complaint_score_client_id"), "complaint_score", ["client_id"], unique=False)
    op.create_index(op.f("ix_complaint_score_complaint_id"), "complaint_score", ["complaint_id"], unique=False)
    op.create_table(
        "plan_version",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Text(), nullable=True),
        sa.Column("agreed_on", sa.Text(), nullable=True),
        sa.Column("activated_at", sa.Text(), nullable=True),
        sa.Column("activated_by", sa.Text(), nullable=True),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_plan_version_client_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_version_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_version")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_plan_version_plan_id_number")),
    )
    op.create_index(op.f("ix_plan_version_client_id"), "plan_version", ["client_id"], unique=False)
    op.create_index(op.f("ix_plan_version_plan_id"), "plan_version", ["plan_id"], unique=False)
    op.create_table(
        "advice_call",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("appointment_id", sa.Text(), nullable=True),
        sa.Column("practitioner_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.Column("for_self", sa.Boolean(), nullable=False),
        sa.Column("identity_checked", sa.Boolean(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("expectation", sa.Text(), nullable=False),
        sa.Column("prior_tests", sa.Text(), nullable=False),
        sa.Column("treated_by", sa.Text(), nullable=False),
        sa.Column("gp_seen", sa.Text(), nullable=True),
        sa.Column("medication", sa.Text(), nullable=False),
        sa.Column("information_given", sa.Boolean(), nullable=False),
        sa.Column("fit", sa.Text(), nullable=False),
        sa.Column("fit_reason", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("next_date", sa.Text(), nullable=True),
        sa.Column("file_agreed", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name=op.f("fk_advice_call_appointment_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_advice_call_client_id")),
        sa.ForeignKeyConstraint(["practitioner_id"], ["desk_user.id"], name=op.f("fk_advice_call_practitioner_id")),
        sa.ForeignKeyConstraint(["request_id"], ["advice_request.id"], name=op.f("fk_advice_call_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice_call")),
    )
    op.create_index(op.f("ix_advice_call_appointment_id"), "advice_call", ["appointment_id"], unique=False)
    op.create_index(op.f("ix_advice_call_client_id"), "advice_call", ["client_id"], unique=False)
    op.create_index(op.f("ix_advice_call_practitioner_id"), "advice_call", ["practitioner_id"], unique=False)
    op.create_index(op.f("ix_advice_call_request_id"), "advice_call", ["request_id"], unique=False)
    op.create_table(
        "consult_note",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("appointment_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("care_date", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("on_behalf_of", sa.Text(), nullable=True),
        sa.Column("attendees", sa.Text(), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=True),
        sa.Column("signed_at", sa.Text(), nullable=True),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("late_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name=op.f("fk_consult_note_appointment_id")),
        sa.ForeignKeyConstraint(["author_id"], ["desk_user.id"], name=op.f("fk_consult_note_author_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_consult_note_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consult_note")),
    )
    op.create_index(op.f("ix_consult_note_appointment_id"), "consult_note", ["appointment_id"], unique=False)
    op.create_index(op.f("ix_consult_note_author_id"), "consult_note", ["author_id"], unique=False)
    op.create_index(op.f("ix_consult_note_client_id"), "consult_note", ["client_id"], unique=False)
    op.create_table(
        "follow_up",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("practitioner_id", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Text(), nullable=False),
        sa.Column("window_days", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("appointment_id", sa.Text(), nullable=True),
        sa.Column("done_on", sa.Text(), nullable=True),
        sa.Column("adherence", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name=op.f("fk_follow_up_appointment_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_follow_up_client_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_follow_up_plan_id")),
        sa.ForeignKeyConstraint(["practitioner_id"], ["desk_user.id"], name=op.f("fk_follow_up_practitioner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
    )
    op.create_index(op.f("ix_follow_up_appointment_id"), "follow_up", ["appointment_id"], unique=False)
    op.create_index(op.f("ix_follow_up_client_id"), "follow_up", ["client_id"], unique=False)
    op.create_index(op.f("ix_follow_up_due_on"), "follow_up", ["due_on"], unique=False)
    op.create_index(op.f("ix_follow_up_plan_id"), "follow_up", ["plan_id"], unique=False)
    op.create_index(op.f("ix_follow_up_practitioner_id"), "follow_up", ["practitioner_id"], unique=False)
    op.create_table(
        "plan_phase",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_plan_phase_client_id")),
        sa.ForeignKeyConstraint(["version_id"], ["plan_version.id"], name=op.f("fk_plan_phase_version_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_phase")),
    )
    op.create_index(op.f("ix_plan_phase_client_id"), "plan_phase", ["client_id"], unique=False)
    op.create_index(op.f("ix_plan_phase_version_id"), "plan_phase", ["version_id"], unique=False)
    op.create_table(
        "addendum",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("note_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["desk_user.id"], name=op.f("fk_addendum_author_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_addendum_client_id")),
        sa.ForeignKeyConstraint(["note_id"], ["consult_note.id"], name=op.f("fk_addendum_note_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addendum")),
    )
    op.create_index(op.f("ix_addendum_author_id"), "addendum", ["author_id"], unique=False)
    op.create_index(op.f("ix_addendum_client_id"), "addendum", ["client_id"], unique=False)
    op.create_index(op.f("ix_addendum_note_id"), "addendum", ["note_id"], unique=False)
    op.create_table(
        "note_section",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("note_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("nothing_particular", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_note_section_client_id")),
        sa.ForeignKeyConstraint(["note_id"], ["consult_note.id"], name=op.f("fk_note_section_note_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_section")),
        sa.UniqueConstraint("note_id", "code", name=op.f("uq_note_section_note_id_code")),
    )
    op.create_index(op.f("ix_note_section_client_id"), "note_section", ["client_id"], unique=False)
    op.create_index(op.f("ix_note_section_note_id"), "note_section", ["note_id"], unique=False)
    op.create_table(
        "plan_item",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("phase_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("pillar", sa.Text(), nullable=False),
        sa.Column("aim", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("dose", sa.Text(), nullable=False),
        sa.Column("dose_unit", sa.Text(), nullable=False),
        sa.Column("frequency", sa.Text(), nullable=False),
        sa.Column("timing", sa.Text(), nullable=False),
        sa.Column("responsible", sa.Text(), nullable=False),
        sa.Column("start_on", sa.Text(), nullable=True),
        sa.Column("end_on", sa.Text(), nullable=True),
        sa.Column("evaluate_on", sa.Text(), nullable=True),
        sa.Column("contra_checked", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("stop_reason", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_plan_item_client_id")),
        sa.ForeignKeyConstraint(["phase_id"], ["plan_phase.id"], name=op.f("fk_plan_item_phase_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_item")),
    )
    op.create_index(op.f("ix_plan_item_client_id"), "plan_item", ["client_id"], unique=False)
    op.create_index(op.f("ix_plan_item_phase_id"), "plan_item", ["phase_id"], unique=False)
    op.create_table(
        "red_flag_check",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=True),
        sa.Column("note_id", sa.Text(), nullable=True),
        sa.Column("list_version", sa.Integer(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("completed_at", sa.Text(), nullable=True),
        sa.Column("override_by", sa.Text(), nullable=True),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["advice_call.id"], name=op.f("fk_red_flag_check_call_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_red_flag_check_client_id")),
        sa.ForeignKeyConstraint(["note_id"], ["consult_note.id"], name=op.f("fk_red_flag_check_note_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_red_flag_check")),
    )
    op.create_index(op.f("ix_red_flag_check_call_id"), "red_flag_check", ["call_id"], unique=False)
    op.create_index(op.f("ix_red_flag_check_client_id"), "red_flag_check", ["client_id"], unique=False)
    op.create_index(op.f("ix_red_flag_check_note_id"), "red_flag_check", ["note_id"], unique=False)
    op.create_table(
        "red_flag_answer",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("check_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("assessed", sa.Boolean(), nullable=False),
        sa.Column("assessed_on", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["check_id"], ["red_flag_check.id"], name=op.f("fk_red_flag_answer_check_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_red_flag_answer_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_red_flag_answer")),
        sa.UniqueConstraint("check_id", "code", name=op.f("uq_red_flag_answer_check_id_code")),
    )
    op.create_index(op.f("ix_red_flag_answer_check_id"), "red_flag_answer", ["check_id"], unique=False)
    op.create_index(op.f("ix_red_flag_answer_client_id"), "red_flag_answer", ["client_id"], unique=False)
    for statement in LOG_AND_SEARCH:
        op.execute(statement)
