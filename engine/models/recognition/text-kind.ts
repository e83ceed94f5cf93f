import type { Finding } from './file-kind.ts';

const lookedAt = 64 * 1024;

/** Recognises what is text: models written as text, JSON, tables. Null when the bytes are no UTF-8 text. */
export function textKind(head: Buffer): Finding | null {
  const text = asText(head.subarray(0, lookedAt));
  if (text === null) return null;
  const start = text.trimStart();
  if (/^tree\r?\nversion=v\d/.test(start)) return { kind: 'lightgbm' };
  if (start.startsWith('version https://git-lfs.github.com/spec/')) return { kind: 'git-lfs-pointer' };
  if (start.startsWith('<')) return markupKind(start);
  if (start.startsWith('{') || start.startsWith('[')) return jsonKind(start);
  const [firstLine = ''] = start.split('\n', 1);
  return { kind: /[,;\t|]/.test(firstLine) ? 'csv' : 'text' };
}

function markupKind(text: string): Finding {
  if (/<net\s[^>]*\bversion="1\d"/.test(text)) return { kind: 'openvino' };
  if (/<PMML[\s>]/.test(text)) return { kind: 'pmml' };
  if (/<(!doctype\s+html|html|head|body)[\s>]/i.test(text)) return { kind: 'web-page' };
  return { kind: 'text' };
}

function jsonKind(text: string): Finding {
  if (/^\{\s*"(learner|version)"/.test(text) && text.includes('"learner"')) return { kind: 'xgboost' };
  const [firstLine = '', secondLine = ''] = text.split('\n', 2);
  const isRow = (line: string): boolean => {
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === 'object' && value !== null;
    } catch {
      return false;
    }
  };
  const rows =
    isRow(firstLine) && !firstLine.startsWith('[') && (secondLine.trim() === '' || secondLine.startsWith('{'));
  return { kind: rows ? 'jsonl' : 'json' };
}

function asText(bytes: Buffer): string | null {
  if (bytes.includes(0)) return null;
  // The last character may be cut in two.
  for (let cut = 0; cut < 4; cut += 1) {
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, bytes.length - cut));
      // oxlint-disable-next-line no-control-regex
      return /[\u0001-\u0008\u000e-\u001a\u001c-\u001f]/.test(text) ? null : text;
    } catch {
      if (bytes.length < lookedAt) return null;
    }
  }
  return null;
}
