/** The tables of `lab.db`, one step a version; a step that has shipped is never edited. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

  CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    title TEXT NOT NULL,
    target_id TEXT NOT NULL,
    device TEXT,
    device_held INTEGER NOT NULL DEFAULT 0,
    after_json TEXT NOT NULL,
    position REAL NOT NULL,
    created_at TEXT NOT NULL,
    started_at TEXT,
    finished_at TEXT,
    attempt INTEGER NOT NULL DEFAULT 0,
    stop_requested INTEGER NOT NULL DEFAULT 0,
    cancelled_with TEXT,
    worker_json TEXT,
    progress REAL,
    seconds_left REAL,
    failure_json TEXT
  ) STRICT;
  CREATE INDEX jobs_by_state ON jobs (state, position);
  CREATE INDEX jobs_by_target ON jobs (target_id);

  CREATE TABLE lease (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    owner TEXT NOT NULL,
    pid INTEGER NOT NULL,
    start_time TEXT NOT NULL,
    host TEXT NOT NULL,
    heartbeat INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE changes (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    topic TEXT NOT NULL,
    id TEXT
  ) STRICT;

  CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    preset TEXT NOT NULL,
    model TEXT NOT NULL,
    corpus TEXT NOT NULL,
    quantization TEXT NOT NULL,
    rank INTEGER NOT NULL,
    spec_json TEXT NOT NULL,
    progress_json TEXT NOT NULL,
    outcome TEXT,
    steps INTEGER NOT NULL DEFAULT 0,
    total_steps INTEGER,
    loss REAL,
    token_accuracy REAL,
    validation_loss REAL,
    validation_token_accuracy REAL,
    seconds REAL NOT NULL DEFAULT 0,
    peak_memory_bytes INTEGER,
    nonfinite INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    started_at TEXT,
    finished_at TEXT,
    deleted INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX runs_by_time ON runs (deleted, created_at DESC);

  CREATE TABLE evaluations (
    id TEXT PRIMARY KEY,
    created_at TEXT NOT NULL,
    finished_at TEXT,
    subject_kind TEXT NOT NULL,
    subject_label TEXT NOT NULL,
    run_id TEXT,
    benchmark TEXT NOT NULL,
    key TEXT NOT NULL,
    base_hash TEXT,
    samples INTEGER NOT NULL,
    generated INTEGER NOT NULL DEFAULT 0,
    judged INTEGER NOT NULL DEFAULT 0,
    summary_json TEXT,
    spec_json TEXT NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX evaluations_by_key ON evaluations (key, deleted);
  CREATE INDEX evaluations_by_run ON evaluations (run_id);
  `,
  `
  ALTER TABLE jobs ADD COLUMN message TEXT;
  `,
];
