/** Models and their versions: what each is, its recipe, its runs, its history. */
export { ModelsPage } from './models-page.tsx';
export { VersionPage } from './version-page.tsx';
