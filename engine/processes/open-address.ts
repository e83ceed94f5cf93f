import { spawn } from 'node:child_process';

/** A program that shows an address in the system's browser. */
interface Opener {
  program: string;
  args: string[];
}

/**
 * Why the system's browser is not to be opened from here, in words, or null when it can be. A browser of root's, or one
 * without a screen, would open for nobody.
 */
export function noBrowserBecause(environment: NodeJS.ProcessEnv = process.env): string | null {
  if (process.platform !== 'linux') return null;
  if (!environment.DISPLAY && !environment.WAYLAND_DISPLAY) return 'there is no screen here';
  if (process.getuid?.() === 0) return 'this is root, and browsers refuse to run as root';
  if (environment.SSH_CONNECTION) return 'this is a remote session';
  return null;
}

/** Asks the system to show an http address. Settles with whether its program could be started and took the address. */
export function openAddress(address: string): Promise<boolean> {
  if (!/^http:\/\/[\w.:[\]-]+\/[\w#=/-]*$/.test(address)) return Promise.resolve(false);
  const { program, args } = opener(address);
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore', detached: true, windowsHide: true });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
    // Some of these programs live as long as the browser: after this time it is taken to be open.
    setTimeout(() => resolve(true), 3000).unref();
    child.unref();
  });
}

function opener(address: string): Opener {
  if (process.platform === 'darwin') return { program: 'open', args: [address] };
  // Not `cmd /c start`: an address is no command line.
  if (process.platform === 'win32') return { program: 'rundll32.exe', args: ['url.dll,FileProtocolHandler', address] };
  return { program: 'xdg-open', args: [address] };
}
