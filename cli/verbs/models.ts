import { resolve } from 'node:path';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import {
  problem,
  type Imported,
  type ImportOptions,
  type ModelRow,
  type Signature,
  type VersionInfo,
} from '../../engine/contract/index.ts';
import { moreColumns, verb, type Globals } from '../globals.ts';
import { allPages, inputGrant, note, print, versionRef, withSession, type Session } from '../session.ts';
import { table } from '../text/table.ts';
import { bytes, count, visible, visibleJson } from '../text/terminal.ts';

interface ImportFlags extends Globals {
  name?: string;
  recipe?: string;
  features?: string[];
  featuresFrom?: string;
  featuresTo?: string;
  prediction?: string;
}

export function importVerb(): Command {
  return verb(
    'import',
    'Bring a model into the workspace as a new version.',
    'drydock import resources/samples/income/v1/model.onnx --name income',
  )
    .argument('<path>', 'an ONNX file, a folder with one, or a zip of such a folder')
    .option('--name <name>', 'name of the model (default: after its file)')
    .option('--recipe <file>', 'recipe (JSON) with pre- and post-processing')
    .option('--features <columns>', 'columns that feed the input, in order', moreColumns)
    .option('--features-from <column>', 'first of a range of columns that feed the input')
    .option('--features-to <column>', 'last of that range')
    .option('--prediction <output>', 'output that holds the prediction')
    .action((path: string, flags: ImportFlags) =>
      withSession(flags, async (session) => {
        const grant = await inputGrant(session, path);
        const recipe = flags.recipe === undefined ? undefined : await inputGrant(session, flags.recipe);
        const imported = await session.client.models.import({
          grant,
          ...importOptions(flags),
          ...(recipe === undefined ? {} : { recipe }),
        });
        print(flags, imported, () => importedText(imported));
        if (!flags.json) for (const text of imported.notes) note(flags, text);
      }),
    );
}

function importOptions(flags: ImportFlags): ImportOptions {
  if ((flags.featuresFrom === undefined) !== (flags.featuresTo === undefined)) {
    throw problem('USAGE', '--features-from and --features-to belong together.', {
      hint: 'Give both, or list the columns with --features.',
    });
  }
  return {
    ...(flags.name === undefined ? {} : { name: flags.name }),
    ...(flags.features === undefined ? {} : { features: flags.features }),
    ...(flags.featuresFrom === undefined ? {} : { featuresFrom: flags.featuresFrom }),
    ...(flags.featuresTo === undefined ? {} : { featuresTo: flags.featuresTo }),
    ...(flags.prediction === undefined ? {} : { prediction: flags.prediction }),
  };
}

function importedText(imported: Imported): string {
  const head = `${visible(imported.model)}@${imported.version}  sha256:${imported.digest.slice(0, 12)}${imported.known ? '  (was here already)' : ''}`;
  return [head, signatureText(imported.signature)].join('\n');
}

function signatureText(signature: Signature): string {
  const rows = [
    ...signature.inputs.map((value) => ['input', value.name, value.type, shapeText(value.shape)]),
    ...signature.outputs.map((value) => ['output', value.name, value.type, shapeText(value.shape)]),
  ];
  return table(['', 'name', 'type', 'shape'], rows);
}

function shapeText(shape: Signature['inputs'][number]['shape']): string {
  return shape === null ? 'any' : `[${shape.map((dimension) => dimension ?? '?').join(', ')}]`;
}

export function inspectVerb(): Command {
  return verb(
    'inspect',
    'Show what a model is, without running it.',
    'drydock inspect resources/samples/income/v1/model.onnx --json',
  )
    .argument('<ref>', 'name@3, name@alias, sha256:DIGITS or a path')
    .action((ref: string, flags: Globals) =>
      withSession(flags, async (session) => {
        const info = await session.client.models.get(await versionRef(session, ref));
        print(flags, inspection(info), () => inspectionText(info));
      }),
    );
}

function inspection(info: VersionInfo): Record<string, unknown> {
  const { opset, irVersion, producer, parameters, operators, signature, metadata } = info.inspection;
  const { model, version, digest, bytes: size, notes } = info;
  return {
    model,
    version,
    digest,
    bytes: size,
    opset: recordOf(opset),
    irVersion,
    producer,
    parameters,
    operators: recordOf(operators),
    signature,
    metadata: recordOf(metadata),
    notes,
  };
}

/** Without a prototype: `__proto__` is a key like any other, in JSON too. */
function recordOf<Value>(pairs: readonly [string, Value][]): Record<string, Value> {
  const record = Object.create(null) as Record<string, Value>;
  for (const [key, value] of pairs) record[key] = value;
  return record;
}

function inspectionText(info: VersionInfo): string {
  const found = info.inspection;
  const facts = [
    ['model', `${info.model}@${info.version}`],
    ['digest', `sha256:${info.digest}`],
    ['size', bytes(info.bytes)],
    ['parameters', count(found.parameters)],
    ['opset', found.opset.map(([domain, version]) => `${domain} ${version}`).join(', ')],
    ['IR version', String(found.irVersion)],
    ['producer', found.producer],
    ['operators', found.operators.map(([name, times]) => `${name} ${times}`).join(', ')],
  ].map(([name, value]) => `${name!.padEnd(12)}${visible(value!)}`);
  return [...facts, '', signatureText(found.signature), ...info.notes.map((text) => visible(text))].join('\n');
}

