import {
  boundItems,
  type ColumnRoles,
  type DataDescription,
  type DataReading,
  type Inspection,
  type Preview,
  type Problem,
  type Recipe,
} from '../contract/index.ts';
import { boundedNotes, describeData, expandPaths } from '../data/index.ts';
import { boundRows } from '../processes/index.ts';
import { bindData } from '../recipes/index.ts';
import { fingerprintOf } from '../registry/index.ts';

/** A version that the data may be bound to, and what is said of columns; `notes` say what was known of them. */
export interface PreviewTask {
  version: { recipe: Recipe; inspection: Inspection } | null;
  roles: ColumnRoles;
  notes: string[];
}

/** Data to look at; `reading` is what a person says of how it is written. */
export interface PreviewedData {
  paths: string[];
  reading?: DataReading | undefined;
}

let lookedAt: DataDescription | null = null;

export async function lookBeforePreview({ paths, reading }: PreviewedData): Promise<{ fingerprint: string }> {
  lookedAt = await describeData(await expandPaths(paths), { reading });
  return { fingerprint: fingerprintOf(lookedAt.files, reading) };
}

/** Rows of the sample that go to a face. */
const rowsShown = 20;
/** Columns and binding lines each take a share of what a call may carry. */
const shareOfAnswer = 60_000;

/** What was understood of data, and how it would feed a version: as much of it as a call carries. */
export function previewData({ version, roles, notes: known }: PreviewTask): Preview {
  const description = lookedAt;
  if (description === null) throw new Error('Data is looked at before it is previewed.');
  const binding = version ? bindData(version.recipe, version.inspection, description, roles) : null;
  const { format, rows, notes, look } = description;
  const columns = boundItems(description.columns, shareOfAnswer);
  const lines = boundItems(binding?.lines ?? [], shareOfAnswer);
  const { sample, cut } = shownSample(description, columns.length);
  return {
    format,
    columns,
    columnsTotal: description.columns.length,
    rows,
    sample,
    ...(look === undefined ? {} : { look }),
    binding: lines,
    notes: [
      ...notes,
      ...cutNote('columns', columns.length, description.columns.length),
      ...cutNote('binding lines', lines.length, binding?.lines.length ?? 0),
      ...(cut ? ['Long cells are cut here; a run reads them whole.'] : []),
      ...known,
      ...boundedNotes(binding?.notes ?? []),
      ...refusalNote(binding?.refusal ?? null),
    ],
  };
}

function shownSample(
  { sample }: DataDescription,
  columns: number,
): { sample: DataDescription['sample']; cut: boolean } {
  const { rows, cut } = boundRows(
    sample.rows.slice(0, rowsShown).map((row) => row.slice(0, columns)),
    shareOfAnswer,
  );
  return { sample: { columns: sample.columns.slice(0, columns), rows }, cut };
}

function cutNote(what: string, shown: number, all: number): string[] {
  return shown < all ? [`The first ${shown} of ${all} ${what} are shown; a run uses all.`] : [];
}

/** A preview says why a run would be refused; it does not fail for it. */
function refusalNote(refusal: Problem | null): string[] {
  return refusal ? [[refusal.message, refusal.hint].filter(Boolean).join(' ')] : [];
}
