import { basename, dirname, extname, join } from 'node:path';
import type { FileKind, Finding } from './file-kind.ts';
import { pythonCommand, shellQuote } from './shell-quote.ts';

type Export = Pick<FileKind, 'exportCommand' | 'advice'>;

const ownPython =
  'Run this in the Python environment that trained the model; it opens the file there, so do so only if you trust its origin.';
const shapeNote = 'Put the shape of one input of the model in place of 1, 3, 224, 224.';
const noConverter = 'No converter leads from it to ONNX: export the model again from the program that trained it.';

/**
 * How to make an ONNX file of a foreign model: a command for a person's own Python, with this file's path in it.
 * `exportCommand` is null where no converter exists. Files go beside the model, under its name with `.onnx`.
 */
export function exportOf(finding: Finding, path: string): Export {
  const out = outputPath(path);
  switch (finding.kind) {
    case 'pytorch':
      return torchExport(finding, path, out);
    case 'pytorch-weights':
      return torchWeightsExport(path, out);
    case 'torchscript':
      return torchScriptExport(path, out);
    case 'torch-export':
      return {
        exportCommand: pythonCommand(
          'import sys, torch; torch.onnx.export(torch.export.load(sys.argv[1]), f=sys.argv[2], dynamo=True)',
          path,
          out,
        ),
        advice: `It needs PyTorch 2.6 or newer with onnxscript. ${ownPython}`,
      };
    case 'pickle':
    case 'joblib':
      return pickleExport(finding, path, out);
    case 'skops':
      return {
        exportCommand: sklearnExport(
          'from skops.io import load, get_untrusted_types',
          'load(sys.argv[1], trusted=get_untrusted_types(file=sys.argv[1]))',
          path,
          out,
        ),
        advice: `It needs skl2onnx (pip install skl2onnx). ${ownPython}`,
      };
    case 'hdf5':
    case 'keras':
      return {
        exportCommand: pythonCommand(
          // A loaded model counts as never called, and Keras exports none such; its own symbolic inputs call it.
          'import sys, keras; model = keras.saving.load_model(sys.argv[1]); inputs = model.inputs; ' +
            'model(inputs if len(inputs) > 1 else inputs[0]); model.export(sys.argv[2], format="onnx")',
          path,
          out,
        ),
        advice: `It needs Keras 3.8 or newer (with TensorFlow also pip install tf2onnx) and a whole model, not only its weights. ${ownPython}`,
      };
    default:
      return otherExport(finding, path, out);
  }
}

function otherExport(finding: Finding, path: string, out: string): Export {
  switch (finding.kind) {
    case 'tensorflow-saved-model': {
      const folder = basename(path) === 'saved_model.pb' ? dirname(path) : path;
      return tensorFlowExport(['--saved-model', folder, '--output', outputPath(folder)]);
    }
    case 'tflite':
      return tensorFlowExport(['--tflite', path, '--output', out]);
    case 'tensorflow-graph': {
      const names = ['--inputs', 'input:0', '--outputs', 'output:0'];
      const { exportCommand, advice } = tensorFlowExport(['--graphdef', path, '--output', out, ...names]);
      return {
        exportCommand,
        advice: `Put the names of the graph's inputs and outputs in place of input:0 and output:0. ${advice}`,
      };
    }
    case 'safetensors':
      return optimumExport(
        dirname(path),
        finding.task,
        'The file holds only weights: the folder must also hold config.json and what belongs to it.',
      );
    case 'hugging-face':
      return optimumExport(path, finding.task, null);
    case 'gguf':
      return ggufExport(path);
    case 'xgboost':
      return {
        exportCommand: boosterExport('xgboost', 'model.feature_names = None; width = model.num_features()', path, out),
        advice: 'It needs xgboost and onnxmltools (pip install xgboost onnxmltools).',
      };
    case 'lightgbm':
      return {
        exportCommand: boosterExport('lightgbm', 'width = model.num_feature()', path, out),
        advice: 'It needs lightgbm and onnxmltools (pip install lightgbm onnxmltools).',
      };
    case 'catboost':
      return {
        exportCommand: pythonCommand(
          'import sys, catboost; catboost.CatBoost().load_model(sys.argv[1]).save_model(sys.argv[2], format="onnx")',
          path,
          out,
        ),
        advice: 'It needs catboost and onnx, and a model without categorical features.',
      };
    case 'ort':
      return {
        exportCommand: null,
        advice: 'Give the .onnx file that it was made from; no converter leads back to it.',
      };
    default:
      return { exportCommand: null, advice: noConverter };
  }
}

function torchExport({ library }: Finding, path: string, out: string): Export {
  if (library === 'ultralytics') {
    return {
      exportCommand: `yolo export ${shellQuote(`model=${path}`)} format=onnx`,
      advice: `It needs ultralytics (pip install ultralytics) and writes beside the checkpoint. ${ownPython}`,
    };
  }
  return {
    exportCommand: torchCommand(
      'model = torch.load(sys.argv[1], map_location="cpu", weights_only=False).eval()',
      path,
      out,
    ),
    advice: `${shapeNote} If the file is a dictionary, as training loops save it, load its weights into your own class first. ${ownPython}`,
  };
}

function torchWeightsExport(path: string, out: string): Export {
  return {
    exportCommand: torchCommand(
      'from model import Model; model = Model(); ' +
        'model.load_state_dict(torch.load(sys.argv[1], map_location="cpu", weights_only=True)); model.eval()',
      path,
      out,
    ),
    advice:
      'It holds weights without the network: put the module and class of your network in place of model and Model. ' +
      `${shapeNote} Run it in the Python environment that trained the model.`,
  };
}

