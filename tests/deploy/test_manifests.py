"""What a cluster is given: valid by Kubernetes' own schema, locked down, and in agreement with the program it runs."""

import subprocess

import pytest
import yaml
from imports import ROOT
from kustomized import BIN, OVERLAYS, manifests, text, with_component

from mainstay import params
from mainstay.cli import verbs
from mainstay.serving import endpoints

OF_THE_OPERATOR = {"ServiceMonitor", "PrometheusRule"}
SCALER = "HorizontalPodAutoscaler"
LABEL = {"app.kubernetes.io/name": "churn"}


@pytest.fixture(scope="module", params=OVERLAYS)
def built(request):
    return manifests(request.param)


@pytest.fixture(scope="module")
def pod(built):
    return built["StatefulSet"]["spec"]["template"]["spec"]


def containers(pod):
    return [*pod["initContainers"], *pod["containers"]]


def named(pod, name):
    return next(c for c in containers(pod) if c["name"] == name)


def volume(pod, name):
    return next(v for v in pod["volumes"] if v["name"] == name)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_kubernetes_own_schemas_hold_with_no_unknown_field(overlay, tmp_path):
    known = [d for d in yaml.safe_load_all(text(overlay)) if d["kind"] not in OF_THE_OPERATOR]
    (tmp_path / "all.yaml").write_text(yaml.safe_dump_all(known))
    checked = subprocess.run(
        [BIN / "kubernetes-validate", "--strict", "all.yaml"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert (checked.stdout + checked.stderr).count("passed for resource") == len(known)


def test_the_schemas_would_notice_a_wrong_word(tmp_path):
    wrong = manifests("staging")["StatefulSet"]
    wrong["spec"]["template"]["spec"]["containers"][0]["readynessProbe"] = {}
    (tmp_path / "wrong.yaml").write_text(yaml.safe_dump(wrong))
    checked = subprocess.run(
        [BIN / "kubernetes-validate", "--strict", "wrong.yaml"], cwd=tmp_path, capture_output=True, check=False
    )
    assert checked.returncode != 0


def test_nothing_runs_as_root_writes_to_its_image_or_holds_a_capability(pod):
    own = pod["securityContext"]
    assert own["runAsNonRoot"] and own["runAsUser"] > 0 and own["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not pod["automountServiceAccountToken"]
    for container in containers(pod):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }, container["name"]


def test_the_user_is_the_image_s_own(pod):
    dockerfile = (ROOT / "deploy/Dockerfile").read_text()
    user, group = pod["securityContext"]["runAsUser"], pod["securityContext"]["runAsGroup"]
    assert f"\nUSER {user}:{group}\n" in dockerfile
    assert pod["securityContext"]["fsGroup"] == group, "or it could not write to its disks"


def test_every_command_line_is_one_that_the_program_takes(pod):
    for container in containers(pod):
        verb, *given = container["args"]
        known = {name for parameter in verbs.commands[verb].params for name in parameter.opts}
        assert {argument.partition("=")[0] for argument in given} <= known, container["name"]
        required = {p.opts[0] for p in verbs.commands[verb].params if p.required}
        assert required <= {argument.partition("=")[0] for argument in given}, container["name"]


def test_probes_ask_for_paths_that_the_server_has(pod):
    server = named(pod, "server")
    assert server["livenessProbe"]["httpGet"]["path"].encode() == endpoints.LIVE
    assert server["startupProbe"]["httpGet"]["path"].encode() == endpoints.LIVE
    assert server["readinessProbe"]["httpGet"]["path"].encode() == endpoints.READY
    ports = {p["name"]: p["containerPort"] for p in server["ports"]}
    assert f"--port={ports[server['readinessProbe']['httpGet']['port']]}" in server["args"]


def test_a_pod_has_time_to_answer_what_is_on_its_way(pod):
    slept = float(named(pod, "server")["lifecycle"]["preStop"]["exec"]["command"][1])
    stop = params.load(ROOT / "params.yaml", "serve").stop_timeout_s
    assert pod["terminationGracePeriodSeconds"] > slept + stop


def test_the_first_sync_fails_only_where_a_setting_cannot_be_right(pod):
    command = named(pod, "first-sync")["command"][:-1]
    codes = [subprocess.run([*command, "sh", "-c", f"exit {code}"], check=False).returncode for code in (0, 1, 2)]
    assert codes[:2] == [0, 0] and codes[2] != 0


def test_first_and_later_polls_ask_the_same(pod):
    assert named(pod, "first-sync")["args"] == [*named(pod, "sync")["args"], "--once"]


def test_signers_come_from_a_config_map_that_is_not_made_from_this_repository(built, pod):
    name = volume(pod, "signers")["configMap"]["name"]
    assert name == "churn-allowed-signers"
    assert built["ConfigMap"]["metadata"]["name"] != name and set(built["ConfigMap"]["data"]) == {
        "CHANNEL",
        "REPOSITORY",
    }
    for container in containers(pod):
        mount = next(m for m in container["volumeMounts"] if m["name"] == "signers")
        assert mount["readOnly"]
        assert f"--allowed-signers={mount['mountPath']}/allowed_signers" in container["args"]


def test_no_secret_is_in_the_manifests_and_the_server_never_sees_the_syncer_s(built, pod):
    assert "Secret" not in built
    server = named(pod, "server")
    assert [e for e in server["envFrom"] if "secretRef" in e] == []
    assert {v["name"] for v in named(pod, "sync")["volumeMounts"]} == {"model", "signers", "tmp"}, "the log and its key"


def test_the_server_cannot_write_to_its_model(pod):
    mounts = {m["name"]: m for m in named(pod, "server")["volumeMounts"]}
    assert mounts["model"]["readOnly"] and not mounts["log"].get("readOnly")
    assert f"--model={mounts['model']['mountPath']}" in named(pod, "server")["args"]
    assert f"--log={mounts['log']['mountPath']}" in named(pod, "server")["args"]


def test_model_and_log_outlive_the_pod(built):
    claims = {c["metadata"]["name"] for c in built["StatefulSet"]["spec"]["volumeClaimTemplates"]}
    assert claims == {"model", "log"}


def test_every_selector_finds_the_pods_and_the_scaler_the_set(built):
    spec = {kind: document["spec"] for kind, document in built.items() if "spec" in document}
    labels = spec["StatefulSet"]["template"]["metadata"]["labels"]
    assert labels == LABEL
    assert spec["StatefulSet"]["selector"]["matchLabels"] == LABEL
    assert spec["Service"]["selector"] == LABEL
    assert spec["PodDisruptionBudget"]["selector"]["matchLabels"] == LABEL
    assert spec["NetworkPolicy"]["podSelector"]["matchLabels"] == LABEL
    assert spec["ServiceMonitor"]["selector"]["matchLabels"].items() <= built["Service"]["metadata"]["labels"].items()
    assert spec["HorizontalPodAutoscaler"]["scaleTargetRef"]["name"] == built["StatefulSet"]["metadata"]["name"]
    assert "replicas" not in spec["StatefulSet"], "each apply would undo what the scaler did"


def test_clients_are_let_in_by_their_label_and_nobody_else_but_prometheus(built):
    (rule,) = built["NetworkPolicy"]["spec"]["ingress"]
    assert [peer["podSelector"]["matchLabels"] for peer in rule["from"]] == [
        {"churn-client": "true"},
        {"app.kubernetes.io/name": "prometheus"},
    ]
    ports = [port["port"] for rule in built["NetworkPolicy"]["spec"]["egress"] for port in rule["ports"]]
    assert ports == [53, 53, 443, 22]


def test_prometheus_asks_where_the_server_tells(built):
    (endpoint,) = built["ServiceMonitor"]["spec"]["endpoints"]
    assert endpoint["path"].encode() == endpoints.METRICS
    assert endpoint["port"] in [port["name"] for port in built["Service"]["spec"]["ports"]]


def test_staging_is_production_but_for_its_name_its_channel_and_its_size():
    same = text("staging").replace("staging", "production")
    for kind, path in (("ConfigMap", "metadata.name"), *((SCALER, f"spec.{n}Replicas") for n in ("min", "max"))):
        here, there = (_at(manifests(overlay)[kind], path) for overlay in OVERLAYS)
        same = same.replace(*(f"{path.rpartition('.')[2]}: {value}" for value in (here, there)))
    assert same == text("production")


def _at(document, path):
    for key in path.split("."):
        document = document[key]
    return document


def test_with_tokens_the_server_is_given_their_file(tmp_path):
    pod = with_component(tmp_path, "tokens")["StatefulSet"]["spec"]["template"]["spec"]
    server = named(pod, "server")
    assert "--tokens=/etc/churn/tokens/tokens" in server["args"]
    assert {"name": "tokens", "mountPath": "/etc/churn/tokens", "readOnly": True} in server["volumeMounts"]
    assert volume(pod, "tokens")["secret"]["secretName"] == "churn-tokens"


def test_the_log_is_shipped_from_where_the_server_writes_it(tmp_path):
    pod = with_component(tmp_path, "ship-log")["StatefulSet"]["spec"]["template"]["spec"]
    shipper = named(pod, "ship-log")
    assert shipper["securityContext"] == named(pod, "server")["securityContext"]
    group, verb, folder, to = shipper["args"]
    assert to.partition("=")[0] in {name for p in verbs.commands[group].commands[verb].params for name in p.opts}
    assert f"--log={folder}" in named(pod, "server")["args"]
    assert {"name": "log", "mountPath": folder} in shipper["volumeMounts"]
    assert {m["name"] for m in shipper["volumeMounts"]} == {"log", "tmp"}, "neither the model nor the key"


def test_the_shipper_ends_when_it_is_told(tmp_path):
    shipper = named(with_component(tmp_path, "ship-log")["StatefulSet"]["spec"]["template"]["spec"], "ship-log")
    said = tmp_path / "mainstay"
    said.write_text('#!/bin/sh\necho "$@"\n')
    said.chmod(0o755)
    path = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    with subprocess.Popen([*shipper["command"], "log", "compact"], env=path, stdout=subprocess.PIPE) as running:
        assert running.stdout.readline() == b"log compact\n"
        running.terminate()
        assert running.wait(10) == 0
