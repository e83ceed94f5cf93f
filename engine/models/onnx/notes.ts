import type { Signature } from '../../contract/index.ts';
import type { ModelProto } from '../onnx-proto/onnx_pb.js';
import { elementFormat, elementName } from './element-types.ts';
import { bodies, tensors } from './model-walk.ts';
import { heldField, type ReadModel } from './read-model.ts';
import { domainName, quoted, sentenceStart } from './words.ts';

/** What ONNX Runtime 1.30 loads; found by loading one model per version. */
export const runtimeLimits = {
  irVersion: 13,
  opset: new Map([
    ['ai.onnx', 26],
    ['ai.onnx.ml', 5],
  ]),
} as const;
const oldestOpset = 7;

/** Domains whose operators are part of ONNX or of ONNX Runtime itself. */
const knownDomains: ReadonlySet<string> = new Set([
  'ai.onnx',
  'ai.onnx.ml',
  'ai.onnx.preview',
  'ai.onnx.preview.training',
  'ai.onnx.training',
  'com.microsoft',
  'com.microsoft.experimental',
  'com.microsoft.nchwc',
]);
const mostNames = 5;

interface Findings {
  unsorted: boolean;
  externalFiles: string[];
  signature: Signature;
}

/** Whatever is peculiar about a model and no reason to refuse it, as sentences. */
export function modelNotes(model: ReadModel, opset: Map<string, number>, findings: Findings): string[] {
  return [
    ...versionNotes(model.proto, opset),
    ...customDomainNotes(model.proto, opset),
    ...contentNotes(model, findings),
    ...signatureNotes(findings.signature),
  ];
}

function versionNotes(proto: ModelProto, opset: Map<string, number>): string[] {
  const notes: string[] = [];
  for (const [domain, newest] of runtimeLimits.opset) {
    const version = opset.get(domain) ?? 0;
    if (version <= newest) continue;
    notes.push(
      `Opset ${version} of ${domain} is newer than ${newest}, the newest that this version of ONNX Runtime runs. ` +
        `Export the model with opset ${newest} or older.`,
    );
  }
  if (proto.irVersion > BigInt(runtimeLimits.irVersion)) {
    notes.push(
      `IR version ${proto.irVersion} is newer than ${runtimeLimits.irVersion}, the newest that this version of ` +
        'ONNX Runtime reads. Export the model with an older version of onnx.',
    );
  }
  const main = opset.get('ai.onnx');
  if (main !== undefined && main < oldestOpset) {
    notes.push(`Opset ${main} of ai.onnx is older than ${oldestOpset}: ONNX Runtime does not promise to run it.`);
  }
  if (opset.size === 0) notes.push('The model does not say which opset it uses.');
  return notes;
}

function customDomainNotes(proto: ModelProto, opset: Map<string, number>): string[] {
  const local = new Set(proto.functions.map(({ domain }) => domainName(domain)));
  const used = new Map<string, Set<string>>();
  for (const { nodes } of bodies(proto)) {
    for (const { domain, opType } of nodes) {
      const owner = domainName(domain);
      if (knownDomains.has(owner) || local.has(owner)) continue;
      used.set(owner, (used.get(owner) ?? new Set()).add(opType));
    }
  }
  const notes: string[] = [];
  for (const [domain, operators] of used) {
    const names = listed([...operators]);
    notes.push(
      `The model uses operators of the domain ${quoted(domain)} (${names}), which ONNX Runtime does not have by itself. ` +
        'Drydock loads no libraries of custom operators.',
    );
  }
  const undeclared = [...used.keys()].filter((domain) => !opset.has(domain));
  if (undeclared.length > 0) notes.push(`The model gives no opset for ${listed(undeclared.map(quoted))}.`);
  return notes;
}

function contentNotes(model: ReadModel, { unsorted, externalFiles }: Findings): string[] {
  const { functions, metadataProps } = model.proto;
  const notes: string[] = [];
  if (unsorted) notes.push('Nodes stand before nodes that they depend on; ONNX asks for the opposite.');
  if (functions.length > 0) {
    notes.push(
      functions.length === 1 ? 'The model has a local function.' : `The model has ${functions.length} local functions.`,
    );
  }
  if (externalFiles.length > 0) {
    const what = externalFiles.length === 1 ? 'another file' : `${externalFiles.length} other files`;
    notes.push(`Tensors are kept in ${what}: ${listed(externalFiles)}.`);
  }
  const strange = [...tensors(model.proto)].find(({ tensor }) => elementFormat(tensor.dataType) === null);
  if (strange !== undefined) {
    const type = elementName(strange.tensor.dataType);
    notes.push(
      `${sentenceStart(strange.words)} has elements of ${type}, a type that is not known here; its size was not checked.`,
    );
  }
  for (const entry of metadataProps) {
    const { count, complete } = heldField(model, entry, 2);
    if (!complete) notes.push(`The metadata entry ${quoted(entry.key)} is ${count} bytes long and is left out.`);
  }
  return notes;
}

function signatureNotes({ inputs, outputs }: Signature): string[] {
  const untyped = [...inputs, ...outputs].filter(({ type }) => type === 'unknown').map(({ name }) => quoted(name));
  const notes =
    untyped.length === 0
      ? []
      : [`The model does not say what type ${listed(untyped)} ${untyped.length === 1 ? 'has' : 'have'}.`];
  if (inputs.length === 0) notes.push('The model has no input: it gives the same outputs always.');
  return notes;
}

function listed(names: string[]): string {
  const rest = names.length - mostNames;
  return rest > 0 ? `${names.slice(0, mostNames).join(', ')} and ${rest} more` : names.join(', ');
}
