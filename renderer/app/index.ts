/** The window: shell, routes, status bar. */
export { App, NoSession } from './app.tsx';