export function recipeVerb(): Command {
  const show = verb('show', 'Print the recipe of a version.', 'drydock recipe show income@1')
    .argument('<ref>')
    .action((ref: string, flags: Globals) =>
      withSession(flags, async (session) => {
        const info = await session.client.models.get(await versionRef(session, ref));
        print(flags, info.recipe, () => visibleJson(info.recipe));
      }),
    );
  const save = verb(
    'export',
    'Write the recipe of a version to a file, to be edited and given to import --recipe.',
    'drydock recipe export income@1 income.recipe.json',
  )
    .argument('<ref>')
    .argument('<file>')
    .action((ref: string, file: string, flags: Globals) =>
      withSession(flags, async (session) => {
        if (existsSync(file) && !flags.force) {
          throw problem('OUTPUT_EXISTS', 'This file exists already.', {
            subject: resolve(file),
            hint: 'Choose another name, or add --force to overwrite it.',
          });
        }
        const info = await session.client.models.get(await versionRef(session, ref));
        await writeFile(file, `${JSON.stringify(info.recipe, null, 2)}\n`);
        print(
          flags,
          { model: info.model, version: info.version, file: resolve(file) },
          () => `Written: ${visible(resolve(file))}`,
        );
      }),
    );
  return verb('recipe', 'Show or export the recipe of a version.', 'drydock recipe show income@1')
    .addCommand(show)
    .addCommand(save);
}

export function modelsVerb(): Command {
  const one = (name: 'delete' | 'restore', summary: string): Command =>
    verb(name, summary, `drydock models ${name} income`)
      .argument('<model>')
      .action((model: string, flags: Globals) =>
        withSession(flags, async (session) => {
          const row = await session.client.models[name]({ model });
          print(flags, row, () => modelsText([row]));
        }),
      );
  const rename = verb('rename', 'Give a model another name.', 'drydock models rename income census-income')
    .argument('<model>')
    .argument('<to>')
    .action((model: string, to: string, flags: Globals) =>
      withSession(flags, async (session) => {
        const row = await session.client.models.rename({ model, to });
        print(flags, row, () => modelsText([row]));
      }),
    );
  return verb('models', 'List the models and their versions.', 'drydock models')
    .action((flags: Globals) =>
      withSession(flags, async (session) => {
        const rows = await allModels(session);
        print(flags, rows, () => modelsText(rows));
      }),
    )
    .addCommand(rename)
    .addCommand(one('delete', 'Move a model to the bin; drydock gc frees it after 30 days.'))
    .addCommand(one('restore', 'Bring a model back from the bin.'));
}

/** Every model with every version. */
async function allModels({ client }: Session): Promise<ModelRow[]> {
  const models = await allPages(
    (after) => client.models.list({ limit: 500, ...after }),
    (row) => row.model,
  );
  for (const row of models) {
    if (row.versions.length === row.versionsTotal) continue;
    row.versions = await allPages(
      (after) => client.models.versions({ model: row.model, limit: 500, ...after }),
      ({ version }) => String(version),
    );
  }
  return models;
}

function modelsText(rows: readonly ModelRow[]): string {
  if (rows.length === 0) return 'No models yet. drydock import PATH brings one in.';
  return table(
    ['model', 'version', 'aliases', 'size', 'digest', 'imported', 'status'],
    rows.flatMap((row) =>
      row.versions.map((version) => [
        row.model,
        String(version.version),
        Object.entries(row.aliases)
          .filter(([, number]) => number === version.version)
          .map(([alias]) => alias)
          .join(', ') || ' ',
        bytes(version.bytes),
        version.digest.slice(0, 12),
        version.createdAt.slice(0, 16).replace('T', ' '),
        row.status,
      ]),
    ),
  );
}

export function aliasVerb(): Command {
  const set = verb('set', 'Point an alias at a version.', 'drydock alias set income@1 champion')
    .argument('<ref>')
    .argument('<alias>')
    .action((ref: string, alias: string, flags: Globals) =>
      withSession(flags, async (session) => {
        const row = await session.client.aliases.set({ ref, alias });
        print(flags, row, () => `${row.model}@${row.alias} is now version ${row.version}`);
      }),
    );
  const remove = verb('delete', 'Delete an alias; its history stays.', 'drydock alias delete income champion')
    .argument('<model>')
    .argument('<alias>')
    .action((model: string, alias: string, flags: Globals) =>
      withSession(flags, async (session) => {
        const row = await session.client.aliases.delete({ model, alias });
        print(flags, row, () => `${row.model}@${row.alias} is deleted`);
      }),
    );
  const list = verb('list', 'List the aliases.', 'drydock alias list').action((flags: Globals) =>
    withSession(flags, async (session) => {
      const rows = await allPages(
        (after) => session.client.aliases.list({ limit: 500, ...after }),
        (row) => `${row.model}@${row.alias}`,
      );
      print(flags, rows, () =>
        table(
          ['model', 'alias', 'version', 'since'],
          rows.map((row) => [row.model, row.alias, row.version, row.at]),
        ),
      );
    }),
  );
  const history = verb('history', 'Show every move of every alias, oldest first.', 'drydock alias history income')
    .argument('[model]')
    .action((model: string | undefined, flags: Globals) =>
      withSession(flags, async (session) => {
        const named = model === undefined ? {} : { model };
        const rows = await allPages(
          (after) => session.client.aliases.history({ limit: 500, ...named, ...after }),
          (row) => String(row.move),
        );
        print(flags, rows, () =>
          table(
            ['at', 'model', 'alias', 'version'],
            rows.map((row) => [row.at, row.model, row.alias, row.version ?? 'deleted']),
          ),
        );
      }),
    );
  return verb('alias', 'Movable names of versions: set, delete, list, history.', 'drydock alias set income@1 champion')
    .addCommand(set)
    .addCommand(remove)
    .addCommand(list)
    .addCommand(history);
}
