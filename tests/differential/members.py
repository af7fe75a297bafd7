# SPDX-License-Identifier: Apache-2.0
"""What every member of a 2.8 log must satisfy when two logs of the same time and machine are
compared, and how such logs are read. The specification is columns.py's, where the text of
`atop -P ALL` shows a member as it is stored; what the text does not show is added here.

Labels are those of the text, too, so that rules.py finds what it needs: each stands for one struct
of the log. Logs are decoded by `proctape dump --json`, which other tests compare with decoders of
their own and with atop's text.
"""

import json
import struct
import subprocess

import parseable
from columns import (
    EVENTS, PACKETS, PAGES_BUSY, PAGES_STEADY, PSS, RECLAIMED, SAME, SECTORS, TABLE, UNIFIED_FIRST, Counter, Explained, Gauge,
    Ignored, Key, New, Same, Specification, where_atop_has,
)  # fmt: skip

# label -> where its columns are in a log, for people
PATHS = {
    "HDR": "rawheader", "REC": "rawrecord",
    "CPL": "sstat.cpu", "CPU": "sstat.cpu.all", "cpu": "sstat.cpu.cpu[]", "MEM": "sstat.mem",
    "NET upper": "sstat.net", "NIF": "sstat.intf", "NET": "sstat.intf.intf[]",
    "NMA": "sstat.memnuma", "NUM": "sstat.memnuma.numa[]", "NCA": "sstat.cpunuma",
    "NUC": "sstat.cpunuma.numa[]", "DKS": "sstat.dsk", "DSK": "sstat.dsk.dsk[]",
    "MDD": "sstat.dsk.mdd[]", "LVM": "sstat.dsk.lvm[]", "NFS": "sstat.nfs.server",
    "NFC": "sstat.nfs.client", "NMS": "sstat.nfs.nfsmounts", "NFM": "sstat.nfs.nfsmounts.nfsmnt[]",
    "CFS": "sstat.cfs", "VEC": "sstat.cfs.cont[]", "PSI": "sstat.psi", "GPS": "sstat.gpu",
    "GPU": "sstat.gpu.gpu[]", "IFS": "sstat.ifb", "IFB": "sstat.ifb.ifb[]", "LCS": "sstat.llc",
    "LLC": "sstat.llc.perllc[]", "WWW": "sstat.www",
    "PRG": "tstat.gen", "PRC": "tstat.cpu", "PRD": "tstat.dsk", "PRM": "tstat.mem",
    "PRN": "tstat.net", "PRE": "tstat.gpu",
}  # fmt: skip

# The labels that are lists, with what tells their elements apart.
KEYS = {
    "cpu": "cpunr", "NET": "name", "NUM": "numanr", "NUC": "numanr", "DSK": "name", "MDD": "name",
    "LVM": "name", "NFM": "mountdev", "VEC": "ctid", "GPU": "gpunr", "IFB": "ibname", "LLC": "id",
}  # fmt: skip

TASK_LABELS = ("PRG", "PRC", "PRD", "PRM", "PRN", "PRE")

NEW_BIT = 0x80000000

# Where atop sees no cgroup v2 it stores 0.
CGROUP_SETTING = where_atop_has(b"0", UNIFIED_FIRST)
COUNTED = Ignored("counted from the entries of the same record, exactly")
NO_NETATOP = "needs atop's kernel module; proctape leaves it out"
NO_GPU = "old bytes in atop's logs where the task uses no GPU"

