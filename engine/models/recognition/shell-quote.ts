/** One argument for a POSIX shell (or, on Windows, for cmd and PowerShell alike), quoted only where it must be. */
export function shellQuote(argument: string, platform: NodeJS.Platform = process.platform): string {
  if (/^[A-Za-z0-9_./:=@%+,-]+$/.test(argument)) return argument;
  if (platform === 'win32') return `"${argument.replaceAll('"', '\\"')}"`;
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}

/** `python -c '...' arguments`. The code reads its paths from sys.argv, so that no path needs to be quoted twice. */
export function pythonCommand(code: string, ...paths: string[]): string {
  return ['python', '-c', shellQuote(code), ...paths.map((path) => shellQuote(path))].join(' ');
}
