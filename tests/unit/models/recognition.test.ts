import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { foreignModelProblem, recogniseFile } from '../../../engine/models/index.ts';
import { model, node, temporaryFolder, write } from './model-builder.ts';
import { zip } from './zip-builder.ts';

const folder = temporaryFolder();
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const onnx = model({ node: [node('Relu', ['x'], ['y'])] });
const pickle = latin1('\x80\x04\x95\x20\0\0\0\0\0\0\0\x8c\x1esklearn.linear_model._logistic\x94.');
const safetensors = (header: string) => {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, Buffer.from(header), Buffer.alloc(16)]);
};
const torch = (data: string, ...more: string[]) =>
  zip([
    { name: 'net/data.pkl', content: latin1(data) },
    { name: 'net/version', content: '3\n' },
    ...more.map((name) => ({ name })),
  ]);
const stateDict =
  '\x80\x02ccollections\nOrderedDict\nq\x00)Rq\x01X\x01\x00\x00\x00wq\x02ctorch._utils\n_rebuild_tensor_v2\nq\x03.';

describe('kinds by their bytes, under a name that says otherwise', () => {
  test.each<[kind: string, bytes: Uint8Array | string, command: string | null]>([
    ['onnx', onnx, null],
    ['onnx', onnx.subarray(0, onnx.length - 5), null],
    ['pytorch-weights', torch(stateDict), 'load_state_dict'],
    ['pytorch', torch('\x80\x02c__main__\nNet\nq\x00)\x81q\x01.'), 'torch.load'],
    ['pytorch', torch('\x80\x02cultralytics.nn.tasks\nDetectionModel\nq\x00)\x81q\x01.'), 'yolo export'],
    ['torchscript', torch(stateDict, 'net/constants.pkl', 'net/code/__torch__.py'), 'torch.jit.load'],
    ['torch-export', zip([{ name: 'net/archive_format' }, { name: 'net/models/model.json' }]), 'torch.export.load'],
    ['pytorch', latin1('\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.'), 'torch.load'],
    ['pickle', pickle, 'to_onnx'],
    ['pickle', '(dp0\nS"a"\np1\n.', 'pickle.load'],
    ['joblib', deflateSync(pickle), 'joblib'],
    ['joblib', gzipSync(pickle), 'joblib'],
    ['skops', zip([{ name: 'schema.json', content: '{}' }]), 'skops.io'],
    [
      'keras',
      zip([{ name: 'metadata.json' }, { name: 'config.json' }, { name: 'model.weights.h5' }]),
      'keras.saving.load_model',
    ],
    ['hdf5', latin1('\x89HDF\r\n\x1a\n\0\0\0\0'), 'keras.saving.load_model'],
    [
      'safetensors',
      safetensors('{"w":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}'),
      'optimum-cli export onnx --model',
    ],
    ['gguf', latin1('GGUF\x03\0\0\0'), 'gguf_file'],
    ['ggml', latin1('lmgg\x01\0\0\0'), null],
    ['tflite', latin1('\x1c\0\0\0TFL3\0\0'), '--tflite'],
    ['ort', latin1('\x1c\0\0\0ORTM\0\0'), null],
    ['tensorflow-saved-model', latin1('\x08\x01\x12\x06\x0a\x02\x2a\x00\x12\x00'), '--saved-model'],
    ['tensorflow-graph', latin1('\x0a\x0c\x0a\x01x\x12\x07Neglect\x22\x03\x08\x86\x0d'), '--graphdef'],
    ['coreml', latin1('\x08\x04\x12\x02\x0a\x00\xa2\x1f\x00'), null],
    ['openvino', '<?xml version="1.0"?>\n<net name="n" version="11">\n<layers/></net>', null],
    ['pmml', '<PMML version="4.4"></PMML>', null],
    ['xgboost', '{"learner":{"attributes":{}},"version":[3,2,0]}', 'xgboost.Booster'],
    ['xgboost', latin1('{L\0\0\0\0\0\0\0\x07learner{'), 'xgboost.Booster'],
    ['lightgbm', 'tree\nversion=v4\nnum_class=1\n', 'lightgbm.Booster'],
    ['catboost', latin1('CBM1\x10\0\0\0'), 'catboost.CatBoost'],
    ['csv', 'a,b\n1,2\n', null],
    ['jsonl', '{"a":1}\n{"a":2}\n', null],
    ['json', '{\n "a": 1\n}', null],
    ['text', 'hello\n', null],
    ['parquet', latin1('PAR1\x15\0PAR1'), null],
    ['image', latin1('\x89PNG\r\n\x1a\n\0'), null],
    ['image', latin1('\xff\xd8\xff\xe0'), null],
    ['numpy', zip([{ name: 'a.npy' }]), null],
    ['workbook', zip([{ name: '[Content_Types].xml' }]), null],
    ['zip', zip([{ name: 'a/net.onnx', content: onnx }]), null],
    ['compressed', gzipSync('a,b\n1,2\n'), null],
    ['git-lfs-pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n', null],
    ['web-page', '<!DOCTYPE html>\n<html><body>404</body></html>', null],
    ['empty', '', null],
    ['unknown', latin1('\x00\x01\x02\x03\xfe\xff'), null],
  ])('%s', async (kind, bytes, command) => {
    const path = write(folder, bytes, 'misnamed.onnx');
    const found = await recogniseFile(path);
    expect(found.kind).toBe(kind);
    expect(found.exportCommand === null).toBe(command === null);
    expect(found.exportCommand ?? '').toContain(command ?? '');
    const refusal = foreignModelProblem(found).problem;
    expect(refusal.message).toMatch(/^misnamed\.onnx is .*\.$/);
    const exportable = found.exportCommand !== null;
    expect(refusal.hint?.endsWith(`\n${found.exportCommand}`) ?? false).toBe(exportable);
    expect(['FORMAT_NOT_SUPPORTED', ...(exportable ? [] : ['FORMAT_UNKNOWN', 'FILE_EMPTY'])]).toContain(refusal.code);
  });

  test("what hides in bytes that cannot be unpacked here is a pickle only under a pickle's name", async () => {
    const lz4 = Buffer.from('04224d18646000000000', 'hex');
    expect((await recogniseFile(write(folder, lz4, 'm.joblib'))).kind).toBe('joblib');
    expect((await recogniseFile(write(folder, lz4, 'm.onnx'))).kind).toBe('compressed');
  });
});

