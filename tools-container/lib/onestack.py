"""What the scripts of the tools container share: options, facts of the environment, output."""

import argparse
import json
import os
import sys
import unicodedata

ACCESS_FILE = os.environ.get("ONESTACK_ACCESS", "/run/onestack/access.json")


def parser(about, example):
    """Options of a script: --help with an example, and --json."""
    options = argparse.ArgumentParser(
        description=about,
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument("--json", action="store_true", help="print one JSON document")
    return options


def fail(what, cure=None, status=1):
    """Ends the script with a message that says what is wrong and what to do."""
    print(f"{os.path.basename(sys.argv[0])}: {what}", file=sys.stderr)
    if cure:
        print(f"  {cure}", file=sys.stderr)
    sys.exit(status)


def access():
    """The environment as `dev` describes it: project, services with ports, databases."""
    try:
        with open(ACCESS_FILE, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {"project": "", "services": [], "databases": []}
    except (OSError, ValueError) as error:
        fail(f"cannot read {ACCESS_FILE}: {error}")


def database(kind, name):
    """The database service of that kind called `name`, or the only one there is."""
    known = [entry for entry in access()["databases"] if entry["kind"] == kind]
    if name is None and len(known) == 1:
        return known[0]
    for entry in known:
        if entry["service"] == name:
            return entry
    names = ", ".join(entry["service"] for entry in known) or "none"
    if name is None:
        fail(f"which {kind} service? There are: {names}", status=2)
    fail(f"no {kind} service is called {name}", f"there are: {names}", status=2)


def password(entry):
    """The password of a database entry, from its secret file; None when it has none."""
    if entry.get("passwordFile"):
        with open(entry["passwordFile"], encoding="utf-8") as file:
            return file.read().rstrip("\n")
    return entry.get("password") or None


def facts(command):
    """Facts that `dev` streams in, one JSON object a line."""
    if sys.stdin is None or sys.stdin.isatty():
        fail("it needs facts from the engine on its standard input", f"run it as: {command}", status=2)
    for line in sys.stdin:
        if line.strip():
            yield json.loads(line)


def emit_json(data):
    print(json.dumps(data, indent=2, ensure_ascii=False))


def width(text):
    """Columns that a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def table(columns, rows):
    """Lines of a table. A column is (title, "<" or ">"); the last one is not padded."""
    cells = [[str(cell) for cell in row] for row in rows]
    titles = [title for title, _ in columns]
    widths = [max(width(line[i]) for line in [titles, *cells]) for i in range(len(columns))]
    for line in [titles, *cells]:
        parts = []
        for text, (_, align), total in zip(line, columns, widths):
            gap = " " * (total - width(text))
            parts.append(gap + text if align == ">" else text + gap)
        yield "  ".join(parts).rstrip()


def print_table(columns, rows):
    for line in table(columns, rows):
        print(line)


def shorten(text, limit):
    """One line of at most `limit` characters."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def human_bytes(count):
    if count is None:
        return "-"
    for unit in ("B", "KiB", "MiB", "GiB"):
        if abs(count) < 1024 or unit == "GiB":
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024


def percentile(ordered, share):
    """Nearest-rank percentile of an ordered list that is not empty."""
    rank = max(1, -(-len(ordered) * share // 100))
    return ordered[int(rank) - 1]
