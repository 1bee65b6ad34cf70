#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures scikit-learn on the rows that `qenex-bench-risk ours` wrote, and writes theirs.json beside them.

    theirs.py FOLDER                        measures
    theirs.py --german-credit FILE          writes the German Credit data as CSV, from Debian's package r-cran-caret

The Python packages of PINS are fetched once into the cache at pinned versions.
"""

import glob
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

PINS = ["numpy==2.4.6", "pyreadr==0.5.3", "scikit-learn==1.9.1"]
SEEDS = range(3)


def environment():
    """The folder of a Python environment with the packages of PINS."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "qenex"
    key = hashlib.sha256("\n".join(PINS + [sys.version]).encode()).hexdigest()[:12]
    folder = cache / f"bench-risk-{key}"
    done = folder / "complete"
    if not done.exists():
        print(f"making {folder}", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        subprocess.run([folder / "bin/pip", "install", "--quiet", "--disable-pip-version-check", *PINS], check=True)
        done.touch()
    return folder


def german_credit(path):
    """Writes the data as CSV."""
    import pyreadr

    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["apt-get", "-o", "APT::Sandbox::User=root", "download", "r-cran-caret"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        (package,) = glob.glob(f"{folder}/*.deb")
        subprocess.run(["dpkg-deb", "-x", package, folder], check=True)
        (data,) = Path(folder).rglob("GermanCredit.RData")
        frame = pyreadr.read_r(str(data))["GermanCredit"]
    frame.to_csv(path, index=False)


def rows(folder, name):
    """Rows and outcomes that were written for us."""
    import numpy

    outcomes = numpy.fromfile(folder / f"{name}.y", dtype=numpy.uint8)
    return numpy.fromfile(folder / f"{name}.f32", dtype="<f4").reshape(len(outcomes), -1), outcomes


def fraud(folder):
    """Models of scikit-learn for fraud."""
    import numpy
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.metrics import average_precision_score

    (train, labels), (test, truth) = rows(folder, "fraud-train"), rows(folder, "fraud-test")

    def precision(model):
        return average_precision_score(truth, model.fit(train, labels).predict_proba(test)[:, 1])

    # The number of threads changes the time, not the forest.
    forests = [RandomForestClassifier(random_state=seed, n_jobs=-1) for seed in SEEDS]
    ours = dict(n_estimators=100, max_depth=16, min_samples_leaf=3, max_features=10)
    alike = [RandomForestClassifier(random_state=seed, n_jobs=-1, **ours) for seed in SEEDS]
    figures = {
        "forest_default": numpy.mean([precision(forest) for forest in forests]),
        "forest_same": numpy.mean([precision(forest) for forest in alike]),
        "boosting": precision(HistGradientBoostingClassifier(random_state=1)),
    }
    alike[0].set_params(n_jobs=1)
    times = []
    for row in test[:300]:
        start = time.perf_counter()
        alike[0].predict_proba(row.reshape(1, -1))
        times.append((time.perf_counter() - start) * 1e6)
    figures["forest_p50"], figures["forest_p99"] = numpy.quantile(times, [0.5, 0.99])
    return figures


def isolation(folder):
    """scikit-learn's isolation forest; one alone may be some hundredths away from the mean."""
    import numpy
    from sklearn.ensemble import IsolationForest
    from sklearn.metrics import roc_auc_score

    (train, _), (test, truth) = rows(folder, "fraud-train"), rows(folder, "fraud-test")
    # The last column is the score of our own isolation forest.
    train, test = train[:, :-1], test[:, :-1]
    scores = (-IsolationForest(random_state=seed).fit(train).score_samples(test) for seed in range(10))
    return {"isolation": numpy.mean([roc_auc_score(truth, score) for score in scores])}


def credit(folder):
    """Models of scikit-learn for credit, in the same folds."""
    import numpy
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.metrics import log_loss, roc_auc_score

    values, outcomes = rows(folder, "credit")
    folds = numpy.fromfile(folder / "credit.folds", dtype=numpy.uint8)

    def predictions(make):
        for fold in range(10):
            inside = folds == fold
            model = make().fit(values[~inside], outcomes[~inside])
            yield outcomes[inside], model.predict_proba(values[inside])[:, 1]

    boosting = list(predictions(lambda: HistGradientBoostingClassifier(random_state=1)))
    forest = list(predictions(lambda: RandomForestClassifier(500, random_state=1)))
    return {
        "credit_auc": numpy.mean([roc_auc_score(*pair) for pair in boosting]),
        "credit_log_loss": numpy.mean([log_loss(*pair) for pair in boosting]),
        "credit_forest_auc": numpy.mean([roc_auc_score(*pair) for pair in forest]),
    }


def main():
    """Reads the command line."""
    (packages,) = environment().glob("lib/python*/site-packages")
    sys.path.insert(0, str(packages))
    if sys.argv[1:2] == ["--german-credit"] and len(sys.argv) == 3:
        german_credit(Path(sys.argv[2]))
    elif len(sys.argv) == 2:
        import sklearn

        folder = Path(sys.argv[1])
        figures = {"version": sklearn.__version__, **fraud(folder), **isolation(folder), **credit(folder)}
        (folder / "theirs.json").write_text(json.dumps(figures, indent=2))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
