"""Writes down what is promised today: python -m tests.promises, after a change that the CHANGELOG names."""

import json
import lzma
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.promises.recording import SEEDS, api, bodies, names, year

HERE = Path(__file__).parent


def main() -> None:
    (HERE / "names.json").write_text(json.dumps(names(), ensure_ascii=False, indent=1) + "\n", "utf-8")
    with TemporaryDirectory(prefix="duban-") as folder:
        for name, value in (("api", api(Path(folder))), ("bodies", bodies(Path(folder)))):
            text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
            (HERE / f"{name}.json.xz").write_bytes(lzma.compress(text.encode()))
        for seed in SEEDS:
            lines = "\n".join(year(Path(folder), seed)) + "\n"
            (HERE / f"year-{seed}.txt.xz").write_bytes(lzma.compress(lines.encode()))


main()
