/** What is only the window's: where it is, what a person prefers, what can be undone, the jobs it follows. */
export { useFollowJobs, useJob, useJobs, useJobsPanel } from './jobs.ts';
export { usePreferences, type Density, type Scheme } from './preferences.ts';
export { hrefOf, navigate, pageNames, parseRoute, replaceRoute, useRoute, type PageName, type Route } from './route.ts';
export { useUndo } from './undo.ts';
