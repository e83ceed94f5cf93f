import {
  boundItems,
  type ColumnRoles,
  type DataDescription,
  type Inspection,
  type Preview,
  type Problem,
  type Recipe,
} from '../contract/index.ts';
import { boundedNotes, describeData, expandPaths } from '../data/index.ts';
import { boundRows } from '../processes/index.ts';
import { bindData } from '../recipes/index.ts';

/** Data to look at, and a version that it may be bound to. */
export interface PreviewTask {
  paths: string[];
  version: { recipe: Recipe; inspection: Inspection } | null;
  roles: ColumnRoles;
}

/** Rows of the sample that go to a face. */
const rowsShown = 20;
/** Columns and binding lines each take a share of what a call may carry. */
const shareOfAnswer = 60_000;

/** What was understood of data, and how it would feed a version: as much of it as a call carries. */
export async function previewData({ paths, version, roles }: PreviewTask): Promise<Preview> {
  const description = await describeData(await expandPaths(paths));
  const binding = version ? bindData(version.recipe, version.inspection, description, roles) : null;
  const { format, rows, notes } = description;
  const columns = boundItems(description.columns, shareOfAnswer);
  const lines = boundItems(binding?.lines ?? [], shareOfAnswer);
  const { sample, cut } = shownSample(description, columns.length);
  return {
    format,
    columns,
    columnsTotal: description.columns.length,
    rows,
    sample,
    binding: lines,
    notes: [
      ...notes,
      ...cutNote('columns', columns.length, description.columns.length),
      ...cutNote('binding lines', lines.length, binding?.lines.length ?? 0),
      ...(cut ? ['Long cells are cut here; a run reads them whole.'] : []),
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
