/**
 * The rules of the house (docs/architecture.md) as dependency-cruiser reads them. Each rule's comment is the sentence
 * that a violation is answered with.
 */
import type { IForbiddenRuleType } from 'dependency-cruiser';

/** Folders of engine/ from the lowest layer to the highest: each may import those before it. */
export const layers = [
  'contract',
  'statistics',
  'place',
  'workspace',
  'processes',
  'jobs',
  'models',
  'data',
  'recipes',
  'inference',
  'registry',
  'intake',
  'measurement',
  'runs',
  'evaluation',
  'comparison',
  'readiness',
];

/** Folders of engine/ above every layer: they wire and are not wired. */
export const wiring = ['entrypoints', 'api'];

/** Folders of renderer/ from the lowest layer to the highest: each may import those before it. */
export const faceLayers = ['theme', 'host', 'client', 'window', 'commands', 'components', 'charts', 'features', 'app'];

/** Top folders that hold the product's code. */
export const productFolders = ['engine', 'hosting', 'cli', 'web', 'electron', 'renderer'];

const product = `^(${productFolders.join('|')})/`;
const hosts = '^(electron|web|cli|hosting)/';
const native = packagePattern('@duckdb/[^/]+', 'onnxruntime-node', 'sharp', '@img/[^/]+');
const faces = packagePattern('electron', 'react', 'react-dom', 'vite');

