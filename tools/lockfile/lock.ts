/**
 * package-lock.json, read for one purpose: a registry that does not serve every platform package of a dependency makes
 * `npm install` leave them out of the lock without a word, and `npm ci` then refuses the lock. A stub entry per missing
 * package (version, platform, no address) restores what `npm ci` compares, and is never fetched on another platform.
 */

export interface LockEntry {
  version?: string;
  resolved?: string;
  integrity?: string;
  dev?: boolean;
  optional?: boolean;
  devOptional?: boolean;
  hasInstallScript?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
  [field: string]: unknown;
}

export interface Lock {
  lockfileVersion: number;
  packages: Record<string, LockEntry>;
  [field: string]: unknown;
}

export interface MissingEntry {
  /** Where the package would lie, as a key of `packages`. */
  path: string;
  name: string;
  version: string;
  /** Key of the package that asks for it. */
  wantedBy: string;
}

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openharmony', 'sunos', 'win32'];
const processors = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

/**
 * Optional dependencies of locked packages that have no entry, or one of another version than the exact one asked for,
 * where Node's module resolution would look for them.
 */
export function missingEntries(lock: Lock): MissingEntry[] {
  const missing: MissingEntry[] = [];
  for (const [wantedBy, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const found = resolved(lock, wantedBy, name);
      if (found !== undefined && (!isExact(version) || found.version === version)) continue;
      const path = found === undefined ? `node_modules/${name}` : `${wantedBy}/node_modules/${name}`;
      missing.push({ path, name, version, wantedBy });
    }
  }
  return missing;
}

/** Keys of entries that carry a download address. The lock names no registry, so that every machine asks its own. */
export function entriesWithAddress(lock: Lock): string[] {
  return Object.entries(lock.packages)
    .filter(([, entry]) => entry.resolved !== undefined)
    .map(([path]) => path);
}

/** Names of locked packages that would run a script at install time. */
export function packagesWithInstallScript(lock: Lock): string[] {
  return Object.entries(lock.packages)
    .filter(([, entry]) => entry.hasInstallScript === true)
    .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
}

/**
 * The same lock with a stub for every missing optional entry, keys in npm's order. Throws an Error with a sentence when
 * a missing package's platform cannot be read from its name, or its wanted version is a range.
 */
export function withStubs(lock: Lock): Lock {
  const packages = new Map(Object.entries(lock.packages));
  for (const missing of missingEntries(lock)) packages.set(missing.path, stubFor(lock, missing));
  const sorted = [...packages].toSorted(([a], [b]) => a.localeCompare(b, 'en'));
  return { ...lock, packages: Object.fromEntries(sorted) };
}

/** The platform that a package's name states, as npm's os, cpu and libc fields; null when the name states none. */
export function platformOfName(name: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'> | null {
  const words = (name.split('/').at(-1) ?? '').split('-');
  const system = systems.find((known) => words.includes(known));
  const processor = processors.find((known) => words.includes(known));
  if (system === undefined || processor === undefined) return null;
  const abi = words.at(-1) ?? '';
  const libc = abi.startsWith('musl') ? ['musl'] : system === 'linux' && abi.startsWith('gnu') ? ['glibc'] : null;
  return { os: [system], cpu: [processor], ...(libc === null ? {} : { libc }) };
}

function stubFor(lock: Lock, missing: MissingEntry): LockEntry {
  const platform = platformOfName(missing.name);
  if (platform === null) throw new Error(`The name ${missing.name} does not say which platform it is for.`);
  if (!isExact(missing.version)) {
    throw new Error(`${missing.wantedBy} asks for ${missing.name} ${missing.version}: a range cannot be locked.`);
  }
  const parent = lock.packages[missing.wantedBy];
  const dev = parent?.dev === true ? { dev: true } : parent?.devOptional === true ? { devOptional: true } : {};
  const { os, cpu, libc } = platform;
  // In the order in which npm writes the fields, so that its next install leaves them where they are.
  const entry: LockEntry = { version: missing.version };
  if (cpu !== undefined) entry.cpu = cpu;
  Object.assign(entry, dev);
  if (libc !== undefined) entry.libc = libc;
  entry.optional = true;
  if (os !== undefined) entry.os = os;
  return entry;
}

/** Walks from the asking package's own node_modules outwards, as Node does. */
function resolved(lock: Lock, from: string, name: string): LockEntry | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/'))).replace(/\/$/, '')) {
    const path = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (Object.hasOwn(lock.packages, path)) return lock.packages[path];
    if (at === '') return undefined;
  }
}

function isExact(version: string): boolean {
  return /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version);
}
