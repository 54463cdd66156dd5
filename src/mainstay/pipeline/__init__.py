"""dvc.yaml, stage by stage."""
