import './theme/nonce.ts';
import '@mantine/core/styles.css';
import '@fontsource-variable/ibm-plex-sans/wght.css';
import '@fontsource/ibm-plex-mono/latin-400.css';
import '@fontsource/ibm-plex-mono/latin-500.css';
import './theme/tokens.css';
import './theme/base.css';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { App, NoSession } from './app/index.ts';
import { connectEngine } from './client/index.ts';
import { findHost, SessionEnded } from './host/index.ts';

// The page's policy allows no code made from text, and zod would try.
z.config({ jitless: true });

const place = document.getElementById('root');
if (place === null) throw new Error('The document has no place for the page.');
const root = createRoot(place);

try {
  const host = await findHost();
  root.render(<App host={host} client={connectEngine(host)} />);
} catch (error) {
  if (!(error instanceof SessionEnded)) throw error;
  root.render(<NoSession />);
}
