export { noticesPlace } from './notices.ts';
export { NoticesPage } from './notices-page.tsx';
export { SettingsPage } from './settings-page.tsx';
