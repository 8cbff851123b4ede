"""Finding cases by what they say: the texts in normal form, their index, and both filled for what is there."""

import sqlalchemy as sa
from alembic import op

from storage.search import grams_of, normal

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CHUNK = 1_000


def upgrade() -> None:
    op.create_table(
        "search_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("proposal", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_search_texts_case_id", "search_texts", ["case_id"], unique=True)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TABLE search_index (case_id varchar PRIMARY KEY "
            'REFERENCES search_texts (case_id) ON DELETE CASCADE, grams text[] COLLATE "C" NOT NULL)'
        )
        op.execute("CREATE INDEX ix_search_index_grams ON search_index USING gin (grams)")
    else:
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5(grams, content='', detail=none, tokenize='ascii')"
        )
    after: str | None = ""
    while after is not None:
        after = _fill(op.get_bind(), after)


def _fill(connection: sa.Connection, after: str) -> str | None:
    """Index the next cases behind `after`; the last of them, or None when there are no more."""
    chosen = "SELECT id FROM cases WHERE id > :after ORDER BY id LIMIT :chunk"
    bounds = {"after": after, "chunk": CHUNK}
    rows = {
        case_id: {
            "case_id": case_id,
            "title": normal(title),
            "number": normal(number),
            "facts": "",
            "proposal": "",
        }
        for case_id, title, number in connection.execute(
            sa.text("SELECT id, title, number FROM cases WHERE id > :after ORDER BY id LIMIT :chunk"), bounds
        )
    }
    if not rows:
        return None
    for case_id, kind, text in connection.execute(
        sa.text(
            "SELECT case_id, kind, text FROM documents WHERE kind IN ('facts', 'proposal', 'body') "
            f"AND case_id IN ({chosen}) ORDER BY case_id, seq"
        ),
        bounds,
    ):
        rows[case_id]["proposal" if kind == "proposal" else "facts"] = normal(text)
    texts = list(rows.values())
    connection.execute(
        sa.text(
            "INSERT INTO search_texts (case_id, title, number, facts, proposal) "
            "VALUES (:case_id, :title, :number, :facts, :proposal)"
        ),
        texts,
    )
    if connection.dialect.name == "postgresql":
        connection.execute(
            sa.text("INSERT INTO search_index (case_id, grams) VALUES (:case_id, :grams)"),
            [{"case_id": row["case_id"], "grams": grams_of(row)} for row in texts],
        )
    else:
        connection.execute(
            sa.text(
                "INSERT INTO search_index (rowid, grams) "
                "SELECT id, :grams FROM search_texts WHERE case_id = :case_id"
            ),
            [{"case_id": row["case_id"], "grams": " ".join(grams_of(row))} for row in texts],
        )
    return str(texts[-1]["case_id"])
