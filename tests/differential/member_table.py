# SPDX-License-Identifier: Apache-2.0
"""The outcome of a comparison, member by member, as a table for docs/."""

import re

import exits
import members
from columns import Counter, Explained, Fleeting, Gauge, Growth, Ignored, Key, New, Same

HEAD = """# Members of the log beside Debian's atop

Written by `tests/differential/side_by_side.py` (ctest `real_atop_compare`), which records this
machine under load with proctaped and with atop {atop} at the same time, decodes both logs and
compares every member that such a log stores. Renewed when a verdict changes; do not edit.

- **equal**: what the second column says held for all values. A counter is compared as its sum since
  boot (or the task's start), which must lie between the other log's sums a record before and a
  record after: exactly. *still*: it never changed while they recorded.
- **explained**: the logs differ, for the reason given. Why proctape does so: FIELDS.md.
- **not compared**: for the reason given.
- **none here**: this machine has nothing of the kind; the member is proven by fixtures.
- **defect**: neither. The test fails.

"""

EXITED = """
## Exited processes

atop has them from process accounting. What it leaves at 0 (other ids, disk, memory) proctape fills:
see FIELDS.md.

| member | compared as | verdict |
|---|---|---|
"""

_ROW = re.compile(r"\| `([^`]+)` \| ([^|]*) \| ([^|(]*)")


def _how(kind):
    if isinstance(kind, Explained):
        return _how(kind.kind)
    if isinstance(kind, Ignored):
        return ""
    return {
        Same: "identical",
        Key: "tells entries apart",
        Gauge: "between the other's values around it",
        Counter: "sums between the other's",
        Fleeting: "identical while the task rests",
        Growth: "difference of the size, exactly",
        New: "new tasks and no others",
    }[type(kind)]


def _verdict(report, label, column, kind):
    """(verdict, reason)"""
    if any((f.label, f.column) == (label, column) for f in report.failures):
        return "defect", ""
    if isinstance(kind, Ignored):
        return "not compared", kind.reason
    if (label, column) in report.explained:
        return "explained", report.explained[(label, column)]
    if isinstance(kind, Explained) or isinstance(kind, (Key, New, Growth)):
        return "equal", ""
    tally = report.tallies.get((label, column))
    if tally is None or tally.values == 0:
        return "none here", ""
    still = isinstance(kind, (Gauge, Counter)) and not tally.moved
    return "equal", "still" if still else ""


def rows(report, spec, layout):
    """(member, how, verdict, reason) of every member that the layout of the version has."""
    seen = {}
    for label, table in spec.table.items():
        for column, kind in table:
            if (column in members.HELPERS or (label, column) == ("CPU", "nrcpu")) and label != "HDR":
                continue
            if column == "name" and label in members.TASK_LABELS and label != "PRG":
                continue
            path = f"{members.PATHS[label]}.{column}"
            seen[path] = (_how(kind), *_verdict(report, label, column, kind))
    for line in layout.read_text().splitlines():
        member, _, place = line.partition("\t")
        is_struct = place.count("\t") < 3
        if is_struct or "future" in member or member.startswith("tstat.net.avail"):
            continue
        path = re.sub(r"\[\d+\]", "[]", member)
        yield (path, *seen.pop(path, ("", "none here", "")))
    for path, row in seen.items():
        yield (path, *row)


def text(report, spec, layout, atop):
    lines = [HEAD.format(atop=atop)]
    lines.append("| member | compared as | verdict |\n|---|---|---|\n")
    counts = {}
    for path, how, verdict, reason in rows(report, spec, layout):
        counts[verdict] = counts.get(verdict, 0) + 1
        because = f" ({reason})" if reason else ""
        lines.append(f"| `{path}` | {how} | {verdict}{because} |\n")
    summary = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
    lines.insert(1, f"Of {sum(counts.values())} members: {summary}.\n\n")
    lines.append(EXITED)
    for member in exits.MEMBERS:
        failed = any((f.label, f.column) == ("EXIT", member.path) for f in report.failures)
        verdict = "defect" if failed else "equal"
        lines.append(f"| `tstat.{member.path}` | {member.how} | {verdict} |\n")
    return "".join(lines)


def verdicts(table):
    """member -> verdict of a table written before, without what varies from run to run."""
    return {(m[1], m[2]): m[3].strip() for m in _ROW.finditer(table)}


def write(path, table):
    """Leaves a file alone that says the same of every member. True if it was written."""
    if path.exists() and verdicts(path.read_text()) == verdicts(table):
        return False
    path.write_text(table)
    return True
