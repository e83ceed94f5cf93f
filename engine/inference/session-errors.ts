import { problem } from '../contract/index.ts';
import type { ProblemError } from '../contract/index.ts';

const longestSentence = 300;

/** A model that did not open, in words. MODEL_INVALID when the file is damaged, else MODEL_NOT_RUNNABLE. */
export function openProblem(error: unknown, version: string): ProblemError {
  const text = messageOf(error);
  const build = `ONNX Runtime ${version}`;
  return (
    tooNew(text, build, error) ??
    missingOperator(text, build, error) ??
    unusable(text, build, error) ??
    problem('MODEL_NOT_RUNNABLE', `${build} does not run this model: ${cleaned(text)}`, { cause: error })
  );
}

/** What a runtime says about a batch that it did not run, short enough for a row: no paths, addresses or source lines. */
export function runErrorInWords(error: unknown): string {
  return `the model could not run this row: ${cleaned(messageOf(error))}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function tooNew(text: string, build: string, cause: unknown): ProblemError | null {
  const opset = /Opset (\d+) is under development[\s\S]*official support for domain (\S*) is till opset (\d+)/.exec(
    text,
  );
  if (opset) {
    const [, found, domain, limit] = opset;
    return problem(
      'MODEL_NOT_RUNNABLE',
      `The model is written for opset ${found} of ${domain}; ${build} runs up to ${limit}.`,
      {
        subject: `opset ${found}`,
        hint: `Export it again with opset_version=${limit} or lower.`,
        cause,
      },
    );
  }
  const format = /Unsupported model IR version: (\d+), max supported IR version: (\d+)/.exec(text);
  if (format === null) return null;
  const [, found, limit] = format;
  return problem(
    'MODEL_NOT_RUNNABLE',
    `The model is written in ONNX IR version ${found}; ${build} reads up to ${limit}.`,
    {
      subject: `IR version ${found}`,
      hint: `Set model.ir_version = ${limit} in Python's onnx package and save it again, or export with an older onnx package.`,
      cause,
    },
  );
}

function missingOperator(text: string, build: string, cause: unknown): ProblemError | null {
  const custom = /error: ([\w.-]*):([\w.-]+)\(-?\d+\) is not a registered function\/op/i.exec(text);
  const unregistered = /No Op registered for ([\w.-]+) with domain_version of (\d+)/.exec(text);
  const unimplemented =
    /(?:Could not find an implementation for|Failed to find kernel for) (?:([\w.]+)\.)?([\w-]+)\((\d+)\)/.exec(text);
  const domain = custom?.[1] ?? '';
  const operator = custom?.[2] ?? unregistered?.[1] ?? unimplemented?.[2];
  if (operator === undefined) return null;
  if (domain !== '' && domain !== 'ai.onnx') {
    return problem(
      'MODEL_NOT_RUNNABLE',
      `The model uses the operator ${operator} of the domain ${domain}, which ${build} does not know.`,
      {
        subject: `${domain}.${operator}`,
        hint: 'Drydock loads no libraries of custom operators. Export the model with standard operators only.',
        cause,
      },
    );
  }
  const set = unregistered?.[2] ?? unimplemented?.[3];
  const where = set === undefined ? '' : ` in opset ${set}`;
  const sentence =
    unimplemented === null
      ? `The model uses the operator ${operator}, which ${build} does not know${where}.`
      : `The model uses the operator ${operator}${where} with types for which ${build} has no implementation on the processor.`;
  return problem('MODEL_NOT_RUNNABLE', sentence, {
    subject: operator,
    hint: 'Export the model again with another opset or other types.',
    cause,
  });
}

function unusable(text: string, build: string, cause: unknown): ProblemError | null {
  if (/Protobuf parsing failed/.test(text)) {
    return problem('MODEL_INVALID', 'The file is no ONNX model, or it is damaged: it cannot be parsed.', {
      hint: 'Copy or export the file again.',
      cause,
    });
  }
  const type = /^Unsupported data type: (\d+)/.exec(text);
  if (type) {
    const name = type[1] === '16' ? 'bfloat16' : `number ${type[1]}`;
    return problem(
      'MODEL_NOT_RUNNABLE',
      `An input or output of the model has the type ${name}, which ${build} for Node does not pass.`,
      {
        hint: 'Export the model with float32 inputs and outputs.',
        cause,
      },
    );
  }
  if (!/bad_alloc|Failed to allocate memory/.test(text)) return null;
  return problem('MODEL_LIMIT', 'There is not enough memory to open the model.', { cause });
}

/** The runtime's sentence without what only its makers can use; one line, cut to a readable length. */
function cleaned(text: string): string {
  let rest = text.replace(/^Load model from [\s\S]*? failed:/, '');
  rest = rest.replace(
    /Non-zero status code returned while running (\S+) node\. Name:'([^']*)' Status Message: /,
    (_, operator, name) => (name === '' ? `${operator}: ` : `${operator} (${name}): `),
  );
  rest = withoutSourceLines(rest)
    .replaceAll(/0x[0-9a-fA-F]{6,}/g, '')
    .replaceAll(/(?<![\w)])(?:[A-Za-z]:)?[\\/](?:[\w.+-]+[\\/])+[\w.+-]*/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  if (rest === '') rest = 'no reason was given';
  const sentence = rest.length > longestSentence ? `${rest.slice(0, longestSentence - 1)}…` : rest;
  return /[.…]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** Drops `path/file.cc:91 signature(with, parentheses) condition was false. ` and keeps the sentence after it. */
function withoutSourceLines(text: string): string {
  let rest = text;
  for (let turn = 0; turn < 8; turn += 1) {
    const place = /\S+\.(?:cc|cpp|h|hpp|cu):\d+ /.exec(rest);
    if (place === null) break;
    const before = rest.slice(0, place.index);
    rest = before + withoutSignature(rest.slice(place.index + place[0].length));
  }
  return rest;
}

function withoutSignature(text: string): string {
  const open = text.indexOf('(');
  if (open < 0) return text;
  let depth = 0;
  let end = open;
  for (; end < text.length; end += 1) {
    if (text[end] === '(') depth += 1;
    if (text[end] === ')') depth -= 1;
    if (depth === 0) break;
  }
  return text
    .slice(end + 1)
    .replace(/^\s*(?:const\s+)?/, '')
    .replace(/^.{0,200}? was false\. /, '');
}
