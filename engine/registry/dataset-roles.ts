import {
  problem,
  type ColumnRoles,
  type DataDescription,
  type DatasetRole,
  type DatasetRoles,
} from '../contract/index.ts';
import { looksLikeId, looksLikeLabel, SampledTable } from '../recipes/index.ts';
import type { Catalog } from '../workspace/index.ts';

interface StoredRoles {
  label: string | null;
  id_column: string | null;
  group_column: string | null;
  role: DatasetRole | null;
  confirmed: number;
}

const nothingSaid: StoredRoles = { label: null, id_column: null, group_column: null, role: null, confirmed: 0 };

/** What a person says that is known of a dataset; label and id are guesses until then. */
export type SaidRoles = { [Role in Exclude<keyof DatasetRoles, 'confirmed'>]?: DatasetRoles[Role] | undefined };

/** Roles of columns and of whole datasets, as the catalog keeps them. */
export class DatasetRoleStore {
  readonly #catalog: Catalog;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  /** `description` with a sample, from which label and id are guessed where nobody has spoken. */
  get(dataset: string, description: DataDescription): DatasetRoles {
    const stored = this.#stored(dataset) ?? nothingSaid;
    const { label, id } = stored.confirmed
      ? { label: stored.label, id: stored.id_column }
      : { ...guessed(description), ...this.#usedLast(dataset) };
    return { label, id, group: stored.group_column, role: stored.role, confirmed: stored.confirmed === 1 };
  }

  /**
   * Keeps what was said. Who names label or id has seen the guess of the other one beside it, and confirms it. Throws
   * BINDING_MISSING_COLUMN for a column that is not there, BINDING_AMBIGUOUS for one column in two roles.
   */
  set(dataset: string, description: DataDescription, said: SaidRoles): DatasetRoles {
    const before = this.get(dataset, description);
    const roles: DatasetRoles = {
      label: said.label === undefined ? before.label : said.label,
      id: said.id === undefined ? before.id : said.id,
      group: said.group === undefined ? before.group : said.group,
      role: said.role === undefined ? before.role : said.role,
      confirmed: before.confirmed || said.label !== undefined || said.id !== undefined,
    };
    requireColumns(roles, description);
    this.#catalog.write(() =>
      this.#catalog.run(
        `INSERT INTO dataset_roles (dataset, label, id_column, group_column, role, confirmed, set_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET label = excluded.label, id_column = excluded.id_column, role = excluded.role,
           group_column = excluded.group_column, confirmed = excluded.confirmed, set_at = excluded.set_at`,
        dataset,
        roles.label,
        roles.id,
        roles.group,
        roles.role,
        roles.confirmed ? 1 : 0,
        new Date().toISOString(),
      ),
    );
    return roles;
  }

  /** Label and id that the newest run over the dataset was started with. */
  #usedLast(dataset: string): { label?: string; id?: string } {
    const last = this.#catalog.get<{ label: string | null; id: string | null }>(
      `SELECT request ->> '$.roles.label' AS label, request ->> '$.roles.id' AS id FROM runs
       WHERE dataset = ? ORDER BY rowid DESC LIMIT 1`,
      dataset,
    );
    return { ...(last?.label ? { label: last.label } : {}), ...(last?.id ? { id: last.id } : {}) };
  }

  /** The roles of a request, with confirmed ones where it says nothing; `notes` say which. */
  withConfirmed(dataset: string | null, asked: ColumnRoles): { roles: ColumnRoles; notes: string[] } {
    const stored = dataset === null ? undefined : this.#stored(dataset);
    if (stored?.confirmed !== 1) return { roles: asked, notes: [] };
    const roles = { ...asked };
    const notes: string[] = [];
    const named = new Set([...(asked.features ?? []), ...(asked.keep ?? []), asked.id, asked.label]);
    const take = (role: 'label' | 'id', column: string | null): void => {
      if (column === null || roles[role] !== undefined || named.has(column)) return;
      roles[role] = column;
      notes.push(`The ${role} is ${column}, as it was confirmed for this dataset.`);
    };
    take('label', stored.label);
    take('id', stored.id_column);
    return { roles, notes };
  }

  #stored(dataset: string): StoredRoles | undefined {
    return this.#catalog.get<StoredRoles & Record<string, unknown>>(
      'SELECT label, id_column, group_column, role, confirmed FROM dataset_roles WHERE dataset = ?',
      dataset,
    );
  }
}

function guessed(description: DataDescription): { label: string | null; id: string | null } {
  if (description.format === 'images') {
    return { label: description.columns.some(({ name }) => name === 'label') ? 'label' : null, id: null };
  }
  const table = new SampledTable(description);
  const id = description.columns.find((column) => looksLikeId(column, table)) ?? null;
  const label = description.columns.find((column) => column !== id && looksLikeLabel(column, table)) ?? null;
  return { label: label?.name ?? null, id: id?.name ?? null };
}

function requireColumns({ label, id, group }: DatasetRoles, description: DataDescription): void {
  const names = new Set(description.columns.map((column) => column.name));
  for (const column of [label, id, group]) {
    if (column === null || names.has(column)) continue;
    const some = [...names].slice(0, 12).join(', ');
    throw problem('BINDING_MISSING_COLUMN', `The dataset has no column ${column}.`, {
      subject: column,
      hint: `Its columns are ${some}${names.size > 12 ? ` and ${names.size - 12} more` : ''}.`,
    });
  }
  if (label === null || label !== id) return;
  throw problem('BINDING_AMBIGUOUS', `${label} cannot be the label and the id.`, {
    subject: label,
    hint: 'Choose another column for one of the two.',
  });
}