/** Every rule, in the order of docs/architecture.md. */
export const rules: IForbiddenRuleType[] = [
  ...layers.slice(0, -1).map((layer, position) => ({
    name: `layer-order-${layer}`,
    comment: `${layer}/ may import only ${layers.slice(0, position).join(', ') || 'nothing else of the engine'}.`,
    from: { path: `^engine/${layer}/` },
    to: { path: `^engine/(${layers.slice(position + 1).join('|')})/` },
  })),
  {
    name: 'statistics-imports-nothing',
    comment: 'statistics/ holds pure functions: it imports nothing from outside its folder.',
    from: { path: '^engine/statistics/' },
    to: { pathNot: '^engine/statistics/' },
  },
  {
    name: 'contract-is-browser-safe',
    comment: 'contract/ is imported by the page: no Node builtin, and of packages only zod and @orpc/contract.',
    from: { path: '^engine/contract/' },
    to: { pathNot: `^engine/|${packagePattern('zod', '@orpc/contract')}` },
  },
  {
    name: 'doors-only',
    comment: 'A folder of the engine is imported through its index.ts, or child.ts by an entry point, nothing deeper.',
    from: { path: '^engine/([^/]+)(/|$)' },
    to: { path: '^engine/[^/]+/', pathNot: '^engine/$1/|^engine/[^/]+/(index|child)\\.ts$' },
  },
  {
    name: 'child-doors-are-for-entrypoints',
    comment: 'child.ts is what a folder does in a child process: entry points import it, others only its types.',
    from: { path: '^engine/([^/]+)(/|$)', pathNot: '^engine/entrypoints/' },
    to: { path: '^engine/[^/]+/child\\.ts$', pathNot: '^engine/$1/', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'entrypoints-are-started-not-imported',
    comment: 'entrypoints/ are what a process starts with: nothing imports them.',
    from: { path: product, pathNot: '^engine/entrypoints/' },
    to: { path: '^engine/entrypoints/' },
  },
  {
    name: 'api-is-wiring',
    comment: 'api/ is imported by engine/index.ts and the entry points only.',
    from: { path: product, pathNot: '^engine/(api|entrypoints)/|^engine/index\\.ts$' },
    to: { path: '^engine/api/' },
  },
  {
    name: 'folders-do-not-import-the-front-doors',
    comment: 'engine/index.ts and engine/launcher.ts are for hosts: a layer or api/ that imports them makes a circle.',
    from: { path: '^engine/[^/]+/', pathNot: '^engine/entrypoints/' },
    to: { path: '^engine/(index|launcher)\\.ts$' },
  },
  {
    name: 'engine-knows-no-host',
    comment:
      'The engine is the product without a face: nothing of hosting/, electron/, web/, cli/, renderer/ or their packages.',
    from: { path: '^engine/' },
    to: { path: `^(hosting|electron|web|cli|renderer)/|${faces}` },
  },
  {
    name: 'product-needs-no-tests-or-tools',
    comment: 'tests/ and tools/ are never shipped, so the product imports nothing of them.',
    from: { path: product },
    to: { path: '^(tests|tools)/' },
  },
  {
    name: 'hosts-use-two-doors',
    comment: 'A host sees engine/index.ts, engine/launcher.ts and the contract, nothing else of the engine.',
    from: { path: hosts },
    to: { path: '^engine/', pathNot: '^engine/(index|launcher)\\.ts$|^engine/contract/index\\.ts$' },
  },
  {
    name: 'hosting-knows-no-host',
    comment: 'hosting/ is what the hosts of the page do alike: it imports none of them and speaks no protocol.',
    from: { path: '^hosting/' },
    to: { path: `^(electron|web|cli|renderer)/|${faces}|^(node:)?(http|https|http2)$` },
  },
  {
    name: 'hosting-is-entered-by-its-door',
    comment: 'hosting/ is imported through hosting/index.ts and nothing deeper.',
    from: { path: product, pathNot: '^hosting/' },
    to: { path: '^hosting/', pathNot: '^hosting/index\\.ts$' },
  },
  {
    name: 'electron-is-started-not-imported',
    comment: 'electron/ is what Electron starts with: nothing imports it.',
    from: { path: product, pathNot: '^electron/' },
    to: { path: '^electron/' },
  },
  {
    name: 'electron-only-in-electron',
    comment: 'The package electron is imported in electron/ only.',
    from: { path: product, pathNot: '^electron/' },
    to: { path: packagePattern('electron') },
  },
  {
    name: 'electron-takes-one-thing-of-other-hosts',
    comment:
      'electron/ starts the engine as cli/node24.mjs finds Node; it imports nothing else of web/, cli/ or the page.',
    from: { path: '^electron/' },
    to: { path: '^(web|cli|renderer)/', pathNot: '^cli/node24\\.mjs$' },
  },
  {
    name: 'preload-is-thin',
    comment: 'electron/preload.ts stands between page and program: it imports electron, its channels and types.',
    from: { path: '^electron/preload\\.ts$' },
    to: {
      // Not as `packagePattern` has it: the folder has the package's name.
      pathNot: '^electron/channels\\.ts$|^(node_modules/)?electron$|node_modules/electron/',
      dependencyTypesNot: ['type-only'],
    },
  },
  {
    name: 'web-is-entered-by-its-door',
    comment: 'web/ is a host: others start it through web/index.ts and import nothing deeper.',
    from: { path: product, pathNot: '^web/' },
    to: { path: '^web/', pathNot: '^web/index\\.ts$' },
  },
  {
    name: 'sockets-only-in-web',
    comment: 'web/ holds the one server: nothing else of the product listens or speaks over a network.',
    from: { path: product, pathNot: '^web/' },
    to: { path: `^(node:)?(http|https|http2|tls|dgram)$|${packagePattern('ws', 'send')}` },
  },
  {
    name: 'renderer-sees-only-the-contract',
    comment: 'The page imports engine/contract/index.ts and nothing else of the engine or the hosts.',
    from: { path: '^renderer/' },
    to: { path: '^(engine|hosting|electron|web|cli)/', pathNot: '^engine/contract/index\\.ts$' },
  },
  ...faceLayers.slice(0, -1).map((layer, position) => ({
    name: `face-order-${layer}`,
    comment: `renderer/${layer}/ may import only ${faceLayers.slice(0, position).join(', ') || 'nothing else of the renderer'}.`,
    from: { path: `^renderer/${layer}/` },
    to: { path: `^renderer/(${faceLayers.slice(position + 1).join('|')})/` },
  })),
  {
    name: 'face-doors-only',
    comment: 'A folder of the renderer is imported through its index.ts, a style sheet of theme/ aside.',
    from: { path: '^renderer/(features/[^/]+|[^/]+)(/|$)' },
    to: {
      path: '^renderer/[^/]+/',
      pathNot: '^renderer/$1/|^renderer/(features/[^/]+|[^/]+)/index\\.ts$|^renderer/theme/(nonce\\.ts|[^/]+\\.css)$',
    },
  },
  {
    name: 'launcher-stays-light',
    comment: 'engine/launcher.ts runs inside hosts: no native module may be behind it, however far.',
    from: { path: '^engine/launcher\\.ts$' },
    to: { path: native, reachable: true },
  },
  {
    name: 'only-processes-starts-processes',
    comment: 'Only processes/ and the launchers (engine/launcher.ts, cli/node24.mjs) start a process or a thread.',
    from: { path: product, pathNot: '^engine/processes/|^engine/launcher\\.ts$|^cli/node24\\.mjs$' },
    to: { path: '^(node:)?(child_process|worker_threads|cluster)$' },
  },
  {
    name: 'onnxruntime-only-in-inference',
    comment: 'inference/ holds the one adapter of onnxruntime-node.',
    from: { path: product, pathNot: '^engine/inference/' },
    to: { path: packagePattern('onnxruntime-node', 'onnxruntime-common') },
  },
  {
    name: 'sharp-only-in-data',
    comment: 'data/ holds the one adapter of sharp.',
    from: { path: product, pathNot: '^engine/data/' },
    to: { path: packagePattern('sharp', '@img/[^/]+') },
  },
  {
    name: 'duckdb-only-in-data-and-runs',
    comment: 'data/ makes the one DuckDB and reads files with it, runs/ writes and asks results with it; nobody else.',
    from: { path: product, pathNot: '^engine/(data|runs)/' },
    to: { path: packagePattern('@duckdb/[^/]+') },
  },
  {
    name: 'no-circles',
    comment: 'Modules that import each other in a circle cannot be read, tested or moved apart.',
    from: { path: product },
    to: { circular: true },
  },
  {
    name: 'imports-resolve',
    comment: 'The import leads nowhere.',
    from: { path: product },
    to: { couldNotResolve: true },
  },
];

/** Matches packages as dependency-cruiser names them: by their path when installed, by their bare name when not. */
function packagePattern(...names: string[]): string {
  return `(^|(^|/)node_modules/)(${names.join('|')})(/|$)`;
}
