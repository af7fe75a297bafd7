#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""manifest.py PACKAGING OUTPUT: checks kubernetes/daemonset.yaml, as far as that is possible without
a cluster, and writes the configuration and the capabilities of its container into OUTPUT."""
import pathlib
import re
import sys

import yaml

packaging, output = (pathlib.Path(argument) for argument in sys.argv[1:])
documents = list(yaml.safe_load_all((packaging / "kubernetes/daemonset.yaml").read_text()))
by_kind = {document["kind"]: document for document in documents}
assert set(by_kind) == {"Namespace", "ConfigMap", "DaemonSet"}, by_kind.keys()
namespace = by_kind["Namespace"]["metadata"]["name"]
for kind in ("ConfigMap", "DaemonSet"):
    assert by_kind[kind]["metadata"]["namespace"] == namespace, kind

spec = by_kind["DaemonSet"]["spec"]
pod = spec["template"]["spec"]
assert spec["selector"]["matchLabels"] == spec["template"]["metadata"]["labels"]
assert pod["hostPID"] and pod["tolerations"] == [{"operator": "Exists"}]
(container,) = pod["containers"]
context = container["securityContext"]
assert not context["privileged"] and not context["allowPrivilegeEscalation"]
assert context["readOnlyRootFilesystem"] and context["capabilities"]["drop"] == ["ALL"]
assert container["resources"]["limits"]["memory"]

# The same as the service of systemd has, and no others.
unit = (packaging / "../systemd/proctaped.service.in").read_text()
ours = sorted(re.search(r"^AmbientCapabilities=(.*)$", unit, re.M)[1].split())
capabilities = sorted("CAP_" + name for name in context["capabilities"]["add"])
assert capabilities == ours, (capabilities, ours)

# Each mount has its volume and the other way round; only the logs may be written to.
mounts = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
volumes = {volume["name"]: volume for volume in pod["volumes"]}
assert set(mounts.values()) == volumes.keys(), set(mounts.values()) ^ volumes.keys()
writable = [mount["mountPath"] for mount in container["volumeMounts"] if not mount.get("readOnly")]
assert writable == ["/var/log/atop"], writable
# The user root of the container may not write to what is root's on the node.
assert mounts["/proc"] == "proc"
profile = context["seccompProfile"]
assert profile == {"type": "Localhost", "localhostProfile": "proctaped.json"}, profile
assert (packaging / "kubernetes/seccomp.json").exists()
assert volumes["configuration"]["configMap"]["name"] == by_kind["ConfigMap"]["metadata"]["name"]
for host in ("proc", "sys"):
    assert mounts["/host/" + host] == host
    assert volumes[host]["hostPath"]["path"] == "/" + host

# The image has the program where the Dockerfile puts it, and takes these arguments.
dockerfile = (packaging / "docker/Dockerfile").read_text()
assert 'ENTRYPOINT ["/usr/sbin/proctaped"]' in dockerfile
listed = {line.split()[1] for line in (packaging / "packages.txt").read_text().splitlines()
          if line and not line.startswith("#")}
installed = re.search(r"no-install-recommends((?:\s|\\|[\w.+-])+?)\nWORKDIR", dockerfile)[1]
assert set(installed.replace("\\", " ").split()) <= listed, set(installed.split()) - listed

(output / "proctape.toml").write_text(by_kind["ConfigMap"]["data"]["proctape.toml"])
(output / "arguments").write_text("\n".join(container["args"]) + "\n")
(output / "capabilities").write_text(",".join(name.lower() for name in capabilities) + "\n")
