"""The examples that a run trains on, the same for every backend."""

import hashlib
from pathlib import Path

from lorabench.batches import Split, split
from lorabench.errors import WorkerError
from lorabench.files import write_bytes
from lorabench.prompts import Prompter, context_length
from lorabench.recipe import TrainingJob
from lorabench.training_data import Limits, bad_row_lines, prepare


def load_data(job: TrainingJob, prompter: Prompter, model_folder: Path) -> Split:
    """Reads the corpus, reports bad rows, holds out the validation share."""
    spec = job.spec
    limit = spec.batch.maxLength
    context = context_length(model_folder)
    if context is not None and context < limit:
        job.events.warn(
            "max_length_reduced",
            f"The model was made for {context:,} tokens, so batch.maxLength is {context:,} here"
            f" instead of {limit:,}.",
        )
        limit = context
    path = Path(spec.corpus.path)
    data = prepare(
        path, spec.data.format, prompter, Limits(limit, spec.data.tooLong, spec.data.trainOn)
    )
    report = data.report
    write_bytes(
        job.folder / "corpus-report.json", (report.model_dump_json(indent=2) + "\n").encode()
    )
    if spec.corpus.hash and hashlib.sha256(path.read_bytes()).hexdigest() != spec.corpus.hash:
        job.events.warn(
            "corpus_changed",
            "The corpus file has changed since this run was queued; it is trained as it is now.",
        )
    if report.badRows and (spec.data.badRows == "stop" or not data.examples):
        raise WorkerError(
            "bad_corpus",
            f"{len(report.badRows)} of {report.rows} rows cannot be trained.",
            "Correct the rows listed, or set data.badRows=leave-out to train without them."
            if data.examples
            else "Correct the rows listed; none is usable as it is.",
            bad_row_lines(report),
        )
    if not data.examples:
        raise WorkerError("bad_corpus", f"The corpus {path} has no rows.", "Add examples to it.")
    if report.badRows:
        job.events.warn(
            "corpus_rows",
            f"{len(report.badRows)} of {report.rows} rows cannot be trained and are left out;"
            f" {report.usable} are used.",
            bad_row_lines(report),
        )
    if report.truncated:
        job.events.warn(
            "corpus_truncated", f"{report.truncated} rows are cut to {limit:,} tokens, as asked."
        )
    return split(data.examples, spec.monitoring.validationShare, spec.seed)
