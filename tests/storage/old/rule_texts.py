"""Makes storage/migrations/texts/0.1.0.json.gz: run with the working directory at commit 468a5bc, the path as argument.

    git worktree add /tmp/old 468a5bc && (cd /tmp/old && python TREE/tests/storage/old/rule_texts.py OUT)
"""

import gzip
import json
import sys
from pathlib import Path


def texts() -> dict[str, str]:
    """Every resolved value of every version of every rulebook, in the JSON text over which 0.1.0 took its digest."""
    sys.path.insert(0, str(Path.cwd()))
    from rulebooks import Library

    library = Library()
    return {
        book.ident: json.dumps(book.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        for name in library.names()
        for book in library.versions(name)
    }


if __name__ == "__main__":
    content = json.dumps(texts(), ensure_ascii=False, sort_keys=True).encode()
    Path(sys.argv[1]).write_bytes(gzip.compress(content, 9, mtime=0))
