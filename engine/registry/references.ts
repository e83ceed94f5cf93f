import { problem, type Inspection, type Recipe } from '../contract/index.ts';
import type { Catalog } from '../workspace/index.ts';

/** A version with all that is needed to run it. */
export interface VersionRecord {
  id: number;
  model: string;
  number: number;
  digest: string;
  bytes: number;
  mainFile: string;
  inspection: Inspection;
  recipe: Recipe;
  notes: string[];
  createdAt: string;
}

interface VersionRow {
  id: number;
  model: string;
  number: number;
  artifact: string;
  bytes: number;
  main_file: string;
  inspection: string;
  recipe: string;
  notes: string;
  created_at: string;
}

const selectVersion = `
  SELECT versions.id, models.name AS model, versions.number, versions.artifact, artifacts.bytes, artifacts.main_file,
         artifacts.inspection, versions.recipe, versions.notes, versions.created_at
  FROM versions JOIN models ON models.id = versions.model JOIN artifacts ON artifacts.digest = versions.artifact`;

/** At least this many digits of a digest name an artifact. */
const shortestDigest = 8;

/** Finds the version that a reference names; `note` says so when the reference left a choice. */
export function resolveReference(catalog: Catalog, ref: string): { version: VersionRecord; note: string | null } {
  if (ref.startsWith('sha256:')) return byDigest(catalog, ref);
  const at = ref.lastIndexOf('@');
  const name = at < 0 ? ref : ref.slice(0, at);
  const model = catalog.get<{ id: number; deleted_at: string | null }>(
    'SELECT id, deleted_at FROM models WHERE name = ? AND purged_at IS NULL',
    name,
  );
  if (!model) throw unknownModel(catalog, name);
  if (model.deleted_at) {
    throw problem('NOT_FOUND', `${name} is in the bin.`, {
      subject: name,
      hint: `drydock models restore ${name} brings it back.`,
    });
  }
  const row = at < 0 ? newest(catalog, model.id) : numberedOrAliased(catalog, model.id, ref.slice(at + 1));
  if (!row) throw unknownVersion(catalog, model.id, name, ref.slice(at + 1));
  return { version: record(row), note: null };
}

export function versionById(catalog: Catalog, id: number): VersionRecord {
  const row = catalog.get<VersionRow>(`${selectVersion} WHERE versions.id = ?`, id);
  if (!row)
    throw problem('NOT_FOUND', 'The version of this run is gone.', {
      hint: 'Import its model again and start a new run.',
    });
  return record(row);
}

function newest(catalog: Catalog, model: number): VersionRow | undefined {
  return catalog.get<VersionRow>(
    `${selectVersion} WHERE versions.model = ? ORDER BY versions.number DESC LIMIT 1`,
    model,
  );
}

function numberedOrAliased(catalog: Catalog, model: number, text: string): VersionRow | undefined {
  const number = /^v?([1-9]\d{0,8})$/.exec(text)?.[1];
  if (number !== undefined) {
    return catalog.get<VersionRow>(
      `${selectVersion} WHERE versions.model = ? AND versions.number = ?`,
      model,
      Number(number),
    );
  }
  return catalog.get<VersionRow>(
    `${selectVersion} WHERE versions.id = (SELECT version FROM aliases WHERE model = ? AND name = ?)`,
    model,
    text,
  );
}

/** By the artifact's digest or the SHA-256 of its one file; of several versions the newest. */
function byDigest(catalog: Catalog, ref: string): { version: VersionRecord; note: string | null } {
  const digits = ref.slice('sha256:'.length).toLowerCase();
  if (!/^[0-9a-f]+$/.test(digits) || digits.length < shortestDigest || digits.length > 64) {
    throw problem('USAGE', `After sha256: come ${shortestDigest} to 64 hexadecimal digits.`, { subject: ref });
  }
  // The same file under two names makes two artifacts: its SHA-256 stands for the versions of both.
  const found = catalog.all<{ hash: string; artifact: string }>(
    `SELECT hash, artifact FROM (
       SELECT digest AS hash, digest AS artifact FROM artifacts WHERE digest GLOB ?1
       UNION SELECT sha256, artifact FROM artifact_files WHERE sha256 GLOB ?1
         AND (SELECT count(*) FROM artifact_files AS other WHERE other.artifact = artifact_files.artifact) = 1)
     WHERE artifact IN (SELECT versions.artifact FROM versions JOIN models ON models.id = versions.model WHERE deleted_at IS NULL)`,
    `${digits}*`,
  );
  const hashes = new Set(found.map((match) => match.hash));
  if (hashes.size > 1) {
    throw problem('AMBIGUOUS', `${hashes.size} digests begin with ${ref}.`, {
      subject: ref,
      hint: 'Give more digits.',
    });
  }
  const rows = catalog.all<VersionRow>(
    `${selectVersion} WHERE versions.artifact IN (SELECT value FROM json_each(?)) AND models.deleted_at IS NULL
     ORDER BY versions.created_at DESC, versions.id DESC`,
    JSON.stringify(found.map((match) => match.artifact)),
  );
  if (!rows[0])
    throw problem('NOT_FOUND', `No version has the digest ${ref}.`, {
      subject: ref,
      hint: 'drydock models lists them.',
    });
  const version = record(rows[0]);
  const note =
    rows.length > 1
      ? `${ref} stands for ${rows.length} versions; the newest, ${version.model}@${version.number}, is taken.`
      : null;
  return { version, note };
}

function record(row: VersionRow): VersionRecord {
  return {
    id: row.id,
    model: row.model,
    number: row.number,
    digest: row.artifact,
    bytes: row.bytes,
    mainFile: row.main_file,
    inspection: JSON.parse(row.inspection) as Inspection,
    recipe: JSON.parse(row.recipe) as Recipe,
    notes: JSON.parse(row.notes) as string[],
    createdAt: row.created_at,
  };
}

export function unknownModel(
  catalog: Catalog,
  name: string,
  message = `There is no model ${name}, and no file of that name.`,
): Error {
  const names = catalog.all<{ name: string }>(
    'SELECT name FROM models WHERE deleted_at IS NULL ORDER BY name LIMIT 12',
  );
  const known = names.map((row) => row.name).join(', ');
  return problem('NOT_FOUND', message, {
    subject: name,
    hint: known ? `Models here: ${known}.` : 'drydock import PATH brings one in.',
  });
}

function unknownVersion(catalog: Catalog, model: number, name: string, text: string): Error {
  const numbers = catalog.all<{ number: number }>('SELECT number FROM versions WHERE model = ? ORDER BY number', model);
  const aliases = catalog.all<{ name: string }>('SELECT name FROM aliases WHERE model = ? ORDER BY name', model);
  const known = [...numbers.map((row) => `@${row.number}`), ...aliases.map((row) => `@${row.name}`)].join(', ');
  return problem('NOT_FOUND', `${name} has no version or alias ${text}.`, {
    subject: `${name}@${text}`,
    hint: `It has ${known || 'no versions'}.`,
  });
}
