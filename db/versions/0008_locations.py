"""Locations: rooms, working hours and appointments say where, when it is not at the clinic's own address."""

from alembic import op

revision = "0008"
down_revision = "0007"

PLACED = ("room", "roster_rule", "roster_override", "appointment")
STATEMENTS = [
    """CREATE TABLE location (
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  name TEXT NOT NULL,
  address TEXT NOT NULL,
  is_active BOOLEAN NOT NULL,
  CONSTRAINT pk_location PRIMARY KEY (id)
)""",
    *(f"ALTER TABLE {table} ADD COLUMN location_id TEXT REFERENCES location (id)" for table in PLACED),
    *(f"CREATE INDEX ix_{table}_location_id ON {table} (location_id)" for table in PLACED),
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
