import { basename } from 'node:path';
import { type Inspection, problem, type Signature } from '../../contract/index.ts';
import type { GraphProto, ModelProto } from '../onnx-proto/onnx_pb.js';
import { classColumns } from './class-columns.ts';
import { countOperators, countParameters } from './counts.ts';
import { checkExternalData } from './external-data.ts';
import { checkFunctions } from './function-check.ts';
import { checkGraphs } from './graph-check.ts';
import { findLabels, zippedOutputs } from './labels.ts';
import { tensors } from './model-walk.ts';
import { modelNotes } from './notes.ts';
import { makers, outputProducers } from './producers.ts';
import { heldField, readModel, type ReadModel } from './read-model.ts';
import { checkTensor } from './tensor-check.ts';
import { valueInfo } from './value-info.ts';
import { domainName } from './words.ts';

/** From this version of the format on, an initialiser without an input of its name is a constant. */
const firstIrWithConstants = 4n;
const largestVersion = 2n ** 31n;

/** Reads, checks and describes an ONNX file. Synchronous; see `inspectModel`. */
export function inspectOnnx(path: string): Inspection {
  const model = readModel(path);
  const graph = model.proto.graph;
  if (graph === undefined) {
    throw problem('MODEL_INVALID', `${basename(path)} holds no graph, so it is no ONNX model that can run.`, {
      subject: path,
      hint: 'Copy or download the file again, or export the model again.',
    });
  }
  if (graph.output.length === 0) {
    throw problem('MODEL_INVALID', `The graph in ${basename(path)} has no outputs, so there is nothing to predict.`, {
      subject: path,
      hint: 'Export the model again with the values that are to be predicted as its outputs.',
    });
  }
  checkVersions(model);
  for (const placed of tensors(model.proto)) checkTensor(model, placed);
  checkFunctions(model.proto, path);
  const { unsorted } = checkGraphs(model.proto, path);
  const externalFiles = checkExternalData(model);
  return describe(model, graph, unsorted, externalFiles);
}

/**
 * Files with tensors of an ONNX file, relative to its folder; checks nothing else of the model. Synchronous.
 * Throws as `inspectOnnx` does.
 */
export function externalFilesOf(path: string): string[] {
  return checkExternalData(readModel(path));
}

function describe(model: ReadModel, graph: GraphProto, unsorted: boolean, externalFiles: string[]): Inspection {
  const opset = opsets(model.proto);
  const made = makers(graph);
  const zipped = zippedOutputs(model, graph, made);
  const labels = findLabels(model, graph, made, zipped);
  const columns = classColumns(model, graph, made, labels);
  const { signature, optionalInputs } = readSignature(model.proto, graph);
  return {
    opset: [...opset],
    irVersion: Number(model.proto.irVersion),
    producer: [model.proto.producerName, model.proto.producerVersion].filter((part) => part !== '').join(' '),
    parameters: countParameters(model),
    operators: [...countOperators(model.proto)],
    signature,
    metadata: [...readMetadata(model)],
    optionalInputs,
    zipped: columns === null ? zipped : [...zipped, columns],
    labels,
    producers: [...outputProducers(graph, made)],
    externalFiles,
    notes: modelNotes(model, opset, { unsorted, externalFiles, signature }),
  };
}

/** Version numbers are small; anything else is no version, and would not fit a number. */
function checkVersions({ proto, path }: ReadModel): void {
  for (const version of [proto.irVersion, ...proto.opsetImport.map((entry) => entry.version)]) {
    if (version >= 0n && version < largestVersion) continue;
    throw problem('MODEL_INVALID', `The model says that it is of version ${version}.`, {
      subject: path,
      hint: 'Copy or download the file again, or export the model again.',
    });
  }
}

function readSignature(proto: ModelProto, graph: GraphProto): { signature: Signature; optionalInputs: string[] } {
  const initialised = new Set(graph.initializer.map(({ name }) => name));
  for (const { values } of graph.sparseInitializer) if (values !== undefined) initialised.add(values.name);
  const withDefault = graph.input.filter(({ name }) => initialised.has(name)).map(({ name }) => name);
  return {
    signature: {
      inputs: graph.input.filter(({ name }) => !initialised.has(name)).map(valueInfo),
      outputs: graph.output.map(valueInfo),
    },
    optionalInputs: proto.irVersion >= firstIrWithConstants ? withDefault : [],
  };
}

function opsets(proto: ModelProto): Map<string, number> {
  return new Map(proto.opsetImport.map(({ domain, version }) => [domainName(domain), Number(version)]));
}

/** Entries that were too long to keep are left out. */
function readMetadata(model: ReadModel): Map<string, string> {
  const kept = model.proto.metadataProps.filter((entry) => heldField(model, entry, 2).complete);
  return new Map(kept.map(({ key, value }) => [key, value]));
}
