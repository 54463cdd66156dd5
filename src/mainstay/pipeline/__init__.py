"""dvc.yaml, stage by stage."""

import gc
import sys

if sys.argv[:1] == ["-m"]:  # so Python names itself while it looks for the module of `python -m mainstay.pipeline.x`
    gc.disable()  # a tenth of a stage's start went to looking for garbage among modules; `stage.start` ends this
