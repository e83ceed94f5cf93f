import {
  boundItems,
  problem,
  ProblemError,
  type AliasRow,
  type ModelRow,
  type Page,
  type VersionInfo,
  type VersionRow,
} from '../contract/index.ts';
import { artifactDigest, type Catalog } from '../workspace/index.ts';
import { checkAlias, checkModelName } from './names.ts';
import { resolveReference, unknownModel, type VersionRecord } from './references.ts';

interface StoredModel {
  id: number;
  name: string;
  created_at: string;
  deleted_at: string | null;
}

/** Versions and aliases that a model's row holds: the newest. */
const shownWithModel = 100;

/** Models, their versions and aliases, as the catalog knows them. */
export class ModelCatalog {
  readonly #catalog: Catalog;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  info(version: VersionRecord, extraNote: string | null): VersionInfo {
    const aliases = this.#catalog.all<{ name: string }>(
      'SELECT name FROM aliases WHERE version = ? ORDER BY name',
      version.id,
    );
    return {
      model: version.model,
      version: version.number,
      digest: version.digest,
      bytes: version.bytes,
      inspection: version.inspection,
      recipe: version.recipe,
      aliases: aliases.map((row) => row.name),
      createdAt: version.createdAt,
      notes: extraNote === null ? version.notes : [extraNote, ...version.notes],
    };
  }

  /** Sizes of all artifacts that a version can be named of; a file of another size is none of them. */
  artifactBytes(): number[] {
    const rows = this.#catalog.all<{ bytes: number }>(
      `SELECT DISTINCT artifacts.bytes FROM artifacts JOIN versions ON versions.artifact = artifacts.digest
       JOIN models ON models.id = versions.model WHERE models.deleted_at IS NULL`,
    );
    return rows.map((row) => row.bytes);
  }

  /** The newest version that these very files are, under these names or, for a single file, under any. */
  versionOfFiles(files: readonly { path: string; bytes: number; sha256: string | null }[]): VersionRecord | null {
    const hashed = files.flatMap(({ path, bytes, sha256 }) => (sha256 === null ? [] : [{ path, bytes, sha256 }]));
    if (hashed.length === 0 || hashed.length < files.length) return null;
    const digests = [artifactDigest(hashed), ...(hashed.length === 1 ? [hashed[0]!.sha256] : [])];
    for (const digest of digests) {
      try {
        return resolveReference(this.#catalog, `sha256:${digest}`).version;
      } catch (error) {
        if (!(error instanceof ProblemError) || error.problem.code !== 'NOT_FOUND') throw error;
      }
    }
    return null;
  }

  /** By name. */
  list({ limit, after }: Page): ModelRow[] {
    const models = this.#catalog.all<StoredModel & Record<string, unknown>>(
      'SELECT * FROM models WHERE purged_at IS NULL AND name > ? ORDER BY name LIMIT ?',
      after ?? '',
      limit,
    );
    return boundItems(this.#rows(models));
  }

  /** Versions of one model, newest first. */
  versions(name: string, { limit, after }: Page): VersionRow[] {
    return this.#versions(this.#model(name).id, limit, after === undefined ? null : Number(after));
  }

  rename(name: string, to: string): ModelRow {
    const model = this.#model(name);
    checkModelName(to);
    if (this.#catalog.get('SELECT 1 FROM models WHERE name = ? AND id <> ?', to, model.id)) {
      throw problem('ALREADY_EXISTS', `There is a model named ${to} already.`, {
        subject: to,
        hint: 'Choose another name.',
      });
    }
    this.#catalog.write(() => this.#catalog.run('UPDATE models SET name = ? WHERE id = ?', to, model.id));
    return this.#row(this.#model(to));
  }

  delete(name: string): ModelRow {
    const model = this.#model(name);
    if (model.deleted_at === null) this.#setDeleted(model.id, new Date().toISOString());
    return this.#row(this.#model(name));
  }

  restore(name: string): ModelRow {
    const model = this.#model(name);
    if (model.deleted_at !== null) this.#setDeleted(model.id, null);
    return this.#row(this.#model(name));
  }

  setAlias(ref: string, alias: string): AliasRow {
    checkAlias(alias);
    const { version } = resolveReference(this.#catalog, ref);
    const model = this.#model(version.model);
    const at = new Date().toISOString();
    this.#catalog.write(() => {
      this.#catalog.run(
        'INSERT INTO aliases (model, name, version, set_at) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET version = excluded.version, set_at = excluded.set_at',
        model.id,
        alias,
        version.id,
        at,
      );
      this.#catalog.run(
        'INSERT INTO alias_history (model, name, version, at) VALUES (?, ?, ?, ?)',
        model.id,
        alias,
        version.id,
        at,
      );
    });
    return { model: version.model, alias, version: version.number, at };
  }

  deleteAlias(name: string, alias: string): AliasRow {
    const model = this.#model(name);
    const at = new Date().toISOString();
    this.#catalog.write(() => {
      const gone = this.#catalog.run('DELETE FROM aliases WHERE model = ? AND name = ?', model.id, alias);
      if (gone === 0) {
        throw problem('NOT_FOUND', `${name} has no alias ${alias}.`, {
          subject: `${name}@${alias}`,
          hint: 'drydock alias list shows them.',
        });
      }
      this.#catalog.run(
        'INSERT INTO alias_history (model, name, version, at) VALUES (?, ?, NULL, ?)',
        model.id,
        alias,
        at,
      );
    });
    return { model: name, alias, version: null, at };
  }

  aliases({ limit, after }: Page): AliasRow[] {
    const at = (after ?? '').lastIndexOf('@');
    const rows = this.#catalog.all<AliasRow & Record<string, unknown>>(
      `SELECT models.name AS model, aliases.name AS alias, versions.number AS version, aliases.set_at AS at
       FROM aliases JOIN models ON models.id = aliases.model JOIN versions ON versions.id = aliases.version
       WHERE models.deleted_at IS NULL AND (models.name, aliases.name) > (?, ?)
       ORDER BY models.name, aliases.name LIMIT ?`,
      (after ?? '').slice(0, Math.max(0, at)),
      (after ?? '').slice(at + 1),
      limit,
    );
    return boundItems(rows);
  }

  /** Every move of every alias, oldest first. */
  aliasHistory(name: string | undefined, { limit, after }: Page): AliasRow[] {
    const rows = this.#catalog.all<AliasRow & Record<string, unknown>>(
      `SELECT models.name AS model, alias_history.name AS alias, versions.number AS version, alias_history.at,
         alias_history.id AS move
       FROM alias_history JOIN models ON models.id = alias_history.model LEFT JOIN versions ON versions.id = alias_history.version
       WHERE (?1 IS NULL OR models.name = ?1) AND alias_history.id > ?2 ORDER BY alias_history.id LIMIT ?3`,
      name ?? null,
      Number(after ?? 0),
      limit,
    );
    return boundItems(rows);
  }

  /** One after the other, as many as are taken. */
  *#rows(models: readonly StoredModel[]): Generator<ModelRow> {
    for (const model of models) yield this.#row(model);
  }

  #row(model: StoredModel): ModelRow {
    const counted = this.#catalog.get<{ count: number }>(
      'SELECT count(*) AS count FROM versions WHERE model = ?',
      model.id,
    );
    const aliases = this.#catalog
      .all<{ name: string; number: number }>(
        `SELECT aliases.name, versions.number FROM aliases JOIN versions ON versions.id = aliases.version
         WHERE aliases.model = ? ORDER BY aliases.set_at DESC LIMIT ${shownWithModel}`,
        model.id,
      )
      .toSorted((one, other) => (one.name < other.name ? -1 : 1));
    return {
      model: model.name,
      status: model.deleted_at === null ? 'active' : 'deleted',
      createdAt: model.created_at,
      versions: this.#versions(model.id, shownWithModel, null),
      versionsTotal: counted?.count ?? 0,
      aliases: Object.fromEntries(aliases.map((alias) => [alias.name, alias.number])),
    };
  }

  #versions(model: number, limit: number, after: number | null): VersionRow[] {
    const rows = this.#catalog.all<VersionRow & Record<string, unknown>>(
      `SELECT versions.number AS version, versions.artifact AS digest, artifacts.bytes, versions.created_at AS createdAt
       FROM versions JOIN artifacts ON artifacts.digest = versions.artifact
       WHERE model = ?1 AND (?2 IS NULL OR number < ?2) ORDER BY number DESC LIMIT ?3`,
      model,
      after,
      limit,
    );
    return boundItems(rows);
  }

  #model(name: string): StoredModel {
    const model = this.#catalog.get<StoredModel & Record<string, unknown>>(
      'SELECT * FROM models WHERE name = ? AND purged_at IS NULL',
      name,
    );
    if (!model) throw unknownModel(this.#catalog, name, `There is no model ${name}.`);
    return model;
  }

  #setDeleted(id: number, at: string | null): void {
    this.#catalog.write(() => this.#catalog.run('UPDATE models SET deleted_at = ? WHERE id = ?', at, id));
  }
}
