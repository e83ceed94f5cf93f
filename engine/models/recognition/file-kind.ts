/** Kinds of files and folders that are told apart by their bytes. */
export type FileKindName =
  // what runs here
  | 'onnx'
  | 'onnx-folder'
  // models of other formats
  | 'pytorch'
  | 'pytorch-weights'
  | 'torchscript'
  | 'torch-export'
  | 'pickle'
  | 'joblib'
  | 'skops'
  | 'hdf5'
  | 'keras'
  | 'safetensors'
  | 'gguf'
  | 'ggml'
  | 'tensorflow-saved-model'
  | 'tensorflow-graph'
  | 'tflite'
  | 'coreml'
  | 'ort'
  | 'openvino'
  | 'pmml'
  | 'xgboost'
  | 'lightgbm'
  | 'catboost'
  | 'hugging-face'
  // data
  | 'csv'
  | 'jsonl'
  | 'parquet'
  | 'image'
  // containers and the rest
  | 'zip'
  | 'folder'
  | 'empty'
  | 'json'
  | 'text'
  | 'numpy'
  | 'workbook'
  | 'compressed'
  | 'tar'
  | 'web-page'
  | 'git-lfs-pointer'
  | 'unknown';

/** `model`: runs here; `foreign`: a model of another format; `archive`: may hold one; `other`: none of these. */
export type FileRole = 'model' | 'foreign' | 'data' | 'archive' | 'other';

export interface FileKind {
  kind: FileKindName;
  role: FileRole;
  /** What it is, with its article: `a PyTorch checkpoint`. */
  words: string;
  /** Absolute. */
  path: string;
  /** Foreign only: the command that makes an ONNX file of this very file, or null where no converter is known. */
  exportCommand: string | null;
  /** Foreign only: what to know before running the command, as sentences. */
  advice: string | null;
}

/** What a look at the bytes gives; the words and the export command are added afterwards. */
export interface Finding {
  kind: FileKindName;
  /** The library whose objects a pickle holds, or the tool that wrote the file, where the bytes show it. */
  library?: 'sklearn' | 'xgboost' | 'lightgbm' | 'catboost' | 'torch' | 'ultralytics' | 'keras';
  /** How it is packed or written, for the words: `lz4`, `PNG`. */
  packing?: string;
  /** What a Hugging Face model is for, in optimum's words. */
  task?: string;
}
