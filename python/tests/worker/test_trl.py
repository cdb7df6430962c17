"""The loop here learns what TRL's learns from the same data."""

from pathlib import Path

import pytest
from support import events_of, make_job, make_rows, run_here, train_spec, write_rows


def test_the_final_loss_is_within_one_percent_of_trls(tmp_path: Path, model: Path) -> None:
    """Every step holds the whole corpus, so that the order of examples plays no part."""
    from datasets import load_dataset
    from peft import LoraConfig
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl import SFTConfig, SFTTrainer

    corpus = write_rows(tmp_path / "c.jsonl", make_rows(24))
    run = make_job(
        tmp_path / "run",
        train_spec(
            model,
            corpus,
            adapter__dropout=0,
            batch__effective=24,
            batch__micro=12,
            schedule__epochs=15,
            schedule__learningRate=0.01,
            monitoring__validationShare=0,
            monitoring__checkpointEvery=1000,
        ),
    )
    assert run_here(run) == 0
    ours = [event["loss"] for event in events_of(run, "step")]

    trainer = SFTTrainer(
        model=AutoModelForCausalLM.from_pretrained(model),
        processing_class=AutoTokenizer.from_pretrained(model),
        train_dataset=load_dataset("json", data_files=str(corpus), split="train"),
        peft_config=LoraConfig(
            r=8,
            lora_alpha=16,
            target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "up_proj", "down_proj"],
            task_type="CAUSAL_LM",
        ),
        args=SFTConfig(
            output_dir=str(tmp_path / "trl"),
            per_device_train_batch_size=12,
            gradient_accumulation_steps=2,
            learning_rate=0.01,
            lr_scheduler_type="cosine",
            warmup_steps=2,
            num_train_epochs=15,
            max_length=128,
            assistant_only_loss=True,
            logging_steps=1,
            bf16=False,
            use_cpu=True,
            gradient_checkpointing=False,
            report_to="none",
            save_strategy="no",
            disable_tqdm=True,
            seed=11,
        ),
    )
    trainer.train()
    theirs = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]

    assert len(ours) == len(theirs) == 15
    assert ours[0] == pytest.approx(theirs[0], rel=1e-3)
    assert ours[-1] < ours[0] * 0.95
    assert ours[-1] == pytest.approx(theirs[-1], rel=0.01)
