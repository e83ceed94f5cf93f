/** What a package holds of node_modules, and which Node. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { noticeOf, type Notice } from './notices.ts';
import { manifestOf, packagesBehind } from './packages.ts';

/** Packages that stay packages, because of their native files; everything else is bundled. */
const natives = ['@duckdb/node-api', 'onnxruntime-node', 'sharp'];

/** What onnxruntime-node needs in its install script alone. */
const forInstalling = ['adm-zip', 'global-agent'];

/** Folders, relative to `root`, of installed packages: those that are shipped, and the other ones that npm counts as needed. */
export function shippedPackages(root: string): { shipped: string[]; leftOut: string[] } {
  const shipped = packagesBehind(root, natives, forInstalling);
  return { shipped, leftOut: neededPackages(root).filter((folder) => !shipped.includes(folder)) };
}

/** Folders of all that a program run from a checkout uses: what npm installs without the tools of development. */
export function neededPackages(root: string): string[] {
  const { dependencies = {}, optionalDependencies = {} } = manifestOf(root);
  const optional = Object.keys(optionalDependencies).filter((name) => existsSync(join(root, 'node_modules', name)));
  return packagesBehind(root, [...Object.keys(dependencies), ...optional]);
}

/**
 * The Node that is shipped: the package of this system, which is the one that development and tests use. macOS has no such
 * package; there it is the Node that runs this build, which must be the one that nodejs.org hands out.
 */
export function shippedNode(root: string): { program: string; licence: string; notice: Notice } {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const home = join(root, 'node_modules', name);
  const program = join(home, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(program)) {
    return { program, licence: join(home, 'LICENSE'), notice: { ...noticeOf(home), name: 'Node.js' } };
  }
  if (process.platform !== 'darwin') throw new Error(`${name} is not installed; npm ci installs it.`);
  const own = dirname(dirname(process.execPath));
  const licence = join(own, 'LICENSE');
  if (!existsSync(licence)) {
    throw new Error(`${process.execPath} has no LICENSE beside it; pack with the Node that nodejs.org hands out.`);
  }
  const version = process.versions.node;
  return { program: process.execPath, licence, notice: noticeOf(own, { name: 'Node.js', version, license: 'MIT' }) };
}
