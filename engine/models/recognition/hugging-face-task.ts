import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

const mostConfigBytes = 4 * 1024 * 1024;

/** How the classes of transformers end that are made for one task, and optimum's name of the task. */
const tasks: readonly (readonly [ending: RegExp, task: string])[] = [
  [/^(?:Whisper|Speech).*ForConditionalGeneration$|ForCTC$/, 'automatic-speech-recognition'],
  [/ForConditionalGeneration$/, 'text2text-generation'],
  [/ForCausalLM$|LMHeadModel$/, 'text-generation'],
  [/ForMaskedLM$/, 'fill-mask'],
  [/ForSequenceClassification$/, 'text-classification'],
  [/ForTokenClassification$/, 'token-classification'],
  [/ForQuestionAnswering$/, 'question-answering'],
  [/ForMultipleChoice$/, 'multiple-choice'],
  [/ForImageClassification$/, 'image-classification'],
  [/ForObjectDetection$/, 'object-detection'],
  [/ForSemanticSegmentation$/, 'semantic-segmentation'],
  [/ForAudioClassification$/, 'audio-classification'],
  [/Model$/, 'feature-extraction'],
];

/** What the model in a folder of transformers is for, by the class that its config.json names; null when that tells nothing. */
export async function huggingFaceTask(folder: string): Promise<string | null> {
  const config = await readJson(join(folder, 'config.json'));
  const architectures = (config as { architectures?: unknown } | null)?.architectures;
  const name: unknown = Array.isArray(architectures) ? architectures[0] : null;
  if (typeof name !== 'string') return null;
  return tasks.find(([ending]) => ending.test(name))?.[1] ?? null;
}

async function readJson(path: string): Promise<unknown> {
  try {
    const { size } = await stat(path);
    return size > mostConfigBytes ? null : JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return null;
  }
}
