/**
 * The catalog's schema, as steps that are never edited once released: a change is a new step. `PRAGMA user_version`
 * holds how many have been applied. Times are ISO 8601 text in UTC; digests are lower-case SHA-256 in hex.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE engine_epochs (
    epoch INTEGER PRIMARY KEY,
    pid INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT
  ) STRICT;

  CREATE TABLE grants (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('input', 'output')),
    path TEXT NOT NULL,
    overwrite INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL
  ) STRICT;

  CREATE TABLE artifacts (
    digest TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL,
    main_file TEXT NOT NULL,
    inspection TEXT NOT NULL CHECK (json_valid(inspection)),
    created_at TEXT NOT NULL
  ) STRICT;

  CREATE TABLE artifact_files (
    artifact TEXT NOT NULL REFERENCES artifacts (digest) ON DELETE CASCADE,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (artifact, path)
  ) STRICT;
  CREATE INDEX artifact_files_by_sha256 ON artifact_files (sha256);

  CREATE TABLE models (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    deleted_at TEXT,
    purged_at TEXT
  ) STRICT;

  CREATE TABLE versions (
    id INTEGER PRIMARY KEY,
    model INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    artifact TEXT NOT NULL REFERENCES artifacts (digest),
    recipe TEXT NOT NULL CHECK (json_valid(recipe)),
    recipe_digest TEXT NOT NULL,
    notes TEXT NOT NULL CHECK (json_valid(notes)),
    created_at TEXT NOT NULL,
    UNIQUE (model, number),
    UNIQUE (model, artifact, recipe_digest)
  ) STRICT;

  CREATE TABLE aliases (
    model INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    version INTEGER NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    set_at TEXT NOT NULL,
    PRIMARY KEY (model, name)
  ) STRICT;

  CREATE TABLE alias_history (
    id INTEGER PRIMARY KEY,
    model INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    version INTEGER REFERENCES versions (id) ON DELETE SET NULL,
    at TEXT NOT NULL
  ) STRICT;

  CREATE TABLE datasets (
    id TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    description TEXT NOT NULL CHECK (json_valid(description)),
    created_at TEXT NOT NULL
  ) STRICT;

  CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL,
    subject TEXT,
    payload TEXT NOT NULL CHECK (json_valid(payload)),
    result TEXT CHECK (result IS NULL OR json_valid(result)),
    problem TEXT CHECK (problem IS NULL OR json_valid(problem)),
    progress TEXT CHECK (progress IS NULL OR json_valid(progress)),
    epoch INTEGER NOT NULL,
    deaths INTEGER NOT NULL DEFAULT 0,
    steps INTEGER NOT NULL DEFAULT 0,
    steps_at_death INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    ended_at TEXT
  ) STRICT;
  CREATE INDEX jobs_by_state ON jobs (state);

  CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    job TEXT NOT NULL REFERENCES jobs (id),
    request TEXT NOT NULL CHECK (json_valid(request)),
    dataset TEXT REFERENCES datasets (id),
    plan_sha256 TEXT,
    rows_total INTEGER,
    shards_total INTEGER,
    seconds REAL NOT NULL DEFAULT 0,
    peak_memory INTEGER,
    output TEXT,
    output_sha256 TEXT,
    manifest_sha256 TEXT,
    notes TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(notes)),
    created_at TEXT NOT NULL
  ) STRICT;

  CREATE TABLE run_versions (
    run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    version INTEGER NOT NULL REFERENCES versions (id),
    PRIMARY KEY (run, position)
  ) STRICT;

  CREATE TABLE run_shards (
    run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    shard INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    input_sha256 TEXT,
    errors TEXT NOT NULL CHECK (json_valid(errors)),
    committed_at TEXT NOT NULL,
    PRIMARY KEY (run, shard)
  ) STRICT;
  `,
  `
  CREATE TABLE dataset_roles (
    dataset TEXT PRIMARY KEY REFERENCES datasets (id) ON DELETE CASCADE,
    label TEXT,
    id_column TEXT,
    group_column TEXT,
    role TEXT CHECK (role IN ('train', 'test', 'live')),
    confirmed INTEGER NOT NULL CHECK (confirmed IN (0, 1)),
    set_at TEXT NOT NULL
  ) STRICT;

  CREATE TABLE dataset_summaries (
    dataset TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    rows INTEGER NOT NULL,
    exact INTEGER NOT NULL CHECK (exact IN (0, 1)),
    summary TEXT NOT NULL CHECK (json_valid(summary)),
    PRIMARY KEY (dataset, name)
  ) STRICT;
  `,
  // Counts that lists show are kept with the rows they count, however many shards or files there are.
  `
  ALTER TABLE runs ADD COLUMN shards_committed INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE runs ADD COLUMN rows_read INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE runs ADD COLUMN rows_failed INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE runs ADD COLUMN shard_changes INTEGER NOT NULL DEFAULT 0;
  UPDATE runs SET
    shards_committed = (SELECT count(*) FROM run_shards WHERE run = runs.id),
    rows_read = (SELECT coalesce(sum(rows), 0) FROM run_shards WHERE run = runs.id),
    rows_failed = (SELECT coalesce(sum(failed), 0) FROM run_shards WHERE run = runs.id);
  CREATE TRIGGER run_shards_count_in AFTER INSERT ON run_shards BEGIN
    UPDATE runs SET shards_committed = shards_committed + 1, rows_read = rows_read + new.rows,
      rows_failed = rows_failed + new.failed, shard_changes = shard_changes + 1 WHERE id = new.run;
  END;
  CREATE TRIGGER run_shards_count_out AFTER DELETE ON run_shards BEGIN
    UPDATE runs SET shards_committed = shards_committed - 1, rows_read = rows_read - old.rows,
      rows_failed = rows_failed - old.failed, shard_changes = shard_changes + 1 WHERE id = old.run;
  END;
  CREATE INDEX run_shards_with_failures ON run_shards (run, shard) WHERE failed > 0;
  CREATE INDEX runs_by_dataset ON runs (dataset);

  ALTER TABLE datasets ADD COLUMN format TEXT NOT NULL DEFAULT '';
  ALTER TABLE datasets ADD COLUMN files INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE datasets ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE datasets ADD COLUMN rows INTEGER;
  ALTER TABLE datasets ADD COLUMN columns INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE datasets ADD COLUMN looked_at TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(looked_at));
  UPDATE datasets SET
    format = description ->> '$.format',
    files = json_array_length(description, '$.files'),
    bytes = (SELECT coalesce(sum(value ->> '$.bytes'), 0) FROM json_each(description, '$.files')),
    rows = description ->> '$.rows',
    columns = json_array_length(description, '$.columns'),
    looked_at = (SELECT json_group_array(json(value)) FROM
      (SELECT value FROM json_each(description, '$.files') LIMIT 200));
  `,
  // Tables of an inspection as pairs: their keys are whatever a model says, __proto__ too.
  `
  UPDATE artifacts SET inspection = json_replace(
    inspection,
    '$.opset', json((SELECT json_group_array(json_array(key, value)) FROM json_each(artifacts.inspection, '$.opset'))),
    '$.operators', json((SELECT json_group_array(json_array(key, value)) FROM json_each(artifacts.inspection, '$.operators'))),
    '$.metadata', json((SELECT json_group_array(json_array(key, value)) FROM json_each(artifacts.inspection, '$.metadata'))),
    '$.producers', json((SELECT json_group_array(json_array(key, value)) FROM json_each(artifacts.inspection, '$.producers')))
  ) WHERE json_type(inspection, '$.operators') = 'object';
  `,
];