# Members of which the text shows nothing, or another value than the log has.
DIFFERENTLY = {
    "HDR": {
        "supportflags": Ignored("what the recorder has found so far; features are told per record"),
    },
    "REC": {
        "curtime": Ignored("orders the records of both"),
        "flags": Same(lambda ours, theirs: int(ours) & ~0x101 == int(theirs) & ~0x101,
                      "the first record of a run is marked; " + UNIFIED_FIRST),
        "scomplen": Ignored("bytes of the compressed blocks: each compresses its own way"),
        "pcomplen": Ignored("bytes of the compressed blocks: each compresses its own way"),
        "interval": Ignored("the time between the records of each log, exactly"),
        "noverflow": SAME,
        **dict.fromkeys(("ndeviat nactproc ntask totproc totrun totslpi totslpu totzomb nexit")
                        .split(), COUNTED),
    },
    "CPU": {
        "cpunr": SAME, "instr": SAME, "cycle": SAME, "freqcnt.maxfreq": SAME,
        "freqcnt.cnt": Gauge(floor=1000), "freqcnt.ticks": SAME,
    },
    "cpu": {
        "instr": SAME, "cycle": SAME, "freqcnt.maxfreq": SAME, "freqcnt.cnt": Gauge(floor=1000),
        "freqcnt.ticks": SAME,
    },
    "CPL": {"nprocs": EVENTS},
    "MEM": {
        "pgsteal": RECLAIMED, "totswap": SAME, "freeswap": PAGES_STEADY, "swapcached": PAGES_STEADY,
        "commitlim": SAME, "committed": PAGES_BUSY, "pgscans": RECLAIMED, "allocstall": EVENTS,
        "swins": EVENTS, "swouts": EVENTS, "oomkills": EVENTS, "compactstall": EVENTS,
        "pgmigrate": EVENTS, "numamigrate": EVENTS, "pgins": EVENTS, "pgouts": EVENTS,
        "zswstored": Explained(SAME, "without zswap atop stores -1 once, then 0; proctape 0"),
        "zswtotpool": Explained(SAME, "without zswap atop stores -1 once, then 0; proctape 0"),
        "ksmsharing": Explained(SAME, "while KSM is off atop stores -1 once, then 0; proctape -1"),
        "ksmshared": Explained(SAME, "while KSM is off atop stores -1 once, then 0; proctape -1"),
    },
    "NET upper": {
        **dict.fromkeys(("ipv4.Forwarding ipv4.DefaultTTL tcp.RtoAlgorithm tcp.RtoMin tcp.RtoMax "
                         "tcp.MaxConn").split(), SAME),
        "tcp.CurrEstab": Gauge(floor=8),
    },
    "NET": {"type": SAME, "speedp": SAME},
    "NUM": {"frag": Gauge(floor=0.03)},
    "DSK": {"avque": Counter(floor=500, rel=0.25)},
    "MDD": {"avque": Counter(floor=500, rel=0.25)},
    "LVM": {"avque": Counter(floor=500, rel=0.25)},
    "GPU": {}, "IFB": {}, "LLC": {}, "NFM": {}, "VEC": {}, "WWW": {},
    "PRG": {
        "isproc": Key(),
        "excode": New(),
        "wasinactive": Ignored("each follows what it gathers, see FIELDS.md"),
        "tgid": SAME,
        "ctid": SAME, "vpid": SAME, "elaps": SAME,
        "container": where_atop_has(b"", "atop looks at cpuset alone"),
        "cgpath": where_atop_has(b"", UNIFIED_FIRST),
    },
    "PRC": {
        **dict.fromkeys("cgcpuweight cgcpumax cgcpumaxr".split(), CGROUP_SETTING),
    },
    "PRM": {
        "pmem": PSS,
        **dict.fromkeys("cgmemmax cgmemmaxr cgswpmax cgswpmaxr".split(), CGROUP_SETTING),
    },
    "PRN": {name: Ignored(NO_NETATOP)
            for name in "tcpsnd tcpssz tcprcv tcprsz udpsnd udpssz udprcv udprsz".split()},
    "PRE": {
        "state": SAME,
        **{name: Ignored(NO_GPU)
           for name in "nrgpus gpulist gpubusy membusy timems memnow memcum sample".split()},
    },
}  # fmt: skip