function torchScriptExport(path: string, out: string): Export {
  return {
    exportCommand: torchCommand('model = torch.jit.load(sys.argv[1], map_location="cpu").eval()', path, out),
    advice: `${shapeNote} ${ownPython}`,
  };
}

/**
 * `dynamo=False`, which is no longer the default from PyTorch 2.9 on: the newer exporter takes no TorchScript and no
 * example-driven checkpoint of unknown Python, and needs onnxscript.
 */
function torchCommand(load: string, path: string, out: string): string {
  return pythonCommand(
    `import sys, torch; ${load}; torch.onnx.export(model, (torch.randn(1, 3, 224, 224),), sys.argv[2], ` +
      'input_names=["input"], dynamic_axes={"input": {0: "batch"}}, dynamo=False)',
    path,
    out,
  );
}

function pickleExport({ kind, library }: Finding, path: string, out: string): Export {
  const load = kind === 'joblib' || library === 'sklearn' ? 'joblib' : 'pickle';
  const loader =
    load === 'joblib' ? 'from joblib import load' : 'import pickle; load = lambda path: pickle.load(open(path, "rb"))';
  if (library === 'xgboost' || library === 'lightgbm') {
    const width = 'model.n_features_in_';
    return {
      exportCommand: pythonCommand(
        `import sys, onnxmltools; ${loader}; model = load(sys.argv[1]); ` +
          `onnx = onnxmltools.convert_${library}(model, initial_types=[("input", ` +
          `onnxmltools.convert.common.data_types.FloatTensorType([None, ${width}]))]); onnxmltools.utils.save_model(onnx, sys.argv[2])`,
        path,
        out,
      ),
      advice: `It needs onnxmltools (pip install onnxmltools). ${ownPython}`,
    };
  }
  if (library === 'catboost') {
    const code = `import sys; ${loader}; load(sys.argv[1]).save_model(sys.argv[2], format="onnx")`;
    return { exportCommand: pythonCommand(code, path, out), advice: ownPython };
  }
  if (library === 'torch' || library === 'ultralytics')
    return torchExport(library === 'torch' ? { kind } : { kind, library }, path, out);
  return {
    exportCommand: sklearnExport(loader, 'load(sys.argv[1])', path, out),
    advice: `This command is for a scikit-learn model of numeric columns; it needs skl2onnx (pip install skl2onnx). ${ownPython}`,
  };
}

function sklearnExport(imports: string, load: string, path: string, out: string): string {
  return pythonCommand(
    `import sys; ${imports}; ` +
      'from skl2onnx import to_onnx; from skl2onnx.common.data_types import FloatTensorType; ' +
      `model = ${load}; onnx = to_onnx(model, initial_types=[("input", FloatTensorType([None, model.n_features_in_]))]); ` +
      'open(sys.argv[2], "wb").write(onnx.SerializeToString())',
    path,
    out,
  );
}

function boosterExport(library: 'xgboost' | 'lightgbm', width: string, path: string, out: string): string {
  return pythonCommand(
    `import sys, ${library}, onnxmltools; model = ${library}.Booster(model_file=sys.argv[1]); ${width}; ` +
      `onnx = onnxmltools.convert_${library}(model, initial_types=[("input", ` +
      'onnxmltools.convert.common.data_types.FloatTensorType([None, width]))]); onnxmltools.utils.save_model(onnx, sys.argv[2])',
    path,
    out,
  );
}

function tensorFlowExport(flags: string[]): Export {
  return {
    exportCommand: ['python', '-m', 'tf2onnx.convert', ...flags].map((flag) => shellQuote(flag)).join(' '),
    advice: 'It needs tf2onnx and TensorFlow (pip install tf2onnx tensorflow).',
  };
}

/** optimum finds the task of a model on the Hub by itself, never that of a folder. */
function optimumExport(folder: string, task: string | undefined, remark: string | null): Export {
  const said = task ?? 'feature-extraction';
  const why =
    task === undefined
      ? 'Put what the model is for, in the words of optimum, in place of feature-extraction.'
      : `If the model is not for ${task}, name what it is for after --task.`;
  const needs = 'It needs optimum (pip install "optimum-onnx[onnxruntime]").';
  return {
    exportCommand: `optimum-cli export onnx --model ${shellQuote(folder)} --task ${said} ${shellQuote(`${folder}-onnx`)}`,
    advice: [remark, why, needs].filter((sentence) => sentence !== null).join(' '),
  };
}

function ggufExport(path: string): Export {
  const folder = dirname(path);
  const stem = join(folder, basename(path, extname(path)));
  const code =
    'import sys; from transformers import AutoModelForCausalLM, AutoTokenizer; folder, file, out = sys.argv[1:]; ' +
    'AutoTokenizer.from_pretrained(folder, gguf_file=file).save_pretrained(out); ' +
    'AutoModelForCausalLM.from_pretrained(folder, gguf_file=file).save_pretrained(out)';
  const { exportCommand: exportFolder } = optimumExport(`${stem}-transformers`, 'text-generation', null);
  return {
    exportCommand: `${pythonCommand(code, folder, basename(path), `${stem}-transformers`)} && ${exportFolder}`,
    advice:
      'It undoes the quantisation first. It needs transformers, gguf and optimum ' +
      '(pip install transformers gguf "optimum-onnx[onnxruntime]") and an architecture that transformers reads from GGUF.',
  };
}

function outputPath(path: string): string {
  const stem = join(dirname(path), basename(path, extname(path)));
  // A file that already bears the name of an ONNX file is not to be overwritten.
  return extname(path).toLowerCase() === '.onnx' ? `${stem}.exported.onnx` : `${stem}.onnx`;
}
