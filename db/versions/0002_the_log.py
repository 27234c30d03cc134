"""The log that cannot be got round: compact log, privacy, four eyes, keys, backups."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """While this schema is being made: whatever the tables have that the file lacks. Frozen into statements when it is released."""
    from nmx_desk.data.tables import TABLES, metadata

    bind = op.get_bind()
    there = sa.inspect(bind)
    known = set(there.get_table_names())
    defaults = {table.name: record() for record, table in TABLES.items()}
    for table in metadata.sorted_tables:
        if table.name not in known:
            table.create(bind)
            continue
        columns = {column["name"] for column in there.get_columns(table.name)}
        for column in table.columns:
            if column.name not in columns:
                value = getattr(defaults[table.name], column.name)
                default = None if value is None else sa.text(repr(int(value)) if isinstance(value, int) else repr(str(value)))
                op.add_column(table.name, sa.Column(column.name, column.type.impl_instance if isinstance(column.type, sa.types.TypeDecorator) else column.type, nullable=column.nullable, server_default=default))
