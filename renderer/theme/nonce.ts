/** Styles that libraries make at run time carry the page's nonce; some read it from this global. Imported first. */
export const nonce = document.querySelector('meta[name="csp-nonce"]')?.getAttribute('content') ?? '';

(globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = nonce;
