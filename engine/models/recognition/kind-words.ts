import type { FileKindName, FileRole, Finding } from './file-kind.ts';

const table: Readonly<Record<FileKindName, readonly [FileRole, string]>> = {
  onnx: ['model', 'an ONNX model'],
  'onnx-folder': ['model', 'a folder with an ONNX model'],
  pytorch: ['foreign', 'a PyTorch checkpoint'],
  'pytorch-weights': ['foreign', 'a PyTorch checkpoint that holds only weights'],
  torchscript: ['foreign', 'a TorchScript model'],
  'torch-export': ['foreign', 'a program saved by torch.export'],
  pickle: ['foreign', 'a Python pickle'],
  joblib: ['foreign', 'a Python pickle written by joblib'],
  skops: ['foreign', 'a scikit-learn model saved by skops'],
  hdf5: ['foreign', 'an HDF5 file, as Keras and others write models'],
  keras: ['foreign', 'a Keras model'],
  safetensors: ['foreign', 'a safetensors file with weights'],
  gguf: ['foreign', 'a GGUF language model'],
  ggml: ['foreign', 'a GGML language model of an old format'],
  'tensorflow-saved-model': ['foreign', 'a TensorFlow SavedModel'],
  'tensorflow-graph': ['foreign', 'a frozen TensorFlow graph'],
  tflite: ['foreign', 'a TensorFlow Lite model'],
  coreml: ['foreign', 'a Core ML model'],
  ort: ['foreign', 'an ONNX Runtime model of the ORT format, which an ONNX file was turned into'],
  openvino: ['foreign', 'an OpenVINO model'],
  pmml: ['foreign', 'a PMML model'],
  xgboost: ['foreign', 'an XGBoost model'],
  lightgbm: ['foreign', 'a LightGBM model'],
  catboost: ['foreign', 'a CatBoost model'],
  'hugging-face': ['foreign', 'a Hugging Face model folder without an ONNX file'],
  csv: ['data', 'a text file with columns'],
  jsonl: ['data', 'a JSON Lines file'],
  parquet: ['data', 'a Parquet file'],
  image: ['data', 'a picture'],
  zip: ['archive', 'a zip file'],
  folder: ['other', 'a folder without a model'],
  empty: ['other', 'an empty file'],
  json: ['other', 'a JSON file'],
  text: ['other', 'a text file'],
  numpy: ['other', 'a file of NumPy arrays'],
  workbook: ['other', 'an Office document'],
  compressed: ['other', 'a compressed file'],
  tar: ['other', 'a tar archive'],
  'web-page': ['other', 'a web page'],
  'git-lfs-pointer': ['other', 'a Git LFS pointer, which stands for a file that was not fetched'],
  unknown: ['other', 'a file of an unknown kind'],
};

const libraryWords: ReadonlyMap<string, string> = new Map([
  ['sklearn', 'scikit-learn'],
  ['xgboost', 'XGBoost'],
  ['lightgbm', 'LightGBM'],
  ['catboost', 'CatBoost'],
  ['keras', 'Keras'],
  ['torch', 'PyTorch'],
  ['ultralytics', 'Ultralytics'],
]);

export function roleOf(kind: FileKindName): FileRole {
  return table[kind][0];
}

/** `a Python pickle written by joblib, packed with lz4, with a scikit-learn model`. */
export function kindWords({ kind, library, packing }: Finding): string {
  if (kind === 'image' && packing !== undefined) return `a ${packing} picture`;
  const packed = packing === undefined ? '' : ` packed with ${packing}`;
  const owner = library === undefined ? '' : ` that holds ${libraryWords.get(library) ?? library} objects`;
  return `${table[kind][1]}${packed}${owner}`;
}