# atop maps these by position; kernels since 6.x have columns in between.
ICMP_SHIFTED = "atop takes the columns of /proc/net/snmp by position, which newer kernels shift"

# What is put right in atop's log before it is compared: deviations of proctape, told in FIELDS.md.
# label, column, (row of the struct, all structs of the entry) -> is it atop's value, put right
AMENDED = {
    ("PRM", "pmem"): (
        lambda entry: entry["mem"]["pmem"] == -1 and entry["mem"]["vmem"] == 0,
        0,
        "PSS of tasks without memory: atop -1, proctape 0",
    ),
}


def default_kind(label, column, kinds):
    """Of a member that neither this table nor the text's knows."""
    if label == "NET upper":
        if column.startswith("icmpv4.") and column.split(".")[1] not in ("InMsgs", "OutMsgs"):
            return Explained(PACKETS, ICMP_SHIFTED)
        return PACKETS
    if label == "NET":
        return PACKETS
    if kinds.get(f"{PATHS[label]}.{column}") == "difference":
        return SECTORS if label == "PRD" else EVENTS
    return SAME


def kinds_of_members(fields):
    """member -> difference, gauge, constant or nothing, of docs/FIELDS.md"""
    kinds = {}
    table = None
    for line in fields.read_text().splitlines():
        if line.startswith("### "):
            table = line.removeprefix("### ")
        elif table and line.startswith("| `"):
            member, _, _, _, kind = line.removeprefix("| ").split(" | ")[:5]
            kinds[f"{table}.{member.strip('`')}"] = kind
    return kinds


def specification(logs, fields):
    """Of all members that the logs (as read() gives them) have."""
    kinds = kinds_of_members(fields)
    table = {}
    for records in logs:
        for record in records:
            for label, entities in record.system.items():
                for row in entities.values():
                    _add_columns(table, label, row, kinds)
            for labels in record.tasks.values():
                for label, row in labels.items():
                    _add_columns(table, label, row, kinds)
    return Specification(table, TASK_LABELS, {})


# Not of the log: what rules.py needs beside it.
HELPERS = {"hertz", "pagesize", "new"}


def _add_columns(table, label, row, kinds):
    known = table.setdefault(label, [])
    if known:
        return
    of_text = {column: kind for column, kind in TABLE.get(label, []) if column not in HELPERS}
    for column in row:
        if column == KEYS.get(label):
            kind = Key()
        elif column == "new":
            kind = New()
        elif column in DIFFERENTLY.get(label, {}):
            kind = DIFFERENTLY[label][column]
        elif column in of_text and (label == "PRG" or column != "name"):
            kind = of_text[column]
        elif label != "HDR" and column in HELPERS or label in TASK_LABELS and column == "name":
            kind = Ignored("a copy, see above")
        else:
            kind = default_kind(label, column, kinds)
        known.append((column, kind))


# ---- Reading


def _flat(tree, prefix=""):
    """(path, value) of all members; lists are left out."""
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        elif not isinstance(value, list):
            yield prefix + name, str(value).encode()


def _at(tree, path):
    for name in path.split("."):
        tree = tree.get(name)
        if tree is None:
            return None
    return tree


def _own_members(tree, nested):
    """The members of a struct; of structs within it only if they are no labels of their own."""
    return {
        name: value
        for name, value in _flat(tree)
        if not any(name.startswith(other + ".") for other in nested)
    }


def _system(sample, header):
    system = {"HDR": {(): header}}
    scalars = {name: value for name, value in sample.items() if not isinstance(value, (dict, list))}
    system["REC"] = {(): dict(_flat(scalars))}
    for label, path in PATHS.items():
        if not path.startswith("sstat."):
            continue
        node = _at(sample, path.removesuffix("[]"))
        if node is None:
            continue
        if path.endswith("[]"):
            rows = {}
            for element in node:
                key = str(element[KEYS[label]])
                # The same mount, the same port may be there more than once.
                while (key,) in rows:
                    key += "'"
                rows[(key,)] = dict(_flat(element))
            if rows:
                system[label] = rows
        else:
            inner = [p[len(path) + 1 :] for p in PATHS.values() if p.startswith(path + ".")]
            system[label] = {(): _own_members(node, [i.removesuffix("[]") for i in inner])}
    system["CPU"][()] |= {"hertz": header["hertz"], "nrcpu": system["CPL"][()]["nrcpu"]}
    return system


