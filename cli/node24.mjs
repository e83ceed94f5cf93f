// Finds a Node that can run Drydock and starts programs under it. Plain JavaScript in the syntax of Node 18, because it
// is what an older Node reads first.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const program = process.platform === 'win32' ? 'node.exe' : 'node';

/**
 * Signals passed on from launcher to child. None on Windows, where Ctrl-C reaches every process of the console and
 * there is no other.
 * @type {NodeJS.Signals[]}
 */
const relayed = process.platform === 'win32' ? [] : ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** How long the launcher waits before it repeats a signal, how long it waits for an answer, how old a repetition is. */
const milliseconds = { beforeRepeating: 50, forAnAnswer: 2000, countsAsRepetition: 300 };

/** The oldest Node that runs Drydock: its SQLite and its type stripping are used without a flag. */
const oldest = { major: 24, minor: 15 };

/** What to do when there is none; one sentence, for a person. */
export const nodeIsMissing =
  `Drydock needs Node ${oldest.major}.${oldest.minor} or newer: this is Node ${process.versions.node}, ` +
  'and none was found beside Drydock or in PATH; install it, or install Drydock again with its optional packages.';

/**
 * True when a Node of this version ("24.21.0" or "v24.21.0") runs Drydock.
 * @param {string} version
 */
export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > oldest.major || (major === oldest.major && minor >= oldest.minor);
}

/**
 * Path of a Node that is new enough, or null: the running one, else the package node-<platform>-<arch> in a node_modules
 * folder at or above this file, else the first `node` in PATH. npm 10 makes no link to that package's program, so it is
 * found by its path.
 */
export function findNode24() {
  if (isNewEnough(process.versions.node)) return process.execPath;
  return findOtherNode24();
}

/** The same for a program that is no Node, whatever Node is inside it: the desktop window. */
export function findOtherNode24() {
  return nodeFromPackages() ?? nodeFromPath();
}

/**
 * Runs `node` with `args` on this process's streams and ends as it ends, exit code or signal. An IPC channel tells the
 * child when this process dies; signals that reach this process alone are passed on over it (see answerLauncher).
 * @param {string} node
 * @param {string[]} args
 */
export function runAndEndAlike(node, args) {
  const child = spawn(node, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  const stopRelaying = relaySignals(child);
  child.on('error', (error) => {
    console.error(`${node} could not be started: ${error.message}.`);
    process.exit(4);
  });
  child.on('exit', (code, signal) => {
    stopRelaying();
    if (signal === null) process.exit(code ?? 4);
    process.kill(process.pid, signal);
  });
}

/**
 * The other end of runAndEndAlike's channel, installed in the child. Ctrl-C in a terminal reaches launcher and child,
 * `kill` only the launcher. So the launcher repeats what it gets a moment later, and the child lets the repetition
 * go when it has just had that signal itself. The channel alone does not keep the child running.
 */
export function answerLauncher() {
  if (process.channel === undefined) return;
  const lastSeen = noteSignals();
  process.on('message', (message) => {
    const signal = relayed.find((each) => each === field(message, 'drydockSignal'));
    if (signal === undefined) return;
    process.send?.({ drydockSignalSeen: signal });
    if (Date.now() - (lastSeen.get(signal) ?? 0) >= milliseconds.countsAsRepetition) process.kill(process.pid, signal);
  });
  process.channel.unref();
}

/** Keeps the time of each signal's last arrival, as long as somebody listens to it: alone it would undo its effect. */
function noteSignals() {
  /** @type {Map<string | symbol, number>} */
  const lastSeen = new Map();
  /** @type {Map<string | symbol, () => void>} */
  const notes = new Map(relayed.map((signal) => [signal, () => lastSeen.set(signal, Date.now())]));
  process.on('newListener', (name, listener) => {
    const note = notes.get(name);
    if (note !== undefined && listener !== note && !process.listeners(name).includes(note)) process.on(name, note);
  });
  process.on('removeListener', (name) => {
    const note = notes.get(name);
    if (note !== undefined && process.listenerCount(name) === 1) process.removeListener(name, note);
  });
  return lastSeen;
}

/** @param {import('node:child_process').ChildProcess} child */
function relaySignals(child) {
  /** @type {Map<unknown, NodeJS.Timeout>} */
  const unanswered = new Map();
  const repeat = (/** @type {NodeJS.Signals} */ signal) => {
    clearTimeout(unanswered.get(signal));
    // A child that is too busy to answer gets the signal itself.
    unanswered.set(
      signal,
      setTimeout(() => child.kill(signal), milliseconds.forAnAnswer),
    );
    if (child.connected) child.send({ drydockSignal: signal }, () => {});
  };
  const listener = (/** @type {NodeJS.Signals} */ signal) => {
    setTimeout(repeat, milliseconds.beforeRepeating, signal);
  };
  for (const signal of relayed) process.on(signal, listener);
  child.on('message', (message) => clearTimeout(unanswered.get(field(message, 'drydockSignalSeen'))));
  return () => {
    for (const signal of relayed) process.removeListener(signal, listener);
  };
}

/**
 * @param {unknown} message
 * @param {string} name
 * @returns {unknown}
 */
function field(message, name) {
  return message !== null && typeof message === 'object' ? Reflect.get(message, name) : undefined;
}

function nodeFromPackages() {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  for (let folder = here; ; folder = dirname(folder)) {
    const home = join(folder, 'node_modules', name);
    const node = join(home, 'bin', program);
    if (existsSync(node) && isNewEnough(versionOfPackage(home)) && versionOf(node) !== null) return node;
    if (folder === dirname(folder)) return null;
  }
}

function nodeFromPath() {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const node = join(folder, program);
    if (folder !== '' && existsSync(node) && isNewEnough(versionOf(node) ?? '0')) return node;
  }
  return null;
}

/** @param {string} home */
function versionOfPackage(home) {
  try {
    return String(JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')).version);
  } catch {
    return '0';
  }
}

/**
 * What `node --version` answers, null when that program does not run here (built for another C library, say).
 * @param {string} node
 */
function versionOf(node) {
  const asked = spawnSync(node, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return asked.status === 0 ? asked.stdout.trim() : null;
}
