import { createHash, randomBytes } from 'node:crypto';

interface Token {
  /** The session that this token opened; null while it is unused. */
  session: string | null;
  /** Shown to other programs (in an argv) on its way: used twice, somebody else may have been first. */
  exposed: boolean;
}

/**
 * Who may use this start of the host. A token is exchanged once for a secret that lives in the page alone. Only digests
 * are kept here, so looking one up takes the same time whatever was guessed.
 */
export class Sessions {
  readonly #tokens = new Map<string, Token>();
  readonly #open = new Set<string>();
  readonly #onEnd = new Set<(session: string) => void>();

  newToken(options: { exposed: boolean }): string {
    const token = randomText();
    this.#tokens.set(digest(token), { session: null, exposed: options.exposed });
    return token;
  }

  /**
   * The secret for a token, or null when it is unknown or was used. An exposed token that is used again ends the session
   * it opened: one of the two was not the person.
   */
  exchange(token: string): string | null {
    const found = this.#tokens.get(digest(token));
    if (!found) return null;
    if (found.session !== null) {
      if (found.exposed) this.#end(found.session);
      return null;
    }
    const secret = randomText();
    found.session = digest(secret);
    this.#open.add(found.session);
    return secret;
  }

  /** The session of a secret, or null. */
  of(secret: string): string | null {
    const session = digest(secret);
    return this.#open.has(session) ? session : null;
  }

  /** Called with each session that ends before the host does. */
  onEnd(listener: (session: string) => void): void {
    this.#onEnd.add(listener);
  }

  #end(session: string): void {
    if (!this.#open.delete(session)) return;
    for (const listener of this.#onEnd) listener(session);
  }
}

/** 256 random bits, in letters that need no escape in an address, a header or a WebSocket's subprotocol. */
function randomText(): string {
  return randomBytes(32).toString('base64url');
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
