"""Feedback names an answer by its message id, which was kept within the answer only."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """From version 1."""
    op.add_column("turn", sa.Column("message_id", sa.String()))
    # Postgres came with version 3: there is nothing in it yet.
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "UPDATE turn SET message_id = json_extract(answer_json, '$.message_id') WHERE json_valid(answer_json)"
        )
    op.create_index("ix_turn_message_id", "turn", ["message_id"])
    op.create_table(
        "feedback",
        sa.Column("message_id", sa.String(), primary_key=True),
        sa.Column("turn_id", sa.Integer(), sa.ForeignKey("turn.id", ondelete="CASCADE"), nullable=False),
        sa.Column("given_at", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("comment", sa.String()),
    )
    op.create_index("ix_feedback_turn_id", "feedback", ["turn_id"])