def _task_rows(entry, amended):
    for (label, column), (applies, value, reason) in AMENDED.items():
        if amended is not None and applies(entry):
            group = PATHS[label].split(".")[1]
            entry[group][column] = value
            amended[(label, column)] = reason
    rows = {}
    for label in TASK_LABELS:
        group = PATHS[label].split(".")[1]
        if group in entry:
            rows[label] = dict(_flat(entry[group]))
    general = rows["PRG"]
    new = int(general["excode"]) & NEW_BIT
    general["new"] = b"N" if new else b"-"
    general["excode"] = general["new"]
    for row in rows.values():
        row.setdefault("name", general["name"])
    return rows


def header_of(path, layout):
    """The file header's members, by the layout measured of the release (tests/layouts)."""
    with open(path, "rb") as file:
        raw = file.read(480)
    formats = {"i16": "<h", "i32": "<i", "u16": "<H", "u32": "<I"}
    header = {}
    for line in layout.read_text().splitlines():
        member, _, place = line.partition("\t")
        name = member.removeprefix("rawheader.")
        if name == member or "future" in name:
            continue
        offset, size, kind, _ = place.split("\t")
        if kind.startswith("char"):
            header[name] = raw[int(offset) :][: int(size)].split(b"\0")[0]
        else:
            header[name] = str(*struct.unpack_from(formats[kind], raw, int(offset))).encode()
    return header


def read(path, proctape, layout, amended=None):
    """The records of a raw log, and its exited processes as [(epoch, entry)]. In atop's own log,
    for which `amended` is a dict, deviations are put right and told there."""
    header = header_of(path, layout)
    shown = subprocess.run([proctape, "dump", "--json", path], capture_output=True, check=False)
    if shown.returncode != 0:
        raise parseable.BadText(f"proctape dump: {shown.stderr.decode(errors='replace').strip()}")
    records, exits = [], []
    for line in shown.stdout.splitlines():
        sample = json.loads(line)
        tasks = sample.pop("tasks")
        record = parseable.Record(sample["curtime"], sample["interval"], bool(sample["flags"] & 1))
        record.system = _system(sample, header)
        for entry in tasks:
            if entry["gen"]["state"] == "E":
                record.exited += 1
                exits.append((record.epoch, entry))
                continue
            task = (entry["gen"]["pid"], entry["gen"]["isproc"] == 1)
            record.tasks[task] = _task_rows(entry, amended)
            for label in record.tasks[task]:
                record.order.setdefault(label, []).append(task)
        _check_counts(sample, tasks, path)
        records.append(record)
    return records, exits


def _check_counts(sample, tasks, path):
    """The record header counts what the record has."""
    processes = [t["gen"] for t in tasks if t["gen"]["isproc"]]
    living = [g for g in processes if g["state"] not in "ZE"]
    counted = {
        "ndeviat": len(tasks),
        "ntask": len(tasks),
        "totproc": len(processes),
        "nactproc": sum(not g["wasinactive"] for g in processes),
        "totrun": sum(g["nthrrun"] for g in living),
        "totslpi": sum(g["nthrslpi"] for g in living),
        "totslpu": sum(g["nthrslpu"] for g in living),
        "totzomb": sum(g["state"] == "Z" for g in processes),
        "nexit": sum(g["state"] == "E" for g in processes),
    }
    for name, count in counted.items():
        if sample[name] != count:
            raise parseable.BadText(f"{path}: {name} is {sample[name]}, there are {count}")