describe('folders', () => {
  const made = (name: string, files: Record<string, Uint8Array | string>) => {
    const path = join(folder, name);
    mkdirSync(path);
    for (const [file, content] of Object.entries(files)) write(path, content, file);
    return path;
  };

  test.each<[string, Record<string, string>, string | null]>([
    [
      'hugging-face',
      { 'config.json': '{"model_type":"bert"}', 'model.safetensors': 'x' },
      'optimum-cli export onnx --model',
    ],
    ['tensorflow-saved-model', { 'saved_model.pb': 'x' }, 'tf2onnx.convert --saved-model'],
    ['coreml', { 'Manifest.json': '{"rootModelIdentifier":"x"}' }, null],
    ['onnx-folder', { 'net.onnx': 'x' }, null],
    ['folder', { 'config.json': '{"model_type":"bert"}' }, null],
  ])('%s', async (kind, files, command) => {
    const path = made(`${kind}-folder`, files);
    const found = await recogniseFile(path);
    expect(found.kind).toBe(kind);
    expect(found.exportCommand === null).toBe(command === null);
    expect(found.exportCommand ?? '').toContain(command === null ? '' : `${command} ${path}`);
  });

  test.each([
    ['BertForSequenceClassification', '--task text-classification'],
    ['LlamaForCausalLM', '--task text-generation'],
    ['GPT2LMHeadModel', '--task text-generation'],
    ['WhisperForConditionalGeneration', '--task automatic-speech-recognition'],
    ['T5ForConditionalGeneration', '--task text2text-generation'],
    ['BertModel', '--task feature-extraction'],
    ["; rm -rf '", 'in place of feature-extraction'],
    [null, 'in place of feature-extraction'],
  ])('a model of the class %s is exported for its task, by its folder or its weights', async (name, said) => {
    const config = JSON.stringify({ model_type: 'x', architectures: name === null ? undefined : [name] });
    const path = made(`class ${String(name).replace(/\W/g, '')}`, { 'config.json': config, 'model.safetensors': '' });
    write(path, safetensors('{"w":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}'), 'model.safetensors');
    for (const each of [path, join(path, 'model.safetensors')]) {
      const { exportCommand, advice } = await recogniseFile(each);
      expect(`${exportCommand} ${advice}`).toContain(said);
      expect(exportCommand).not.toContain('rm -rf');
    }
  });

  test('saved_model.pb given by itself is exported with its folder', async () => {
    const path = made('saved', { 'saved_model.pb': latin1('\x08\x01\x12\x06\x0a\x02\x2a\x00\x12\x00') });
    const found = await recogniseFile(join(path, 'saved_model.pb'));
    expect(found.exportCommand).toBe(`python -m tf2onnx.convert --saved-model ${path} --output ${path}.onnx`);
  });

  test('a folder with a link to itself is looked at once', async () => {
    const path = made('loop', {});
    symlinkSync(path, join(path, 'again'));
    expect((await recogniseFile(path)).kind).toBe('folder');
  });
});

describe('the export command', () => {
  test.skipIf(process.platform === 'win32')('hands a hostile path to its program unchanged', async () => {
    const name = 'it\'s $(touch pwned) `id` "x" ; \\ *\n[1] 🚢.pkl';
    const path = write(folder, pickle, name);
    const { exportCommand } = await recogniseFile(path);
    const program = `python() { printf '%s\\0' "$@"; }; ${exportCommand}`;
    const given = spawnSync('sh', ['-c', program], { encoding: 'utf8' }).stdout.split('\0');
    expect(given[0]).toBe('-c');
    expect(given[1]).toMatch(/^import sys; /);
    expect(given[2]).toBe(path);
    expect(given[3]).toBe(path.replace(/\.pkl$/, '.onnx'));
  });

  test('never writes over the file that it reads', async () => {
    const { exportCommand, path } = await recogniseFile(write(folder, pickle, 'really.onnx'));
    expect(exportCommand?.endsWith(`${path} ${path.replace(/\.onnx$/, '.exported.onnx')}`)).toBe(true);
  });
});
