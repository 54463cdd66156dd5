"""The alert rules as the Prometheus Operator wants them. `make alerts` writes them anew."""

import yaml
from imports import ROOT

RULES = ROOT / "deploy/prometheus/rules.yaml"
WRAPPED = ROOT / "deploy/kustomize/components/prometheus/prometheusrule.yaml"
HEAD = """\
# Written by `make alerts` from deploy/prometheus/rules.yaml; change that.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: churn
spec:
"""


def rules():
    """All alert rules."""
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def wrapped():
    """The groups as they stand, two spaces further in."""
    groups = RULES.read_text().partition("groups:\n")
    return HEAD + "".join(f"  {line}".rstrip() + "\n" for line in (groups[1] + groups[2]).splitlines())


if __name__ == "__main__":
    WRAPPED.write_text(wrapped())
