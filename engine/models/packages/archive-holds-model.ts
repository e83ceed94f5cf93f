import yauzl from 'yauzl';

const mostEntries = 20_000;

/** Whether a zip file lists an ONNX file, told by its table of contents alone. False for a damaged one. */
export async function archiveHoldsModel(path: string): Promise<boolean> {
  let zip: yauzl.ZipFile;
  try {
    zip = await yauzl.openPromise(path, { lazyEntries: true, autoClose: false, decodeStrings: true });
  } catch {
    return false;
  }
  try {
    let entries = 0;
    for await (const { fileName } of zip.eachEntry()) {
      if (fileName.toLowerCase().endsWith('.onnx')) return true;
      entries += 1;
      if (entries >= mostEntries) return false;
    }
    return false;
  } catch {
    return false;
  } finally {
    zip.close();
  }
}
